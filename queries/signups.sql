-- name: LockShift :one
-- The shift with what the rule of signing up asks, locked until the transaction ends, and the sign-up that the address
-- already has. The lock leaves foreign keys to the shift alone.
select s.id, s.org_id, s.event_id, s.starts_at, s.ends_at, s.capacity, s.taken, s.cancelled_at,
  e.slug, e.status as event_status, e.mode as event_mode, e.guests_allowed
from event_shifts s
join events e on e.org_id = s.org_id and e.id = s.event_id
where s.id = @shift_id and e.listed
for no key update of s;

-- name: GetActiveSignup :one
select id, org_id, sequence, details_at, created_at, party_size, given_name, family_name from event_signups
where shift_id = @shift_id and lower(email) = lower(@email::text) and status <> 'cancelled';

-- name: InsertSignup :one
-- Puts the contact (whose known details a stranger's form does not change), the sign-up and the seats in one statement.
-- The sequence goes on from earlier, cancelled sign-ups, for they are the same entry in the person's calendar.
with person as (
  insert into contacts (id, org_id, given_name, family_name, email, phone, postal_code, source, created_at, updated_at)
  values (@contact_id, @org_id, @given_name, @family_name, @email, @phone, @postal_code, 'event', @now, @now)
  on conflict (org_id, lower(email)) where email <> '' do update set
    given_name = coalesce(nullif(contacts.given_name, ''), excluded.given_name),
    family_name = coalesce(nullif(contacts.family_name, ''), excluded.family_name),
    phone = coalesce(nullif(contacts.phone, ''), excluded.phone),
    postal_code = coalesce(nullif(contacts.postal_code, ''), excluded.postal_code),
    updated_at = excluded.updated_at
  returning id
), seats as (
  update event_shifts set taken = taken + @party_size::int where id = @shift_id
)
insert into event_signups (id, org_id, shift_id, contact_id, attend, party_size, given_name, family_name, email, phone,
  postal_code, note, sequence, details_at, created_at, updated_at)
select @id, @org_id, @shift_id, person.id, @attend, @party_size::int, @given_name, @family_name, @email, @phone, @postal_code, @note,
  coalesce((select max(old.sequence) + 1 from event_signups old where old.shift_id = @shift_id and lower(old.email) = lower(@email)), 0),
  @now, @now, @now
from person
returning sequence;

-- name: TouchSignupDetails :exec
update event_signups set details_at = @now where org_id = @org_id and id = @id;

-- name: GetSignup :one
-- Found by the id that a signed link proves; nothing about visibility: the person takes part.
select sqlc.embed(g), sqlc.embed(s), sqlc.embed(d)
from event_signups g
join event_shifts s on s.org_id = g.org_id and s.id = g.shift_id
join event_details d on d.org_id = s.org_id and d.id = s.event_id
where g.id = @id;

-- name: LockSignupShift :one
-- The lock order is shift, then sign-up, everywhere.
select s.id, s.ends_at from event_shifts s
join event_signups g on g.org_id = s.org_id and g.shift_id = s.id
where g.id = @signup_id
for no key update of s;

-- name: CancelSignup :one
-- Gives the seats back exactly once: no row when the sign-up was cancelled before.
with gone as (
  update event_signups g set status = 'cancelled', cancelled_at = @now::timestamptz, updated_at = @now::timestamptz, sequence = g.sequence + 1
  where g.id = @signup_id and g.status <> 'cancelled'
  returning g.org_id, g.shift_id, g.party_size, g.sequence
), seats as (
  update event_shifts s set taken = s.taken - gone.party_size from gone where s.org_id = gone.org_id and s.id = gone.shift_id
)
select sequence from gone;
