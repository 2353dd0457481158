-- +goose Up

-- A search for events with space reads a flag instead of every shift. Only what takes the last seat or frees one writes it, so
-- that other sign-ups change nothing that search reads.

-- Whether somebody could take part in the shift without waiting. A hybrid event has seats online beside those in the room, and
-- those alone once it moved online.
create function shift_has_space(s event_shifts) returns boolean language sql stable as $$
  select (s.capacity is null or s.taken < s.capacity) and s.waiting = 0 and not (e.mode = 'hybrid' and e.status = 'moved_online')
    or e.mode = 'hybrid' and (s.online_capacity is null or s.online_taken < s.online_capacity) and s.online_waiting = 0
  from events e where e.id = s.event_id
$$;

alter table event_listings add column has_space boolean not null default true;
update event_listings l set has_space = shift_has_space(s) from event_shifts s where s.id = l.shift_id;

-- +goose StatementBegin
create function listing_space() returns trigger language plpgsql as $$
begin
  select shift_has_space(s) into strict new.has_space from event_shifts s where s.id = new.shift_id;
  return new;
end $$;
-- +goose StatementEnd
create trigger event_listings_space before insert or update on event_listings for each row execute function listing_space();

-- +goose StatementBegin
create function shift_space() returns trigger language plpgsql as $$
begin
  update event_listings set has_space = shift_has_space(new) where shift_id = new.id;
  return null;
end $$;
-- +goose StatementEnd
-- Spelled out, because every sign-up passes here: a call would cost it more than the row it writes.
create trigger event_shifts_space after update of taken, capacity, waiting, online_taken, online_capacity, online_waiting on event_shifts
  for each row when (
    ((old.capacity is null or old.taken < old.capacity) and old.waiting = 0) <> ((new.capacity is null or new.taken < new.capacity) and new.waiting = 0)
    or ((old.online_capacity is null or old.online_taken < old.online_capacity) and old.online_waiting = 0)
      <> ((new.online_capacity is null or new.online_taken < new.online_capacity) and new.online_waiting = 0)
  ) execute function shift_space();

-- What brings rows into event_listings holds the event meanwhile: a transaction that takes it down waits, or is waited for, so that
-- no row stays of an event that is not public any more.
-- +goose StatementBegin
create or replace function list_changed() returns trigger language plpgsql as $$
begin
  perform from events e where e.id in (select c.event_id from changed c) order by e.id for no key update;
  perform list_events(array(select distinct c.event_id from changed c));
  return null;
end $$;
-- +goose StatementEnd
-- +goose StatementBegin
create or replace function list_event_of_shift() returns trigger language plpgsql as $$
begin
  perform from events e where e.id = new.event_id for no key update;
  perform list_events(array[new.event_id]);
  return null;
end $$;
-- +goose StatementEnd

-- What a list shows of an event, if it may be shown: it is asked again here, whatever event_listings says. The shift shown is the
-- one that starts at that moment. One expression that the planner sees through; the limits keep it from reading whole tables for
-- what it takes to be a thousand events.
-- +goose StatementBegin
create function event_card(event uuid, at timestamptz, now timestamptz) returns table (id uuid, slug text, title text, summary text, type text, mode text,
  status text, timezone text, city text, region text, org_slug text, org_name text, image_key text, starts_at timestamptz, ends_at timestamptz,
  shifts bigint, free bigint, unlimited boolean) language sql stable as $$
  select e.id, e.slug, e.title, e.summary, e.type, e.mode, e.status, e.timezone, e.city, e.region, e.org_slug, e.org_name, e.image_key,
    shown.starts_at, shown.ends_at, sums.shifts, sums.free, sums.unlimited
  from (
    select e.id, e.slug, e.title, e.summary, e.type, e.mode, e.status, e.timezone, e.city, e.region,
      e.mode = 'hybrid' and e.status = 'moved_online' as online, -- only the seats online are left
      o.slug as org_slug, o.name as org_name, coalesce(m.key, '') as image_key
    from events e
    join organizations o on o.id = e.org_id
    left join media_assets m on m.org_id = e.org_id and m.id = e.image_id
    where e.id = event and e.listed and e.status <> 'cancelled' limit 1
  ) e
  cross join lateral (
    select s.starts_at, s.ends_at from event_shifts s
    where s.event_id = e.id and s.starts_at = at and s.cancelled_at is null
    order by s.ends_at limit 1
  ) shown
  cross join lateral (
    select count(*) as shifts,
      coalesce(sum(case when s.waiting = 0 and not e.online then coalesce(s.capacity - s.taken, 0) else 0 end
        + case when e.mode = 'hybrid' and s.online_waiting = 0 then coalesce(s.online_capacity - s.online_taken, 0) else 0 end), 0) as free,
      coalesce(bool_or(s.capacity is null and not e.online or e.mode = 'hybrid' and s.online_capacity is null), false) as unlimited
    from (select * from event_shifts where event_id = e.id offset 0) s -- not by when they end: that would be everybody's
    where s.cancelled_at is null and s.ends_at > now
  ) sums
$$;
-- +goose StatementEnd

-- +goose Down
drop function event_card(uuid, timestamptz, timestamptz);
-- +goose StatementBegin
create or replace function list_changed() returns trigger language plpgsql as $$
begin
  perform list_events(array(select distinct c.event_id from changed c));
  return null;
end $$;
-- +goose StatementEnd
-- +goose StatementBegin
create or replace function list_event_of_shift() returns trigger language plpgsql as $$
begin
  perform list_events(array[new.event_id]);
  return null;
end $$;
-- +goose StatementEnd
drop trigger event_shifts_space on event_shifts;
drop trigger event_listings_space on event_listings;
alter table event_listings drop column has_space;
drop function shift_space(), listing_space(), shift_has_space(event_shifts);
