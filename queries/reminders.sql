-- Reminders: planned for a shift at a time, never twice for the same start.

-- name: ListShiftsToRemind :many
-- Shifts that may have a reminder due: the service knows the moments. Nobody is reminded of what does not take place.
select s.id, s.org_id, s.starts_at, s.ends_at, e.timezone, (o.sms_number is not null)::boolean as texts
from event_shifts s
join events e on e.org_id = s.org_id and e.id = s.event_id
join organizations o on o.id = s.org_id
where s.cancelled_at is null and s.taken > 0 and e.status in ('scheduled', 'moved_online')
  and s.ends_at > @ended_after and s.starts_at < @starts_before
  and (select count(*) from event_reminders r where r.shift_id = s.id and r.starts_at = s.starts_at) < case when o.sms_number is null then 3 else 4 end
order by s.starts_at, s.id;

-- name: ClaimReminders :many
-- Takes reminders for the caller's transaction; what comes back is its own to send, once for ever.
insert into event_reminders (org_id, shift_id, kind, starts_at, planned_at)
select unnest(@orgs::uuid[]), unnest(@shifts::uuid[]), unnest(@kinds::text[]), unnest(@starts::timestamptz[]), @now::timestamptz
on conflict do nothing
returning shift_id, kind, starts_at;

-- name: ListRegistered :many
-- Who is signed up for shifts, in the order of their sign-ups.
select id, shift_id, created_at, (text_to <> '')::boolean as text_me from event_signups
where shift_id = any(@shifts::uuid[]) and status = 'registered' and id > @after::uuid
order by id limit @most;
