-- +goose Up

-- A search for what is accessible reads a flag, as one for space does. Few events may have it, so it has an index of its own.
alter table event_listings add column accessible boolean not null default false;
update event_listings l set accessible = true from events e where e.id = l.event_id and e.accessibility = 'accessible';
create index event_listings_accessible on event_listings (starts_at) where accessible;

-- As before, with the flag.
-- +goose StatementBegin
create or replace function list_events(ids uuid[]) returns void language sql as $$
  with zones as (
    select e.*, known_zone(e.timezone) as zone, array(select t.tag from event_tags t where t.event_id = e.id order by t.tag) as tags
    from events e where e.id = any(ids) and e.listed and e.status <> 'cancelled'
  ), days as (
    select e.id as event_id, s.id as shift_id, d.day, e.zone, e.org_id, e.series_id, e.type, e.status = 'postponed' as postponed, e.tags, e.accessibility = 'accessible' as accessible,
      case e.status when 'moved_online' then 'online' else e.mode end as mode,
      to_tsvector('english', e.title) as title, lower(e.city) as city, lower(e.region) as region,
      case when e.place_private then '' else lower(e.postal_code) end as postal_code,
      case when e.status = 'moved_online' then null -- it is nowhere near any more
        when e.place_private then point(round(e.longitude * 20) / 20, round(e.latitude * 20) / 20) else point(e.longitude, e.latitude) end as place,
      case d.day when 0 then s.starts_at else (first.day + d.day)::timestamp at time zone e.zone end as starts_at,
      case d.day when last.day then s.ends_at else (first.day + d.day + 1)::timestamp at time zone e.zone end as ends_at
    from zones e
    join event_shifts s on s.event_id = e.id and s.cancelled_at is null
    cross join lateral (select (s.starts_at at time zone e.zone)::date as day) first
    cross join lateral (select case when s.ends_at - s.starts_at <= interval '36 hours' then 0
      else least(366, ((s.ends_at - interval '1 microsecond') at time zone e.zone)::date - first.day) end as day) last
    cross join lateral generate_series(0, last.day) d (day)
  ), dated as (
    select *, (starts_at at time zone zone)::date as starts_on, ((ends_at - interval '1 microsecond') at time zone zone)::date as ends_on
    from days
  ), ordered as (
    select *,
      max(ends_at) over before as earlier_ends_at, max(ends_on) over before as earlier_ends_on,
      lag(starts_on) over steps as previous_on, lead(starts_on) over steps as later_on, max(ends_at) over (partition by event_id) as over_at
    from dated
    window steps as (partition by event_id order by starts_at, ends_at, shift_id, day),
      before as (partition by event_id order by starts_at, ends_at, shift_id, day rows between unbounded preceding and 1 preceding)
  ), gone as (
    delete from event_listings l
    where l.event_id = any(ids) and not exists (select from ordered o where o.shift_id = l.shift_id and o.day = l.day)
  ), words as (
    insert into event_words (kind, word)
    select found.kind, found.word from (
      select 'word' as kind, w.word from zones e, regexp_split_to_table(e.search_words, '[^[:alnum:]]+') w (word)
      union
      select 'town', lower(e.city) from zones e
    ) found
    where length(found.word) between 3 and 60 and not exists (select from event_words k where k.kind = found.kind and k.word = found.word)
    order by found.kind, found.word
    on conflict do nothing
  )
  insert into event_listings as l (shift_id, day, event_id, org_id, series_id, starts_at, ends_at, starts_on, ends_on, earlier_ends_at, earlier_ends_on,
    previous_on, later_on, over_at, type, mode, postponed, tags, title, city, region, postal_code, place, accessible)
  select shift_id, day, event_id, org_id, series_id, starts_at, ends_at, starts_on, ends_on, earlier_ends_at, earlier_ends_on, previous_on, later_on,
    over_at, type, mode, postponed, tags, title, city, region, postal_code, place, accessible
  from ordered
  on conflict (shift_id, day) do update set
    org_id = excluded.org_id, series_id = excluded.series_id, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
    starts_on = excluded.starts_on, ends_on = excluded.ends_on, earlier_ends_at = excluded.earlier_ends_at,
    earlier_ends_on = excluded.earlier_ends_on, previous_on = excluded.previous_on, later_on = excluded.later_on,
    over_at = excluded.over_at, type = excluded.type, mode = excluded.mode, postponed = excluded.postponed, tags = excluded.tags,
    title = excluded.title, city = excluded.city, region = excluded.region, postal_code = excluded.postal_code, place = excluded.place,
    accessible = excluded.accessible
  where to_jsonb(l) <> to_jsonb(excluded);
$$;
-- +goose StatementEnd

drop trigger events_listed on events;
create trigger events_listed after update of title, type, mode, status, visibility, published_at, timezone, venue, city, region, postal_code,
  latitude, longitude, place_private, accessibility, series_id, org_name on events for each row execute function list_event();

-- +goose Down
drop trigger events_listed on events;
create trigger events_listed after update of title, type, mode, status, visibility, published_at, timezone, venue, city, region, postal_code,
  latitude, longitude, place_private, series_id, org_name on events for each row execute function list_event();
-- +goose StatementBegin
create or replace function list_events(ids uuid[]) returns void language sql as $$
  with zones as (
    select e.*, known_zone(e.timezone) as zone, array(select t.tag from event_tags t where t.event_id = e.id order by t.tag) as tags
    from events e where e.id = any(ids) and e.listed and e.status <> 'cancelled'
  ), days as (
    select e.id as event_id, s.id as shift_id, d.day, e.zone, e.org_id, e.series_id, e.type, e.status = 'postponed' as postponed, e.tags,
      case e.status when 'moved_online' then 'online' else e.mode end as mode,
      to_tsvector('english', e.title) as title, lower(e.city) as city, lower(e.region) as region,
      case when e.place_private then '' else lower(e.postal_code) end as postal_code,
      case when e.status = 'moved_online' then null -- it is nowhere near any more
        when e.place_private then point(round(e.longitude * 20) / 20, round(e.latitude * 20) / 20) else point(e.longitude, e.latitude) end as place,
      case d.day when 0 then s.starts_at else (first.day + d.day)::timestamp at time zone e.zone end as starts_at,
      case d.day when last.day then s.ends_at else (first.day + d.day + 1)::timestamp at time zone e.zone end as ends_at
    from zones e
    join event_shifts s on s.event_id = e.id and s.cancelled_at is null
    cross join lateral (select (s.starts_at at time zone e.zone)::date as day) first
    cross join lateral (select case when s.ends_at - s.starts_at <= interval '36 hours' then 0
      else least(366, ((s.ends_at - interval '1 microsecond') at time zone e.zone)::date - first.day) end as day) last
    cross join lateral generate_series(0, last.day) d (day)
  ), dated as (
    select *, (starts_at at time zone zone)::date as starts_on, ((ends_at - interval '1 microsecond') at time zone zone)::date as ends_on
    from days
  ), ordered as (
    select *,
      max(ends_at) over before as earlier_ends_at, max(ends_on) over before as earlier_ends_on,
      lag(starts_on) over steps as previous_on, lead(starts_on) over steps as later_on, max(ends_at) over (partition by event_id) as over_at
    from dated
    window steps as (partition by event_id order by starts_at, ends_at, shift_id, day),
      before as (partition by event_id order by starts_at, ends_at, shift_id, day rows between unbounded preceding and 1 preceding)
  ), gone as (
    delete from event_listings l
    where l.event_id = any(ids) and not exists (select from ordered o where o.shift_id = l.shift_id and o.day = l.day)
  ), words as (
    insert into event_words (kind, word)
    select found.kind, found.word from (
      select 'word' as kind, w.word from zones e, regexp_split_to_table(e.search_words, '[^[:alnum:]]+') w (word)
      union
      select 'town', lower(e.city) from zones e
    ) found
    where length(found.word) between 3 and 60 and not exists (select from event_words k where k.kind = found.kind and k.word = found.word)
    order by found.kind, found.word
    on conflict do nothing
  )
  insert into event_listings as l
  select shift_id, day, event_id, org_id, series_id, starts_at, ends_at, starts_on, ends_on, earlier_ends_at, earlier_ends_on, previous_on, later_on,
    over_at, type, mode, postponed, tags, title, city, region, postal_code, place
  from ordered
  on conflict (shift_id, day) do update set
    org_id = excluded.org_id, series_id = excluded.series_id, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
    starts_on = excluded.starts_on, ends_on = excluded.ends_on, earlier_ends_at = excluded.earlier_ends_at,
    earlier_ends_on = excluded.earlier_ends_on, previous_on = excluded.previous_on, later_on = excluded.later_on,
    over_at = excluded.over_at, type = excluded.type, mode = excluded.mode, postponed = excluded.postponed, tags = excluded.tags,
    title = excluded.title, city = excluded.city, region = excluded.region, postal_code = excluded.postal_code, place = excluded.place
  where to_jsonb(l) <> to_jsonb(excluded);
$$;
-- +goose StatementEnd
alter table event_listings drop column accessible;
