-- +goose Up
-- Waiting lines, seats for those who take part online, and offers. The counters of a shift are kept equal to its
-- sign-ups by the statements of queries/seats.sql, under the lock of the shift's row, and by nothing else.
alter table events
  add column waitlist_enabled boolean not null default true,
  add column offer_minutes    int not null default 720 check (offer_minutes between 1 and 43200);

alter table event_shifts
  add column online_capacity int check (online_capacity >= 0), -- null: unlimited; of a hybrid event only
  add column online_taken    int not null default 0 check (online_taken >= 0),
  add column waiting         int not null default 0 check (waiting >= 0), -- parties in the line for the main seats
  add column online_waiting  int not null default 0 check (online_waiting >= 0),
  add column offers_end_at   timestamptz, -- when the first open offer ends
  add constraint event_shifts_online_check check (online_capacity is null or online_taken <= online_capacity);

alter table event_signups
  drop constraint event_signups_status_check,
  add constraint event_signups_status_check check (status in ('registered', 'cancelled', 'waitlisted', 'offered')),
  add column pool             text not null default 'main' check (pool in ('main', 'online')), -- whose seats; never changes
  add column waitlisted_at    timestamptz, -- the place in line, with the id
  add column offered_at       timestamptz,
  add column offer_expires_at timestamptz, -- kept when it is over, to say when it was
  add column ended_reason     text not null default '' check (ended_reason in ('', 'person', 'expired', 'organiser', 'junk')),
  add constraint event_signups_waitlisted_check check (status <> 'waitlisted' or waitlisted_at is not null),
  add constraint event_signups_offered_check check (status <> 'offered' or offered_at is not null and offer_expires_at is not null);
create index event_signups_line on event_signups (shift_id, pool, waitlisted_at, id) where status = 'waitlisted';
create index event_signups_offers on event_signups (shift_id, offer_expires_at) where status = 'offered';

-- Those who signed up to take part online in a hybrid event need no chair.
update event_signups g set pool = 'online'
from event_shifts s join events e on e.id = s.event_id
where s.id = g.shift_id and e.mode = 'hybrid' and g.attend = 'online';
update event_shifts s set taken = s.taken - o.seats, online_taken = o.seats
from (select shift_id, sum(party_size) as seats from event_signups where pool = 'online' and status = 'registered' group by shift_id) o
where o.shift_id = s.id;

-- +goose Down
update event_signups set status = 'cancelled', cancelled_at = now() where status in ('waitlisted', 'offered');
-- All seats count together again, and there is room for everybody who has one.
update event_shifts s set taken = held.seats, capacity = case when s.capacity < held.seats then held.seats else s.capacity end
from (
  select s.id, coalesce(sum(g.party_size) filter (where g.status = 'registered'), 0) as seats
  from event_shifts s left join event_signups g on g.shift_id = s.id group by s.id
) held
where held.id = s.id and s.taken <> held.seats;
alter table event_signups
  drop constraint event_signups_status_check,
  drop constraint event_signups_waitlisted_check,
  drop constraint event_signups_offered_check,
  drop column pool, drop column waitlisted_at, drop column offered_at, drop column offer_expires_at, drop column ended_reason,
  add constraint event_signups_status_check check (status in ('registered', 'cancelled'));
alter table event_shifts
  drop constraint event_shifts_online_check,
  drop column online_capacity, drop column online_taken, drop column waiting, drop column online_waiting, drop column offers_end_at;
alter table events drop column waitlist_enabled, drop column offer_minutes;
