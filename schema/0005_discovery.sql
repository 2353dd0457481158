-- +goose Up
create table event_series (
  id          uuid primary key,
  org_id      uuid not null references organizations,
  slug        text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 80),
  title       text not null check (length(title) between 1 and 200),
  description text not null default '',
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  unique (org_id, id)
);

alter table events add column series_id uuid,
  add foreign key (org_id, series_id) references event_series (org_id, id);

create table event_tags (
  org_id   uuid not null,
  event_id uuid not null,
  tag      text not null check (tag ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(tag) <= 40),
  primary key (event_id, tag),
  foreign key (org_id, event_id) references events (org_id, id) on delete cascade
);

-- What search reads instead of events and shifts: one narrow row for each shift of a listed event that is not cancelled,
-- kept by the triggers below. A shift of more than 36 hours has one row for each of its days, so that whatever still runs
-- started at most 36 hours ago and a walk by start never begins long before now. No row knows how many seats are taken:
-- a sign-up changes nothing here, but for the one that takes the last seat (0010_listings.sql).
create table event_listings (
  shift_id         uuid not null,
  day              int not null, -- of the shift, from 0
  event_id         uuid not null,
  org_id           uuid not null,
  series_id        uuid,
  starts_at        timestamptz not null,
  ends_at          timestamptz not null,
  starts_on        date not null, -- on the event's clock
  ends_on          date not null,
  earlier_ends_at  timestamptz, -- when the last of the event's earlier rows ends: this row is the next one once that is over
  earlier_ends_on  date,
  previous_on      date, -- the day on which the row before starts
  later_on         date, -- the day on which the row after starts
  over_at          timestamptz not null, -- when the event's last row ends
  type             text not null,
  mode             text not null,
  postponed        boolean not null,
  tags             text[] not null,
  title            tsvector not null,
  city             text collate "C" not null, -- lower case, as are the next two
  region           text collate "C" not null,
  postal_code      text collate "C" not null, -- '' of a private address
  place            point, -- longitude and latitude; of a private address rounded to 0.05 degrees: distances must not lead to a door
  primary key (shift_id, day),
  foreign key (org_id, shift_id) references event_shifts (org_id, id) on delete cascade
);
create index event_listings_event on event_listings (event_id, starts_at);
create index event_listings_starts on event_listings (starts_at);
create index event_listings_type on event_listings (type, starts_at);
create index event_listings_org on event_listings (org_id, starts_at);
create index event_listings_series on event_listings (series_id, starts_at) where series_id is not null;
create index event_listings_day on event_listings (starts_on, starts_at);
create index event_listings_city on event_listings (city, starts_at);
create index event_listings_region on event_listings (region, starts_at);
create index event_listings_postal on event_listings (postal_code) where postal_code <> '';
create index event_listings_title on event_listings using gin (title);
create index event_listings_tags on event_listings using gin (tags);
create index event_listings_place on event_listings using gist (place);

-- The words and the towns that listed events are found by, for those who misspell them. None is ever taken out.
create table event_words (
  kind text not null check (kind in ('word', 'town')),
  word text not null,
  primary key (kind, word)
);
create index event_words_alike on event_words using gin (word gin_trgm_ops);
drop index events_search_words; -- misspelled words are looked up among words now

-- The zone if the database knows it, else UTC.
-- +goose StatementBegin
create function known_zone(zone text) returns text language plpgsql stable as $$
begin
  perform now() at time zone zone;
  return zone;
exception when others then
  return 'UTC';
end $$;
-- +goose StatementEnd

-- Brings the rows of some events into event_listings, and their words into event_words.
-- +goose StatementBegin
create function list_events(ids uuid[]) returns void language sql as $$
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

-- +goose StatementBegin
create function list_changed() returns trigger language plpgsql as $$
begin
  perform list_events(array(select distinct c.event_id from changed c));
  return null;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create function list_event() returns trigger language plpgsql as $$
begin
  perform list_events(array[new.id]);
  return null;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create function list_event_of_shift() returns trigger language plpgsql as $$
begin
  perform list_events(array[new.event_id]);
  return null;
end $$;
-- +goose StatementEnd

create trigger event_shifts_listed_insert after insert on event_shifts referencing new table as changed
  for each statement execute function list_changed();
create trigger event_shifts_listed_delete after delete on event_shifts referencing old table as changed
  for each statement execute function list_changed();
create trigger event_shifts_listed_update after update of starts_at, ends_at, cancelled_at on event_shifts
  for each row when ((old.starts_at, old.ends_at, old.cancelled_at) is distinct from (new.starts_at, new.ends_at, new.cancelled_at))
  execute function list_event_of_shift();
create trigger events_listed after update of title, type, mode, status, visibility, published_at, timezone, venue, city, region, postal_code,
  latitude, longitude, place_private, series_id, org_name on events for each row execute function list_event();
create trigger event_tags_listed_insert after insert on event_tags referencing new table as changed
  for each statement execute function list_changed();
create trigger event_tags_listed_delete after delete on event_tags referencing old table as changed
  for each statement execute function list_changed();

-- Kilometres between two points of longitude and latitude, on a sphere (haversine).
create function distance_km(a point, b point) returns double precision language sql immutable parallel safe as $$
  select 12742 * asin(least(1, sqrt(
    sind((b[1] - a[1]) / 2) ^ 2 + cosd(a[1]) * cosd(b[1]) * sind((b[0] - a[0]) / 2) ^ 2)))
$$;

-- Whether a row passes the filters that need no other table, and is the one its event is shown by: the next one, or with past
-- the last one of what is over. '' and {} ask for everything. It is one expression, so that the planner sees through it.
create function listing_found(l event_listings, now timestamptz, past boolean, any_row boolean, from_day text, to_day text, type text, types text[],
  mode text, tags text[], org text, series text, place text, place_like text, region text) returns boolean language sql stable as $$
  select (past or l.ends_at > now)
    and (past or any_row or l.earlier_ends_at is null or l.earlier_ends_at <= now or from_day <> '' and l.earlier_ends_on < nullif(from_day, '')::date)
    and (not past or l.over_at <= now and (any_row or l.later_on is null or to_day <> '' and l.later_on > nullif(to_day, '')::date))
    and (from_day = '' or l.ends_on >= nullif(from_day, '')::date)
    and (to_day = '' or l.starts_on <= nullif(to_day, '')::date)
    and (listing_found.type = '' or l.type = listing_found.type)
    and (types = '{}' or l.type = any(types))
    and (listing_found.mode = '' or l.mode = listing_found.mode or listing_found.mode <> 'hybrid' and l.mode = 'hybrid')
    and (listing_found.tags = '{}' or l.tags && listing_found.tags)
    and (org = '' or l.org_id = nullif(org, '')::uuid)
    and (series = '' or l.series_id = nullif(series, '')::uuid)
    and (listing_found.place = ''
      or l.city like place_like and (listing_found.region = '' or l.region = listing_found.region)
      or listing_found.region = '' and (l.region = listing_found.place or l.postal_code <> '' and l.postal_code like place_like))
$$;

-- By the thousand: the function is planned for few.
select list_events(array_agg(id)) from (select id, row_number() over () / 1000 as batch from events) e group by batch;

-- +goose Down
drop trigger events_listed on events;
drop trigger event_shifts_listed_insert on event_shifts;
drop trigger event_shifts_listed_delete on event_shifts;
drop trigger event_shifts_listed_update on event_shifts;
drop function listing_found(event_listings, timestamptz, boolean, boolean, text, text, text, text[], text, text[], text, text, text, text, text);
drop table event_listings, event_words, event_tags;
alter table events drop column series_id;
drop table event_series;
create index events_search_words on events using gin (search_words gin_trgm_ops);
drop function list_events(uuid[]), list_changed(), list_event(), list_event_of_shift(), known_zone(text), distance_km(point, point);
