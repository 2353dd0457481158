-- Who holds a seat and who stands in line. Seats change hands only here, under the lock of the shift's row that
-- LockShift takes; every statement that changes a sign-up keeps the counters of its shift.

-- name: LockShift :exec
-- Locks a shift until the transaction ends, which is for its organisation from then on; whoever locks several does it in the order of
-- their ids. The lock leaves foreign keys to it alone. It is one shift a statement: a list would be planned anew each time.
select set_config('app.org_id', org_id::text, true) from event_shifts where id = @id for no key update;

-- name: GetLockedShift :one
-- A shift that is locked, with what the rules ask. It is read by a statement of its own: one that waited for the lock would
-- still see the event as it was before the wait, and somebody would sign up for what was cancelled meanwhile.
select s.id, s.org_id, s.event_id, s.name, s.starts_at, s.ends_at, s.cancelled_at, s.capacity, s.taken, s.waiting,
  s.online_capacity, s.online_taken, s.online_waiting, s.offers_end_at,
  e.slug, e.listed, e.timezone, e.country, e.status as event_status, e.mode as event_mode, e.guests_allowed, e.waitlist_enabled, e.offer_minutes,
  o.verify_signups, o.name as org_name, o.privacy_url, coalesce(o.sms_number, '')::text as sms_number
from event_shifts s
join events e on e.org_id = s.org_id and e.id = s.event_id
join organizations o on o.id = s.org_id
where s.id = @id;

-- name: ListHeldTogether :many
-- A sign-up and, while it is to be confirmed, the person's other times of the event that are: one confirmation is for all. A sign-up
-- never changes its shift.
with mine as (
  select g.id, g.org_id, g.shift_id, g.contact_id, g.email, s.event_id, g.status = 'offered' and g.waitlisted_at is null as unconfirmed
  from event_signups g join event_shifts s on s.org_id = g.org_id and s.id = g.shift_id
  where g.id = @id
)
select mine.id, mine.shift_id from mine
union all
select other.id, other.shift_id from mine
join event_signups other on other.org_id = mine.org_id and other.contact_id = mine.contact_id and lower(other.email) = lower(mine.email)
join event_shifts s on s.org_id = other.org_id and s.id = other.shift_id and s.event_id = mine.event_id
where mine.unconfirmed and other.id <> mine.id and other.status = 'offered' and other.waitlisted_at is null;

-- name: GetActiveSignup :one
select g.id, g.org_id, g.sequence, g.status, g.pool, g.details_at, g.created_at, g.party_size, g.given_name, g.family_name, g.text_to
from signups_of(@shift_id::uuid, @email::text) as mine (id) join event_signups g on g.id = mine.id
where g.status <> 'cancelled';

-- name: LastInLine :one
-- When the last in line joined it; an early date when nobody waits.
select coalesce(max(waitlisted_at), '2000-01-01')::timestamptz from event_signups
where shift_id = @shift_id and pool = @pool and status = 'waitlisted';

-- name: FirstInLine :one
select id, party_size from event_signups
where shift_id = @shift_id and pool = @pool and status = 'waitlisted'
order by waitlisted_at, id
limit 1;

-- name: CountAhead :one
-- How many stand in line before the sign-up.
select count(*) from event_signups g
join event_signups mine on mine.id = @id
where g.shift_id = mine.shift_id and g.pool = mine.pool and g.status = 'waitlisted'
  and (g.waitlisted_at, g.id) < (mine.waitlisted_at, mine.id);

-- name: ListEndedOffers :many
select id from event_signups
where shift_id = @shift_id and status = 'offered' and offer_expires_at <= @now::timestamptz
order by offer_expires_at, id;

-- name: ShortenOffers :many
-- Ends the open offers of a shift at a moment that are good for longer, and those that are to be confirmed at another. Their versions
-- stay: a mail that is on the way says the new end.
with cut as (
  update event_signups set updated_at = @now::timestamptz,
    offer_expires_at = case when waitlisted_at is null then @confirm_by::timestamptz else @ends::timestamptz end
  where shift_id = @shift_id and status = 'offered'
    and offer_expires_at > case when waitlisted_at is null then @confirm_by::timestamptz else @ends::timestamptz end
  returning id, offer_expires_at
), first as (
  update event_shifts set offers_end_at = least(offers_end_at, (select min(offer_expires_at) from cut)) where id = @shift_id and exists (select from cut)
)
select id, offer_expires_at::timestamptz as ends from cut order by id;

-- name: ListOtherSignups :many
-- The person's other active sign-ups for the same event.
select other.id, other.status, (other.status = 'offered' and other.waitlisted_at is null)::boolean as unconfirmed, s.id as shift_id, s.name, s.starts_at, s.ends_at, s.cancelled_at
from event_signups g
join event_shifts mine on mine.org_id = g.org_id and mine.id = g.shift_id
join event_signups other on other.org_id = g.org_id and other.contact_id = g.contact_id and other.id <> g.id and other.status <> 'cancelled'
join event_shifts s on s.org_id = other.org_id and s.id = other.shift_id and s.event_id = mine.event_id
where g.id = @id and lower(other.email) = lower(g.email)
order by s.starts_at, other.id
limit 60;

-- name: InsertSignup :one
-- Puts the contact (whose known details a stranger's form does not change), the sign-up and its seats, held or not, or its place
-- in line in one statement. The sequence goes on from earlier, cancelled sign-ups, for they are the same entry in the person's
-- calendar.
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
  update event_shifts set
    taken = taken + case when @pool::text = 'main' and @status::text in ('registered', 'offered') then @party_size::int else 0 end,
    online_taken = online_taken + case when @pool::text = 'online' and @status::text in ('registered', 'offered') then @party_size::int else 0 end,
    waiting = waiting + case when @pool::text = 'main' and @status::text = 'waitlisted' then 1 else 0 end,
    online_waiting = online_waiting + case when @pool::text = 'online' and @status::text = 'waitlisted' then 1 else 0 end,
    offers_end_at = least(offers_end_at, @offer_expires_at)
  where id = @shift_id
)
insert into event_signups (id, org_id, shift_id, contact_id, status, pool, waitlisted_at, offered_at, offer_expires_at, attend, party_size,
  given_name, family_name, email, phone, text_to, postal_code, note, answers, source, sequence, details_at, created_at, updated_at)
select @id, @org_id, @shift_id, person.id, @status::text, @pool::text, @waitlisted_at, case when @status::text = 'offered' then @now::timestamptz end,
  @offer_expires_at, @attend, @party_size::int, @given_name, @family_name, @email, @phone, @text_to, @postal_code, @note, @answers, @source,
  coalesce((select max(old.sequence) + 1 from signups_of(@shift_id, @email) as mine (id) join event_signups old on old.id = mine.id), 0),
  @now, @now, @now
from person
returning sequence;

-- name: MoveSignup :one
-- Gives a sign-up another state or party, and its shift the counters that follow. No row when the sign-up is not (any
-- longer) in the state it was.
with before as (
  select g.id, g.shift_id, g.pool, g.party_size,
    case when g.status in ('registered', 'offered') then g.party_size else 0 end as seats,
    case when g.status = 'waitlisted' then 1 else 0 end as line
  from event_signups g where g.id = @id and g.status = @was
), moved as (
  update event_signups g set status = @status::text, party_size = @party_size::int, sequence = g.sequence + 1, updated_at = @now::timestamptz,
    waitlisted_at = coalesce(@waitlisted_at, g.waitlisted_at),
    offered_at = case when @status::text = 'offered' then coalesce(g.offered_at, @now::timestamptz) else g.offered_at end,
    offer_expires_at = coalesce(@offer_expires_at, g.offer_expires_at),
    cancelled_at = case when @status::text = 'cancelled' then @now::timestamptz end,
    ended_reason = @ended_reason,
    attended = case when @status::text = 'registered' then g.attended end,
    coming_at = case when @status::text = 'registered' then g.coming_at end,
    -- What they were told while they waited may name a place that they were never let into; the details say how it is now.
    told = case when @status::text = 'registered' and g.status <> 'registered' then null else g.told end
  from before b where g.id = b.id
  returning g.id, g.sequence, g.offer_expires_at, b.shift_id, b.pool,
    case when @status::text in ('registered', 'offered') then @party_size::int else 0 end - b.seats as seats,
    case when @status::text = 'waitlisted' then 1 else 0 end - b.line as line
), counted as (
  update event_shifts s set
    taken = s.taken + case when m.pool = 'main' then m.seats else 0 end,
    online_taken = s.online_taken + case when m.pool = 'online' then m.seats else 0 end,
    waiting = s.waiting + case when m.pool = 'main' then m.line else 0 end,
    online_waiting = s.online_waiting + case when m.pool = 'online' then m.line else 0 end,
    offers_end_at = least(case when @status::text = 'offered' then m.offer_expires_at end,
      (select min(o.offer_expires_at) from event_signups o where o.shift_id = s.id and o.status = 'offered' and o.id <> m.id))
  from moved m where s.id = m.shift_id
  returning s.taken, s.waiting, s.online_taken, s.online_waiting, s.offers_end_at
)
select moved.sequence, counted.taken, counted.waiting, counted.online_taken, counted.online_waiting, counted.offers_end_at
from moved, counted;

-- name: EndLine :one
-- Ends every place in line and every offer of a shift, and returns the counters that are left.
with line as (
  select id, pool, case when status = 'offered' then party_size else 0 end as seats
  from event_signups where shift_id = @shift_id and status in ('waitlisted', 'offered')
), ended as (
  update event_signups g set status = 'cancelled', ended_reason = 'organiser', sequence = g.sequence + 1,
    cancelled_at = @now::timestamptz, updated_at = @now::timestamptz
  from line where g.id = line.id
)
update event_shifts s set waiting = 0, online_waiting = 0, offers_end_at = null,
  taken = s.taken - coalesce((select sum(seats) from line where pool = 'main'), 0)::int,
  online_taken = s.online_taken - coalesce((select sum(seats) from line where pool = 'online'), 0)::int
where s.id = @shift_id
returning s.taken, s.waiting, s.online_taken, s.online_waiting, s.offers_end_at;

-- name: SetShiftCapacity :exec
update event_shifts set capacity = @capacity, online_capacity = @online_capacity, updated_at = @now::timestamptz where id = @id;

-- name: GetWaitlist :one
select waitlist_enabled, offer_minutes from events where slug = @slug;

-- name: SetWaitlist :one
-- No offer minutes: as they are.
update events set waitlist_enabled = @enabled, offer_minutes = coalesce(nullif(@offer_minutes::int, 0), offer_minutes), updated_at = @now::timestamptz
where slug = @slug returning offer_minutes;
