-- Searching event_listings. These run within PlanForTheQuestion: planned anew for each question, what it does not ask for
-- costs nothing, and limits are what bounds the rest.

-- name: PlanForTheQuestion :exec
-- For the rest of the transaction: plans made for their values, of rows that are in memory, and no statement that runs long,
-- whatever is asked.
select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('statement_timeout', '3000', true),
  set_config('random_page_cost', '1.1', true), set_config('jit', 'off', true), set_config('pg_trgm.similarity_threshold', '0.2', true), set_config('max_parallel_workers_per_gather', '0', true);

-- name: SearchListings :one
-- A page of hits in order (parallel arrays: events, the starts of the shifts they are shown by, and how far away when near is
-- asked), and how many there are, at most @most. Those whose titles have the words @q, or with rest those that have them only elsewhere.
with hits as materialized (
  select l.event_id, l.shift_id, case when @near::boolean then distance_km(l.place, point(@longitude::float8, @latitude::float8)) else 0 end as km,
    row_number() over (order by case when @by_distance::boolean then distance_km(l.place, point(@longitude::float8, @latitude::float8)) end,
      case when not @past::boolean then l.starts_at end, case when @past::boolean then l.starts_at end desc, l.event_id) as n -- the rows come in this order
  from event_listings l
  left join events e on @rest::boolean and e.id = l.event_id
  where l.starts_at > @starts_after::timestamptz and l.starts_at < @starts_before::timestamptz
    and listing_found(l, @now::timestamptz, @past::boolean, @open::boolean, @from_day::text, @to_day::text, @type::text, @types::text[],
      @mode::text, @tags::text[], @org_id::text, @series_id::text, @place::text, @place_like::text, @region::text)
    and (@q::text = '' or @rest::boolean or l.title @@ websearch_to_tsquery('english', @q::text))
    and (not @rest::boolean or e.search @@ websearch_to_tsquery('english', @q::text) and not l.title @@ websearch_to_tsquery('english', @q::text))
    and (not @accessible::boolean or l.accessible)
    and (not @open::boolean or l.has_space and not l.postponed and (l.earlier_ends_at is null or not exists (
      select from event_listings p
      where p.event_id = l.event_id and p.starts_at < l.starts_at and p.has_space and (@past::boolean or p.ends_at > @now::timestamptz)
        and (@from_day::text = '' or p.ends_on >= nullif(@from_day::text, '')::date))))
    and (not @near::boolean
      or (l.place <@ box(point(@west::float8, @south::float8), point(@east::float8, @north::float8))
        or l.place <@ box(point(@west2::float8, @south::float8), point(@east2::float8, @north::float8)))
      and distance_km(l.place, point(@longitude::float8, @latitude::float8)) <= @within::float8)
  limit @most::int
), page as (
  select n, event_id, km, (select s.starts_at from event_shifts s where s.id = shift_id) as starts_at from hits
  where n > @skip::int and n <= @upto::int
)
select (select count(*) from hits)::int as total,
  coalesce((select array_agg(event_id order by n) from page), '{}')::uuid[] as ids,
  coalesce((select array_agg(starts_at order by n) from page), '{}')::timestamptz[] as starts,
  coalesce((select array_agg(km order by n) from page), '{}')::float8[] as distances;

-- name: CountFacets :one
-- How many events each type, mode and tag would give with the other filters, and how many of those that pass them all have space
-- or are accessible; among at most @most of those that pass all filters but the first three (counted as base).
with base as materialized (
  select l.type, l.mode, l.tags, l.accessible, l.postponed, l.has_space,
    case when not l.has_space and (l.later_on is not null or l.earlier_ends_at is not null) then l.event_id end as elsewhere -- another shift may have space
  from event_listings l
  left join events e on @q::text <> '' and e.id = l.event_id
  where l.starts_at > @starts_after::timestamptz and l.starts_at < @starts_before::timestamptz
    and listing_found(l, @now::timestamptz, @past::boolean, @open::boolean, @from_day::text, @to_day::text, '', '{}',
      '', '{}', @org_id::text, @series_id::text, @place::text, @place_like::text, @region::text)
    and (@q::text = '' or e.search @@ websearch_to_tsquery('english', @q::text))
    and (not @accessible::boolean or l.accessible)
    and (not @open::boolean or l.has_space and not l.postponed and (l.earlier_ends_at is null or not exists (
      select from event_listings p
      where p.event_id = l.event_id and p.starts_at < l.starts_at and p.has_space and (@past::boolean or p.ends_at > @now::timestamptz)
        and (@from_day::text = '' or p.ends_on >= nullif(@from_day::text, '')::date))))
    and (not @near::boolean
      or (l.place <@ box(point(@west::float8, @south::float8), point(@east::float8, @north::float8))
        or l.place <@ box(point(@west2::float8, @south::float8), point(@east2::float8, @north::float8)))
      and distance_km(l.place, point(@longitude::float8, @latitude::float8)) <= @within::float8)
  limit @most::int
), types as (
  select type as name, count(*) as n from base
  where (@mode::text = '' or mode = @mode::text or @mode::text <> 'hybrid' and mode = 'hybrid') and (@tags::text[] = '{}' or tags && @tags::text[])
  group by type
), modes as (
  select m.name, count(*) as n from base, unnest(case mode when 'hybrid' then array['in_person', 'online', 'hybrid'] else array[mode] end) m (name)
  where (@types::text[] = '{}' or type = any(@types::text[])) and (@tags::text[] = '{}' or tags && @tags::text[])
  group by m.name
), tagged as (
  select t.name, count(*) as n from base, unnest(base.tags) t (name)
  where (@mode::text = '' or mode = @mode::text or @mode::text <> 'hybrid' and mode = 'hybrid') and (@types::text[] = '{}' or type = any(@types::text[]))
  group by t.name order by n desc, t.name limit 40
), chosen as (
  select count(*) filter (where accessible) as accessible,
    count(*) filter (where not postponed and (has_space or elsewhere is not null and exists (
      select from event_listings p
      where p.event_id = elsewhere and p.has_space and (@past::boolean or p.ends_at > @now::timestamptz)
        and (@from_day::text = '' or p.ends_on >= nullif(@from_day::text, '')::date)
        and (@to_day::text = '' or p.starts_on <= nullif(@to_day::text, '')::date)))) as open
  from base
  where (@mode::text = '' or mode = @mode::text or @mode::text <> 'hybrid' and mode = 'hybrid')
    and (@types::text[] = '{}' or type = any(@types::text[])) and (@tags::text[] = '{}' or tags && @tags::text[])
)
select (select count(*) from base)::int as base, (select open from chosen)::int as open, (select accessible from chosen)::int as accessible,
  coalesce((select array_agg(name order by n desc, name) from types), '{}')::text[] as types,
  coalesce((select array_agg(n order by n desc, name) from types), '{}')::bigint[] as type_counts,
  coalesce((select array_agg(name order by name) from modes), '{}')::text[] as modes,
  coalesce((select array_agg(n order by name) from modes), '{}')::bigint[] as mode_counts,
  coalesce((select array_agg(name order by n desc, name) from tagged), '{}')::text[] as tags,
  coalesce((select array_agg(n order by n desc, name) from tagged), '{}')::bigint[] as tag_counts;

-- name: ListMonth :many
-- The days between two that have events: how many, at most @most, and the first few (parallel arrays in order). It walks each day from
-- its start: for filters that most events pass.
select to_char(d.day, 'YYYY-MM-DD')::text as day, c.total::int as total, c.ids::uuid[] as ids, c.starts::timestamptz[] as starts
from generate_series(to_date(@first_day::text, 'YYYY-MM-DD'), to_date(@last_day::text, 'YYYY-MM-DD'), interval '1 day') as d (day)
cross join lateral (
  select count(*) as total, array_agg(h.event_id order by h.n) filter (where h.n <= @shown::int) as ids,
    array_agg((select s.starts_at from event_shifts s where s.id = h.shift_id) order by h.n) filter (where h.n <= @shown::int) as starts
  from (
    select l.event_id, l.shift_id, row_number() over (order by l.starts_at, l.event_id) as n from event_listings l
    where l.starts_on = d.day::date and (l.previous_on is null or l.previous_on <> l.starts_on)
      and (@mode::text = '' or l.mode = @mode::text or @mode::text <> 'hybrid' and l.mode = 'hybrid')
      and (not @accessible::boolean or l.accessible)
      and (not @open::boolean or l.has_space and not l.postponed)
    limit @most::int
  ) h
) c
where c.total > 0
order by d.day;

-- name: ListMonthFound :many
-- The same for filters that few events pass: it looks for those first, and counts them all.
select to_char(h.starts_on, 'YYYY-MM-DD')::text as day, count(*)::int as total,
  (array_agg(h.event_id order by h.n) filter (where h.n <= @shown::int))::uuid[] as ids,
  (array_agg((select s.starts_at from event_shifts s where s.id = h.shift_id) order by h.n) filter (where h.n <= @shown::int))::timestamptz[] as starts
from (
  select l.starts_on, l.event_id, l.shift_id, row_number() over (partition by l.starts_on order by l.starts_at, l.event_id) as n
  from event_listings l
  left join events e on @q::text <> '' and e.id = l.event_id
  where l.starts_on >= to_date(@first_day::text, 'YYYY-MM-DD') and l.starts_on <= to_date(@last_day::text, 'YYYY-MM-DD')
    and l.starts_at > @starts_after::timestamptz and l.starts_at < @starts_before::timestamptz
    and (l.previous_on is null or l.previous_on <> l.starts_on)
    and listing_found(l, @now::timestamptz, false, true, '', '', @type::text, @types::text[],
      @mode::text, @tags::text[], @org_id::text, @series_id::text, @place::text, @place_like::text, @region::text)
    and (@q::text = '' or e.search @@ websearch_to_tsquery('english', @q::text)
      and e.first_starts_at < @starts_before::timestamptz and e.last_ends_at > @starts_after::timestamptz)
    and (not @accessible::boolean or l.accessible)
    and (not @open::boolean or l.has_space and not l.postponed)
    and (not @near::boolean
      or (l.place <@ box(point(@west::float8, @south::float8), point(@east::float8, @north::float8))
        or l.place <@ box(point(@west2::float8, @south::float8), point(@east2::float8, @north::float8)))
      and distance_km(l.place, point(@longitude::float8, @latitude::float8)) <= @within::float8)
) h
group by h.starts_on
order by h.starts_on;

-- name: ListWordsLike :many
-- Words or towns of listed events that are spelled like one, or begin like it; the likest first.
select k.word from event_words k
where k.kind = @kind and (k.word % @word::text or k.word like @beginning::text)
  and exists (select from event_listed_words l where l.kind = k.kind and l.word = k.word)
order by similarity(k.word, @word::text) desc, k.word limit 40;

-- name: FindPlace :one
-- The middle of the town or postal code that most of the events at a place are in, from those events themselves.
select avg(at.latitude)::float8 as latitude, avg(at.longitude)::float8 as longitude
from (
  select l.city, l.region, l.place[1] as latitude, l.place[0] as longitude from event_listings l
  where l.place is not null
    and (l.city like @place_like::text and (@region::text = '' or l.region = @region::text) or @region::text = '' and l.postal_code <> '' and l.postal_code like @place_like::text)
  limit 500
) at
group by at.city, at.region
order by count(*) desc, at.city limit 1;

-- name: GetSeriesBySlug :one
select id, org_id, slug, title, description from event_series where slug = @slug;

-- name: ListRelated :many
-- The next dates of the event's series, and the most similar events to come: of the same organisation, of the same type in the
-- same town or near by, or with the same tags. Each candidate list is short and read from an index.
with me as (
  select e.id, e.org_id, e.series_id, e.type, lower(e.city) as city, lower(e.region) as region,
    array(select t.tag from event_tags t where t.event_id = e.id) as tags
  from events e where e.slug = @slug and e.listed
), candidates as (
  (select l.event_id, l.shift_id, l.starts_at, true as in_series, 0 as score from me join event_listings l on l.series_id = me.series_id
   where l.event_id <> me.id and l.ends_at > @now::timestamptz and l.starts_at > @since::timestamptz
     and (l.earlier_ends_at is null or l.earlier_ends_at <= @now::timestamptz)
   order by l.starts_at limit 4)
  union all
  select near.event_id, near.shift_id, near.starts_at, false,
    (near.type = me.type)::int * 3 + (near.city = me.city and near.region = me.region and me.city <> '')::int * 3
      + (near.org_id = me.org_id)::int + (select count(*) from unnest(near.tags) t where t = any(me.tags)) * 2
  from me cross join lateral (
    (select l.event_id, l.shift_id, l.starts_at, l.type, l.city, l.region, l.org_id, l.tags, l.series_id, l.postponed from event_listings l where l.org_id = me.org_id and l.starts_at > @now::timestamptz and (l.earlier_ends_at is null or l.earlier_ends_at <= @now::timestamptz) order by l.starts_at limit 12)
    union all
    (select l.event_id, l.shift_id, l.starts_at, l.type, l.city, l.region, l.org_id, l.tags, l.series_id, l.postponed from event_listings l where l.city = me.city and me.city <> '' and l.region = me.region and l.starts_at > @now::timestamptz and (l.earlier_ends_at is null or l.earlier_ends_at <= @now::timestamptz) order by l.starts_at limit 12)
    union all
    (select l.event_id, l.shift_id, l.starts_at, l.type, l.city, l.region, l.org_id, l.tags, l.series_id, l.postponed from event_listings l where l.type = me.type and l.starts_at > @now::timestamptz and (l.earlier_ends_at is null or l.earlier_ends_at <= @now::timestamptz) order by l.starts_at limit 12)
  ) near
  where near.event_id <> me.id and (me.series_id is null or near.series_id is distinct from me.series_id) and not near.postponed
), ranked as (
  select distinct in_series, event_id, shift_id, dense_rank() over (partition by in_series order by score desc, starts_at, event_id, shift_id) as n from candidates
)
select r.in_series, c.id::uuid as id, c.slug::text as slug, c.title::text as title, c.summary::text as summary, c.type::text as type, c.mode::text as mode,
  c.status::text as status, c.timezone::text as timezone, c.city::text as city, c.region::text as region, c.org_slug::text as org_slug,
  c.org_name::text as org_name, c.image_key::text as image_key, c.starts_at::timestamptz as starts_at, c.ends_at::timestamptz as ends_at,
  c.shifts::int as shifts, c.free::int as free, c.unlimited::boolean as unlimited
from (
  select ranked.in_series, ranked.n, ranked.event_id, (select s.starts_at from event_shifts s where s.id = ranked.shift_id) as shift_starts_at
  from ranked where n <= 4 and (in_series or n <= 3) limit 7
) r
cross join lateral event_card(r.event_id, r.shift_starts_at, @now::timestamptz) as c
  (id, slug, title, summary, type, mode, status, timezone, city, region, org_slug, org_name, image_key, starts_at, ends_at, shifts, free, unlimited)
order by r.in_series desc, r.n;
