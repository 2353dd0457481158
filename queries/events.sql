-- Public reading. Every query here shows listed events only: public and published.

-- name: GetListedEvent :one
-- With all that its page says of it: one statement, because the page is read more than anything else. The shifts are
-- those of ListShifts.
select sqlc.embed(d),
  array(select t.tag from event_tags t where t.event_id = d.id order by t.tag)::text[] as tags,
  coalesce(s.slug, '')::text as series_slug, coalesce(s.title, '')::text as series_title, coalesce(s.description, '')::text as series_description,
  (o.sms_number is not null)::boolean as texts, o.verify_signups as confirms,
  coalesce(public_host(d.id), '')::text as host_name,
  (select json_agg(q order by q.position, q.id) from (
    select id, kind, label, help, choices, required, position from event_questions where event_id = d.id and removed_at is null order by position, id limit 20) q)::json as questions,
  (select json_agg(h order by h.role, h.name, h.slug) from (
    select o.slug, o.name, h.role from event_hosts h join organizations o on o.id = h.host_id
    where h.event_id = d.id order by h.role, o.name, o.id limit 20) h)::json as hosts,
  (select json_agg(s) from (
    select s.id as "ID", s.name as "Name", s.starts_at as "StartsAt", s.ends_at as "EndsAt", s.capacity as "Capacity", s.taken as "Taken",
      s.waiting as "Waiting", s.online_capacity as "OnlineCapacity", s.online_taken as "OnlineTaken", s.online_waiting as "OnlineWaiting",
      s.cancelled_at as "CancelledAt", s.previous_starts_at as "PreviousStartsAt", e.waitlist_enabled as "WaitlistEnabled"
    from event_shifts s join events e on e.org_id = s.org_id and e.id = s.event_id
    where s.event_id = d.id
    order by (s.ends_at > @now::timestamptz) desc, abs(extract(epoch from s.starts_at - @now::timestamptz)) limit @most) s)::json as shifts
from event_details d
join events e on e.id = d.id
join organizations o on o.id = d.org_id
left join event_series s on s.id = e.series_id
where d.slug = @slug and d.listed;

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
-- What a list shows of events; see event_card. The columns are those of ListRelated.
select false as in_series, c.id::uuid as id, c.slug::text as slug, c.title::text as title, c.summary::text as summary, c.type::text as type, c.mode::text as mode,
  c.status::text as status, c.timezone::text as timezone, c.city::text as city, c.region::text as region, c.org_slug::text as org_slug,
  c.org_name::text as org_name, c.image_key::text as image_key, c.starts_at::timestamptz as starts_at, c.ends_at::timestamptz as ends_at,
  c.shifts::int as shifts, c.free::int as free, c.unlimited::boolean as unlimited
from generate_subscripts(@ids::uuid[], 1) as at (n)
cross join lateral event_card((@ids::uuid[])[at.n], (@starts::timestamptz[])[at.n], @now::timestamptz) as c
  (id, slug, title, summary, type, mode, status, timezone, city, region, org_slug, org_name, image_key, starts_at, ends_at, shifts, free, unlimited)
order by at.n;

-- name: CountSitemap :one
select (select count(*) from events where listed and status <> 'cancelled' and last_ends_at > @since::timestamptz) as events,
  (select count(*) from organizations o where exists (select from events e where e.org_id = o.id and e.listed)) as organizations;

-- name: ListSitemapEvents :many
-- In the order they were made: new ones go to the last file.
select slug, updated_at as updated from events
where listed and status <> 'cancelled' and last_ends_at > @since::timestamptz
order by id offset @skip limit @most;

-- name: ListSitemapOrganizations :many
select o.slug, max(e.updated_at)::timestamptz as updated
from organizations o join events e on e.org_id = o.id and e.listed
group by o.id order by o.id offset @skip limit @most;
