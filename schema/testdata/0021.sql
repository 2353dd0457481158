-- An organisation that asks for confirmation, a place that is held for one, one that was not confirmed, and somebody who is coming.
update organizations set verify_signups = true where id = pg_temp.id(1);
update event_shifts set capacity = 8 where id = pg_temp.id(201);
insert into event_signups (id, org_id, shift_id, contact_id, status, pool, attend, party_size, given_name, family_name, email, details_at, offered_at, offer_expires_at, cancelled_at, ended_reason)
select pg_temp.id(820 + n::int), pg_temp.id(1), pg_temp.id(201), pg_temp.id(25), status, 'main', 'in_person', 3, 'Held', 'Person', 'held' || n || '@example.org',
  '2026-10-10', '2026-10-10', '2026-10-12', case status when 'cancelled' then timestamptz '2026-10-12' end, case status when 'cancelled' then 'expired' else '' end
from unnest(array['offered', 'cancelled']) with ordinality l (status, n);
update event_shifts set taken = taken + 3, offers_end_at = least(offers_end_at, '2026-10-12') where id = pg_temp.id(201);
update event_signups set coming_at = '2026-11-19' where id = pg_temp.id(301);
