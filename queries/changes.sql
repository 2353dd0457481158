-- Changes of events that people are told about.

-- name: GetEventBySlug :one
-- Also an event that is not listed: the organiser's commands find it.
select id, org_id, timezone from events where slug = @slug;

-- name: GetShiftForChange :one
select s.id, s.org_id, s.event_id, s.starts_at, s.ends_at, s.cancelled_at, e.timezone, e.slug from event_shifts s
join events e on e.org_id = s.org_id and e.id = s.event_id
where s.id = @id;

-- name: LockEventForChange :one
select id, org_id, timezone, status, mode, venue, line1, city, region, postal_code, place_private, online_url, sequence
from events where id = @id for no key update;

-- name: LockShiftsForChange :many
-- In the order of their ids, so that two changes wait for each other.
select id, starts_at, ends_at, cancelled_at from event_shifts
where event_id = @event_id and ends_at > @now order by id for no key update;

-- name: ListShiftStates :many
select id, starts_at, ends_at, cancelled_at from event_shifts where id = any(@ids::uuid[]);

-- name: SetEventStatus :exec
update events set status = @status, sequence = sequence + 1, updated_at = @now where org_id = @org_id and id = @id;

-- name: ResumeEvent :exec
-- A postponed event has a date again. One in person that has a link was moved online before, and stays there.
update events set status = case when mode = 'in_person' and online_url <> '' then 'moved_online' else 'scheduled' end, sequence = sequence + 1,
  updated_at = @now
where org_id = @org_id and id = @id;

-- name: SetEventOnline :exec
update events set status = 'moved_online', online_url = @online_url, sequence = sequence + 1, updated_at = @now
where org_id = @org_id and id = @id;

-- name: LockEventForEdit :one
-- Also an event that is not listed, but no other organisation's.
select e.id, e.org_id, e.status, e.mode, e.title, e.summary, e.description, e.type, e.guests_allowed, e.accessibility, e.access_notes, e.venue, e.line1,
  e.city, e.region, e.postal_code, e.country, e.latitude, e.longitude, e.place_private, e.online_url, e.instructions, e.contact_name, e.contact_email,
  e.image_id
from events e join organizations o on o.id = e.org_id
where o.slug = @org and e.slug = @slug for no key update of e;

-- name: EditEvent :exec
update events set title = @title, summary = @summary, description = @description, type = @type, mode = @mode, status = @status, guests_allowed = @guests_allowed, accessibility = @accessibility,
  access_notes = @access_notes, venue = @venue, line1 = @line1, city = @city, region = @region, postal_code = @postal_code, country = @country, latitude = @latitude,
  longitude = @longitude, image_id = @image_id, place_private = @place_private, online_url = @online_url, instructions = @instructions, contact_name = @contact_name,
  contact_email = @contact_email, by_hand = array(select distinct unnest(by_hand || @by_hand::text[])), sequence = sequence + 1, updated_at = @now
where org_id = @org_id and id = @id;

-- name: PutImage :one
-- What an organisation has already stays as it is, but nobody removes it meanwhile.
insert into media_assets (id, org_id, key, content_type, size, width, height, alt, created_at)
values (@id, @org_id, @key, @content_type, @size, @width, @height, @alt, @now)
on conflict (org_id, key) do update set key = excluded.key returning id;

-- name: RemoveImage :exec
-- That of an event that shows another one or none now, unless another event shows it. Its file is removed as an orphan.
delete from media_assets m where m.org_id = @org_id and m.id = @id and not exists (select from events e where e.org_id = m.org_id and e.image_id = m.id);

-- name: SetPools :exec
-- The sign-ups for what is to come of an event take the seats of where they take part: those online of a hybrid event, else the main
-- ones. CountPools makes the counters follow.
update event_signups g set pool = case when e.mode = 'hybrid' and g.attend = 'online' then 'online' else 'main' end
from event_shifts s join events e on e.org_id = s.org_id and e.id = s.event_id
where e.org_id = @org_id and e.id = @event_id and s.ends_at > @now::timestamptz and g.org_id = s.org_id and g.shift_id = s.id and g.status <> 'cancelled';

-- name: CountPools :exec
-- The seats of an event that takes place in another mode than it was. Between online and hybrid the limit of those online stays theirs,
-- and that of the room is to be set. There is room for everybody who has a place.
update event_shifts s set taken = held.main, online_taken = held.online, waiting = held.waiting, online_waiting = held.online_waiting,
  capacity = case when limits.main is not null then greatest(held.main, limits.main) end,
  online_capacity = case when limits.online is not null then greatest(held.online, limits.online) end,
  updated_at = @now::timestamptz
from event_shifts old
join events e on e.org_id = old.org_id and e.id = old.event_id
cross join lateral (
  select case when e.mode = 'online' and @was::text = 'hybrid' then old.online_capacity when e.mode = 'hybrid' and @was::text = 'online' then null
      else old.capacity end as main,
    case when e.mode = 'hybrid' and @was::text = 'online' then old.capacity end as online
) limits
cross join lateral (
  select coalesce(sum(g.party_size) filter (where g.pool = 'main' and g.status <> 'waitlisted'), 0)::int as main,
    coalesce(sum(g.party_size) filter (where g.pool = 'online' and g.status <> 'waitlisted'), 0)::int as online,
    (count(*) filter (where g.pool = 'main' and g.status = 'waitlisted'))::int as waiting,
    (count(*) filter (where g.pool = 'online' and g.status = 'waitlisted'))::int as online_waiting
  from event_signups g where g.shift_id = old.id and g.status <> 'cancelled'
) held
where s.id = old.id and e.org_id = @org_id and e.id = @event_id and old.ends_at > @now::timestamptz;

-- name: MostWithoutSeat :one
-- How many people at most would find no seat at one of the times to come if all took the main ones.
select greatest(coalesce(max(s.taken + s.online_taken - s.capacity), 0), 0)::int from event_shifts s
where s.org_id = @org_id and s.event_id = @event_id and s.ends_at > @now::timestamptz;

-- name: HideShiftPlaces :exec
-- What an import calls a date that is at another place names that place: those who are signed up for it know it from now on.
update event_shifts set name = '', updated_at = @now,
  instructions = btrim(instructions || E'\n\n' || 'About this time: ' || name, E'\n')
where org_id = @org_id and event_id = @event_id and source_key is not null and name <> '';

-- name: TouchEvent :exec
update events set sequence = sequence + 1, updated_at = @now where org_id = @org_id and id = @id;

-- name: CancelShift :exec
update event_shifts set cancelled_at = @now::timestamptz, by_hand = true, updated_at = @now::timestamptz where org_id = @org_id and id = @id;

-- name: RescheduleShift :exec
-- Nobody has come yet, or stayed away, when it begins later.
with moved as (
  update event_shifts s set starts_at = @starts_at::timestamptz, ends_at = @ends_at::timestamptz, by_hand = true, updated_at = @now::timestamptz
  where s.org_id = @org_id and s.id = @id
  returning s.org_id, s.id, s.starts_at
)
update event_signups g set attended = null from moved
where g.org_id = moved.org_id and g.shift_id = moved.id and g.attended is not null and moved.starts_at > @now::timestamptz;

-- name: RememberTold :exec
-- What people know of the shifts that they have a place at, wait for or are offered, unless it is written down already.
update event_signups g set told = t.state
from (select unnest(@shifts::uuid[]) as shift_id, unnest(@states::text[])::jsonb as state) t
where g.shift_id = t.shift_id and g.status <> 'cancelled' and g.told is null;

-- name: ListConcerned :many
-- How many there are, of those we may write to and of the others, who know the same of a shift that they have a place at, wait for or
-- are offered, and take part in the same way.
select g.shift_id, g.status, g.attend, g.told, count(*) as people, (count(*) filter (where exists (
    select from suppressions s
    where s.address_hash = sha256(convert_to(lower(g.email), 'UTF8')) and s.channel = 'email' and (s.org_id = g.org_id or s.org_id is null)
  ))) as suppressed
from event_signups g where g.shift_id = any(@shifts::uuid[]) and g.status <> 'cancelled'
group by g.shift_id, g.status, g.attend, g.told;

-- name: InsertChange :exec
insert into event_changes (id, org_id, event_id, shift_id, sequence, note, created_at)
values (@id, @org_id, @event_id, sqlc.narg('shift_id'), @sequence, @note, @now);

-- name: ListToTell :many
-- Who knows an older version of the event than there is. Whose place in line ended with it is told so, and knows nothing
-- (told is null) from then on.
select g.id from event_signups g
join event_shifts s on s.org_id = g.org_id and s.id = g.shift_id
join events e on e.org_id = s.org_id and e.id = s.event_id
where e.id = @event_id and (g.status <> 'cancelled' or g.ended_reason = 'organiser') and (g.told ->> 'sequence')::int < e.sequence and g.id > @after
order by g.id limit @most;

-- name: SetTold :exec
update event_signups set told = @told where id = @id and told is not null;

-- name: ListChangeNotes :many
select note from event_changes
where event_id = @event_id and (shift_id is null or shift_id = @shift_id::uuid) and sequence > @after::int and note <> ''
order by sequence, created_at;

-- name: ListAlternatives :many
-- What else of the organisation has free seats: other times of the same event first.
select e.slug, e.title, e.timezone, e.mode, e.status, e.city, e.region, s.starts_at, s.ends_at
from events e
cross join lateral (
  select s.starts_at, s.ends_at from event_shifts s
  where s.event_id = e.id and s.cancelled_at is null and s.starts_at > @now::timestamptz and s.id <> @shift_id::uuid and shift_has_space(s)
  order by s.starts_at limit 1
) s
where e.org_id = @org_id and e.listed and e.status in ('scheduled', 'moved_online') and e.last_ends_at > @now::timestamptz
order by (e.id = @event_id::uuid) desc, s.starts_at limit 3;
