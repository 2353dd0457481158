-- Events that volunteers host, until the organisation has approved them.

-- name: LockHostingOrganization :one
-- So that a form sent twice makes one event. No row where volunteers may not host any more.
select id, name from organizations where slug = @slug and hosting for no key update;

-- name: SetHosting :execrows
update organizations set hosting = @hosting, updated_at = @now where slug = @slug;

-- name: FindHosting :one
-- What the same form asked for before, if nothing has become of it.
select e.id, h.mailed_at from volunteer_hosts h
join events e on e.org_id = h.org_id and e.id = h.event_id
where h.org_id = @org_id and lower(h.email) = lower(@email::text) and e.title = @title and e.first_starts_at = @starts_at::timestamptz
  and e.approval_status in ('needs_host_verification', 'needs_approval') and e.status <> 'cancelled'
order by e.id limit 1;

-- name: InsertHostedEvent :execrows
-- No row when the slug is taken: try another.
insert into events (id, org_id, org_name, slug, title, summary, description, type, mode, timezone, venue, line1, city, region, postal_code, country,
  place_private, online_url, accessibility, access_notes, guests_allowed, approval_status, created_at, updated_at)
values (@id, @org_id, @org_name, @slug, @title, @summary, @description, @type, @mode, @timezone, @venue, @line1, @city, @region, @postal_code, @country,
  @place_private, @online_url, @accessibility, @access_notes, @guests_allowed, 'needs_host_verification', @now::timestamptz, @now::timestamptz)
on conflict (slug) do nothing;

-- name: InsertHostedShift :exec
insert into event_shifts (id, org_id, event_id, starts_at, ends_at, capacity, created_at, updated_at)
values (@id, @org_id, @event_id, @starts_at, @ends_at, sqlc.narg('capacity'), @now::timestamptz, @now::timestamptz);

-- name: InsertVolunteerHost :exec
insert into volunteer_hosts (event_id, org_id, given_name, family_name, email, mailed_at, asked_at)
values (@event_id, @org_id, @given_name, @family_name, @email, @now::timestamptz, @now::timestamptz);

-- name: TouchHostMail :exec
update volunteer_hosts set mailed_at = @now where org_id = @org_id and event_id = @event_id;

-- name: GetHosting :one
select sqlc.embed(d), sqlc.embed(h), e.approval_status from volunteer_hosts h
join events e on e.org_id = h.org_id and e.id = h.event_id
join event_details d on d.id = e.id
where h.event_id = @event_id;

-- name: LockHosting :one
select e.id, e.org_id, e.status, e.approval_status, e.first_starts_at, o.email as org_email from volunteer_hosts h
join events e on e.org_id = h.org_id and e.id = h.event_id
join organizations o on o.id = e.org_id
where h.event_id = @event_id for no key update of e;

-- name: RememberHostTold :execrows
-- What the host of an approved event knows of it, unless it is written down already. A row when there is a host to tell.
update volunteer_hosts h set told = coalesce(h.told, @state::jsonb) from events e
where h.org_id = e.org_id and h.event_id = e.id and e.id = @event_id and e.approval_status = 'approved' and h.email <> '';

-- name: SetHostTold :exec
update volunteer_hosts set told = @told where event_id = @event_id and told is not null;

-- name: VerifyHosting :exec
with verified as (
  update volunteer_hosts h set verified_at = @now::timestamptz where h.org_id = @org_id and h.event_id = @event_id
)
update events e set approval_status = 'needs_approval', updated_at = @now::timestamptz where e.org_id = @org_id and e.id = @event_id;

-- name: ApproveHosting :exec
-- Search and the lists follow by their triggers.
with decided as (
  update volunteer_hosts h set decided_at = @now::timestamptz where h.org_id = @org_id and h.event_id = @event_id
)
update events e set approval_status = 'approved', published_at = @now::timestamptz, updated_at = @now::timestamptz
where e.org_id = @org_id and e.id = @event_id;

-- name: RejectHosting :exec
with decided as (
  update volunteer_hosts h set decided_at = @now::timestamptz, note = @note where h.org_id = @org_id and h.event_id = @event_id
)
update events e set approval_status = 'rejected', updated_at = @now::timestamptz where e.org_id = @org_id and e.id = @event_id;

-- name: ListHostingsToReview :many
-- The oldest first, without those that their hosts withdrew.
select e.slug, e.title, e.timezone, e.mode, e.city, e.region, s.starts_at, h.given_name, h.family_name, h.verified_at::timestamptz as verified_at
from volunteer_hosts h
join events e on e.org_id = h.org_id and e.id = h.event_id
join event_shifts s on s.org_id = e.org_id and s.event_id = e.id
where h.org_id = @org_id and e.approval_status = 'needs_approval' and e.status <> 'cancelled'
order by h.verified_at, e.id
limit @most;

-- name: DeleteHostings :execrows
-- Events that the host did not confirm after the last mail, that were rejected, or that were over before anybody decided: nobody can have
-- signed up for one.
delete from events e using volunteer_hosts h
where h.org_id = e.org_id and h.event_id = e.id
  and (e.approval_status = 'needs_host_verification' and h.mailed_at < @unconfirmed::timestamptz
    or e.approval_status = 'rejected' and h.decided_at < @rejected::timestamptz
    or e.approval_status = 'needs_approval' and coalesce(e.last_ends_at, h.asked_at) < @rejected::timestamptz);

-- name: EraseHosts :execrows
-- Takes the person out of events that ended before: the name, the address, and the home where it was private.
with old as (
  select h.org_id, h.event_id from volunteer_hosts h
  join events e on e.org_id = h.org_id and e.id = h.event_id
  where h.email <> '' and coalesce(e.last_ends_at, e.updated_at) < @before::timestamptz
), homes as (
  update events e set venue = '', line1 = '', postal_code = '', latitude = null, longitude = null from old
  where e.org_id = old.org_id and e.id = old.event_id and e.place_private
)
update volunteer_hosts h set given_name = '', family_name = '', email = '', told = null from old where h.org_id = old.org_id and h.event_id = old.event_id;
