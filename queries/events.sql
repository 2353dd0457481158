-- Public reading. Every query here shows listed events only: public and published.

-- name: GetListedEvent :one
select * from event_details where slug = @slug and listed;

-- name: ListShifts :many
-- The shifts nearest to now, those to come first; the caller sorts them by start.
select s.id, s.name, s.starts_at, s.ends_at, s.capacity, s.taken, s.waiting, s.online_capacity, s.online_taken, s.online_waiting,
  s.cancelled_at, s.previous_starts_at, e.waitlist_enabled
from event_shifts s
join events e on e.org_id = s.org_id and e.id = s.event_id
where s.event_id = @event_id
order by (s.ends_at > @now::timestamptz) desc, abs(extract(epoch from s.starts_at - @now::timestamptz))
limit @most;

-- name: GetOrganization :one
select * from organizations where slug = @slug;

-- name: CountPastEvents :one
select count(*) from events e
where e.org_id = @org_id and e.listed and e.status <> 'cancelled' and e.last_ends_at <= @now::timestamptz;

-- name: SearchEvents :one
-- One row: a page of hits (parallel arrays, in order) and the counts of every type with the other filters. The spans
-- say which events (by the end of their last shift) and which of their shifts (by their end) count: those after now, or
-- for what is over those until now; past turns the order round. words are up to four, repeated to fill; fuzzy compares
-- them by trigrams instead of whole words.
with matched as materialized (
  select id, ts_filter(search, '{a}') @@ websearch_to_tsquery('english', @q::text) as in_title from events
  where @q::text <> '' and not @fuzzy::boolean and search @@ websearch_to_tsquery('english', @q::text)
  union all
  select id, false from events
  where @q::text <> '' and @fuzzy::boolean
    and search_words %> @word1::text and search_words %> @word2::text
    and search_words %> @word3::text and search_words %> @word4::text
), hits as materialized (
  select e.id, e.type, span.starts_at
  from events e
  cross join lateral (
    select case when @past::boolean then max(s.starts_at) else min(s.starts_at) end as starts_at
    from event_shifts s
    where s.event_id = e.id and s.cancelled_at is null and s.ends_at > @shifts_after::timestamptz
      and (@from_day::text = '' or (s.ends_at at time zone e.timezone)::date >= nullif(@from_day::text, '')::date)
      and (@to_day::text = '' or (s.starts_at at time zone e.timezone)::date <= nullif(@to_day::text, '')::date)
      and (not @open::boolean or (s.capacity is null or s.taken < s.capacity) and s.waiting = 0
        or e.mode = 'hybrid' and (s.online_capacity is null or s.online_taken < s.online_capacity) and s.online_waiting = 0)
  ) span
  where e.listed and e.status <> 'cancelled' and span.starts_at is not null
    and e.last_ends_at > @events_after::timestamptz and e.last_ends_at <= @events_until::timestamptz
    and (@q::text = '' or e.id in (select id from matched))
    and (@org::text = '' or e.org_id = (select id from organizations where slug = @org::text))
    and (@mode::text = '' or e.mode = @mode::text or @mode::text <> 'hybrid' and e.mode = 'hybrid')
    and (@place::text = ''
        or starts_with(lower(e.city), lower(@place::text)) and (@region::text = '' or lower(e.region) = lower(@region::text))
        or @region::text = '' and lower(e.region) = lower(@place::text)
        or not e.place_private and starts_with(lower(e.postal_code), lower(@place::text)))
    and (not @open::boolean or e.status <> 'postponed')
), page as (
  select id, starts_at, row_number() over (order by
      id in (select matched.id from matched where in_title) desc,
      case when @past::boolean then -extract(epoch from starts_at) else extract(epoch from starts_at) end, id) as n
  from hits where @type::text = '' or type = @type::text
  order by n limit @page_size::int offset @skip::int
), kinds as (
  select type, count(*) as n from hits group by type
)
select
  coalesce((select array_agg(id order by n) from page), '{}')::uuid[] as ids,
  coalesce((select array_agg(starts_at order by n) from page), '{}')::timestamptz[] as starts,
  coalesce((select array_agg(type order by n desc, type) from kinds), '{}')::text[] as types,
  coalesce((select array_agg(n order by n desc, type) from kinds), '{}')::bigint[] as counts;

-- name: TolerateSpelling :exec
-- Makes SearchEvents' fuzzy mode find "clevland", for the rest of the transaction: pg_trgm's own 0.6 is too strict.
select set_config('pg_trgm.word_similarity_threshold', '0.5', true);

-- name: ListCards :many
-- What a list shows of events. The shift shown is the one that starts at the moment in the id's place.
select e.id, e.slug, e.title, e.summary, e.type, e.mode, e.status, e.timezone, e.city, e.region,
  o.slug as org_slug, o.name as org_name, coalesce(m.key, '')::text as image_key,
  shown.starts_at::timestamptz as starts_at, shown.ends_at::timestamptz as ends_at,
  sums.shifts::int as shifts, sums.free::int as free, sums.unlimited::boolean as unlimited
from generate_subscripts(@ids::uuid[], 1) as at (n)
join events e on e.id = (@ids::uuid[])[at.n]
join organizations o on o.id = e.org_id
left join media_assets m on m.org_id = e.org_id and m.id = e.image_id
cross join lateral (
  select s.starts_at, s.ends_at from event_shifts s
  where s.event_id = e.id and s.starts_at = (@starts::timestamptz[])[at.n] and s.cancelled_at is null
  order by s.ends_at limit 1
) shown
cross join lateral (
  select count(*) as shifts,
    coalesce(sum(case when s.waiting = 0 then s.capacity - s.taken else 0 end
      + case when e.mode = 'hybrid' and s.online_waiting = 0 then coalesce(s.online_capacity - s.online_taken, 0) else 0 end), 0) as free,
    coalesce(bool_or(s.capacity is null or e.mode = 'hybrid' and s.online_capacity is null), false) as unlimited
  from event_shifts s
  where s.event_id = e.id and s.cancelled_at is null and s.ends_at > @now::timestamptz
) sums
order by at.n;

-- name: ListSitemapEvents :many
select slug, updated_at as updated from events
where listed and status <> 'cancelled' and last_ends_at > @since::timestamptz
order by last_ends_at desc limit 45000;

-- name: ListSitemapOrganizations :many
select o.slug, max(e.updated_at)::timestamptz as updated
from organizations o join events e on e.org_id = o.id and e.listed
group by o.id order by o.slug limit 5000;
