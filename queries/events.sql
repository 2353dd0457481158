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

-- name: ListCards :many
-- What a list shows of events. The shift shown is the one that starts at the moment in the id's place. An event that was
-- taken down has none, whatever event_listings says.
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
cross join lateral (select e.mode = 'hybrid' and e.status = 'moved_online' as online) moved -- only the seats online are left
cross join lateral (
  select count(*) as shifts,
    coalesce(sum(case when s.waiting = 0 and not moved.online then coalesce(s.capacity - s.taken, 0) else 0 end
      + case when e.mode = 'hybrid' and s.online_waiting = 0 then coalesce(s.online_capacity - s.online_taken, 0) else 0 end), 0) as free,
    coalesce(bool_or(s.capacity is null and not moved.online or e.mode = 'hybrid' and s.online_capacity is null), false) as unlimited
  from event_shifts s
  where s.event_id = e.id and s.cancelled_at is null and s.ends_at > @now::timestamptz
) sums
where e.listed and e.status <> 'cancelled'
order by at.n;

-- name: ListSitemapEvents :many
select slug, updated_at as updated from events
where listed and status <> 'cancelled' and last_ends_at > @since::timestamptz
order by last_ends_at desc limit 45000;

-- name: ListSitemapOrganizations :many
select o.slug, max(e.updated_at)::timestamptz as updated
from organizations o join events e on e.org_id = o.id and e.listed
group by o.id order by o.slug limit 5000;
