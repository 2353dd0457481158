-- Lines and offers for both kinds of seats, and sign-ups that ended for every reason.
update event_shifts set capacity = 5, online_capacity = 4 where id = pg_temp.id(201);
insert into event_signups (id, org_id, shift_id, contact_id, status, pool, attend, party_size, given_name, family_name, email, details_at, waitlisted_at, offered_at, offer_expires_at, cancelled_at, ended_reason)
select pg_temp.id(800 + n::int), pg_temp.id(1), pg_temp.id(201), pg_temp.id(25 + (n::int % 4)), status, pool, case pool when 'main' then 'in_person' else 'online' end, party, 'Line', 'Person', 'line' || n || '@example.org',
  '2026-10-10', '2026-10-10'::timestamptz + n * interval '1 minute',
  case when status = 'offered' or ended = 'expired' then timestamptz '2026-10-11' end, case when status = 'offered' or ended = 'expired' then timestamptz '2026-10-12' + n * interval '1 hour' end,
  case status when 'cancelled' then timestamptz '2026-10-13' end, ended
from unnest(array['offered', 'waitlisted', 'waitlisted', 'offered', 'waitlisted', 'cancelled', 'cancelled', 'cancelled', 'cancelled'],
  array['main', 'main', 'main', 'online', 'online', 'main', 'main', 'main', 'online'], array[2, 3, 1, 1, 2, 1, 1, 1, 1],
  array['', '', '', '', '', 'person', 'expired', 'organiser', 'junk']) with ordinality l (status, pool, party, ended, n);
update event_shifts s set
  (taken, online_taken, waiting, online_waiting, offers_end_at) = (select
    coalesce(sum(party_size) filter (where pool = 'main' and status in ('registered', 'offered')), 0), coalesce(sum(party_size) filter (where pool = 'online' and status in ('registered', 'offered')), 0),
    count(*) filter (where pool = 'main' and status = 'waitlisted'), count(*) filter (where pool = 'online' and status = 'waitlisted'),
    min(offer_expires_at) filter (where status = 'offered') from event_signups where shift_id = s.id);
update events set waitlist_enabled = false, offer_minutes = 60 where id = pg_temp.id(102);
