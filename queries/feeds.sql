-- Feeds: what other programs read again and again.

-- name: GetFeedVersion :one
-- Two states of what the feeds show differ in a count or in a sum of time stamps, also when a transaction commits late
-- with an older stamp. changed is the newest stamp, of events taken down too; passed the end of the last shift that left.
-- An organisation's feeds have its own events and those of others that it hosts or promotes: here and below the
-- first are read by when they end, and the second, with offset 0, one event after the other: neither is all there ever was.
select o.id, o.slug, o.name, o.updated_at,
  e.events, e.event_stamps::text as event_stamps, s.shifts, s.shift_stamps::text as shift_stamps,
  coalesce(greatest(e.changed, s.changed), o.updated_at)::timestamptz as changed,
  coalesce(greatest(
    (select max(p.ends_at) from event_shifts p where p.org_id = o.id and p.ends_at <= @since::timestamptz),
    (select max(p.ends_at) from event_hosts h cross join lateral (select * from event_shifts where event_id = h.event_id offset 0) p
     where h.host_id = o.id and p.ends_at <= @since::timestamptz)
  ), 'epoch')::timestamptz as passed
from organizations o
cross join lateral (
  select count(*) filter (where listed and coalesce(last_ends_at, updated_at) > @since::timestamptz) as events,
    coalesce(sum(extract(epoch from updated_at)) filter (where listed), 0) as event_stamps,
    max(updated_at) as changed
  from (
    select own.listed, own.last_ends_at, own.updated_at from events own where own.org_id = o.id
    union all
    select theirs.listed, theirs.last_ends_at, theirs.updated_at from event_hosts h join events theirs on theirs.id = h.event_id where h.host_id = o.id
  ) mine
) e
cross join lateral (
  select count(*) as shifts, coalesce(sum(extract(epoch from updated_at)), 0) as shift_stamps, max(updated_at) as changed
  from (
    select own.updated_at from event_shifts own where own.org_id = o.id and own.ends_at > @since::timestamptz
    union all
    select theirs.updated_at from event_hosts h cross join lateral (select * from event_shifts where event_id = h.event_id offset 0) theirs
    where h.host_id = o.id and theirs.ends_at > @since::timestamptz
  ) mine
) s
where o.slug = @slug;

-- name: ListFeedShifts :many
-- Of more than fit in, those to come first.
select s.id, s.name, s.starts_at, s.ends_at, s.cancelled_at, greatest(e.updated_at, s.updated_at)::timestamptz as updated_at,
  e.slug, e.title, e.summary, e.mode, e.status, e.venue, e.line1, e.city, e.region, e.postal_code, e.latitude, e.longitude,
  e.place_private, e.contact_email, e.sequence, o.name as org_name
from (
  select own.* from event_shifts own where own.org_id = @org_id and own.ends_at > @since::timestamptz
  union all
  select theirs.* from event_hosts h cross join lateral (select * from event_shifts where event_id = h.event_id offset 0) theirs
  where h.host_id = @org_id and theirs.ends_at > @since::timestamptz
) s
join events e on e.org_id = s.org_id and e.id = s.event_id
join organizations o on o.id = e.org_id
where e.listed
order by s.ends_at <= @now::timestamptz, s.starts_at, s.id limit @most::int;

-- name: ListFeedChanges :many
-- The events that changed last, with the span of their shifts that take place.
select e.id, e.slug, e.title, e.summary, e.type, e.mode, e.status, e.timezone, e.venue, e.line1, e.city, e.region, e.postal_code,
  e.place_private, e.first_starts_at, e.last_ends_at, e.published_at::timestamptz as published_at,
  greatest(e.updated_at, s.updated_at)::timestamptz as updated_at, s.shifts
from (
  select own.* from events own where own.org_id = @org_id
  union all
  select theirs.* from event_hosts h join events theirs on theirs.id = h.event_id where h.host_id = @org_id
) e
cross join lateral (
  select max(updated_at) as updated_at, count(*) filter (where cancelled_at is null) as shifts
  from event_shifts where event_id = e.id
) s
where e.listed and coalesce(e.last_ends_at, e.updated_at) > @since::timestamptz
order by greatest(e.updated_at, s.updated_at) desc, e.id limit @most::int;

-- name: ListPersonSignups :many
-- The sign-ups of the person behind one sign-up, with the same organisation and mail address, one per shift (the newest
-- state of it), as long as their links open. Who waited in vain never had an appointment.
select sqlc.embed(g), sqlc.embed(s), sqlc.embed(d)
from event_signups own
join lateral (
  select distinct on (shift_id) id from event_signups
  where org_id = own.org_id and contact_id = own.contact_id and lower(email) = lower(own.email) and status in ('registered', 'cancelled')
    and ended_reason not in ('expired', 'organiser')
  order by shift_id, sequence desc, id desc
) newest on true
join event_signups g on g.id = newest.id
join event_shifts s on s.org_id = g.org_id and s.id = g.shift_id
join event_details d on d.org_id = s.org_id and d.id = s.event_id
where own.id = @id and s.ends_at > @since::timestamptz
order by s.starts_at, s.id limit @most::int;

-- name: ListEmbedOrigins :many
select w.origin from embed_origins w join organizations o on o.id = w.org_id where o.slug = @slug order by w.origin;

-- name: AllowEmbedOrigin :execrows
-- No row when the organisation is not there or the origin was allowed before.
insert into embed_origins (org_id, origin, created_at) select id, @origin, @now::timestamptz from organizations where slug = @slug
on conflict do nothing;

-- name: ForbidEmbedOrigin :execrows
delete from embed_origins w using organizations o where o.id = w.org_id and o.slug = @slug and w.origin = @origin;
