-- The form of an event beside its shifts: questions, hosts, and sign-ups that are junk.

-- name: ListQuestions :many
-- Those that are asked now.
select id, kind, label, help, choices, required from event_questions
where event_id = @event_id and removed_at is null
order by position, id
limit 20;

-- name: ListAnsweredQuestions :many
-- Those that a sign-up answered, whether they are still asked or not.
select id, kind, label, help, choices, required from event_questions
where event_id = @event_id and id = any(@ids::uuid[])
order by position, id;

-- name: ListShiftQuestions :many
-- None of an event that is not listed: a refusal names its question.
select q.id, q.kind, q.label, q.help, q.choices, q.required from event_questions q
join event_shifts s on s.org_id = q.org_id and s.event_id = q.event_id
join events e on e.org_id = s.org_id and e.id = s.event_id
where s.id = @shift_id and e.listed and q.removed_at is null
order by q.position, q.id
limit 20;

-- name: GetShiftOrganization :one
select org_id from event_shifts where id = @id;

-- name: ListGuestEvents :many
-- Listed events to come of others that the organisation hosts or promotes, by their next start.
select h.event_id, h.role, span.starts_at::timestamptz as starts_at from event_hosts h
join events e on e.org_id = h.org_id and e.id = h.event_id
cross join lateral (
  select min(s.starts_at) as starts_at from event_shifts s
  where s.event_id = e.id and s.cancelled_at is null and s.ends_at > @now::timestamptz
) span
where h.host_id = @host_id and e.listed and e.status <> 'cancelled' and span.starts_at is not null
order by span.starts_at, e.id
limit @most;

-- name: ListSignupsOf :many
-- The sign-ups of an address for an event, by id.
select g.id from event_signups g
join event_shifts s on s.org_id = g.org_id and s.id = g.shift_id
join events e on e.org_id = s.org_id and e.id = s.event_id
where e.slug = @slug and lower(g.email) = lower(@email::text)
order by g.id;

-- name: DeleteSignup :exec
-- The sign-up, and its contact when a form made it and no other sign-up is of it. Its seats must be free: see MoveSignup.
with gone as (
  delete from event_signups g where g.id = @id and g.status = 'cancelled' returning g.org_id, g.contact_id, g.id
)
delete from contacts c using gone
where c.org_id = gone.org_id and c.id = gone.contact_id and c.source = 'event'
  and not exists (select from event_signups other where other.org_id = c.org_id and other.contact_id = c.id and other.id <> gone.id);
