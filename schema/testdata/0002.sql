-- A delivery of every status.
insert into deliveries (id, org_id, key, kind, recipient, message_id, status, attempt_token, lease_until, attempts, reason, sent_at, created_at, updated_at)
select pg_temp.id(400 + n), pg_temp.id(1), 'events.confirm/' || n, 'events.confirm', 'person' || n || '@example.org', 'm' || n, status,
  case status when 'sending' then pg_temp.id(499) end, case status when 'sending' then timestamptz '2026-10-01' end, n, '',
  case status when 'sent' then timestamptz '2026-10-01' end, '2026-10-01', '2026-10-01'
from unnest(array['pending', 'sending', 'sent', 'failed', 'unknown']) with ordinality s (status, n);
insert into suppressions (id, org_id, address_hash, reason, created_at) values
  (pg_temp.id(411), pg_temp.id(1), '\x01', 'unsubscribed', '2026-10-01'), (pg_temp.id(412), null, '\x01', 'bounced', '2026-10-01'),
  (pg_temp.id(413), null, '\x02', 'complained', '2026-10-01');
