update organizations set hosting = true where id = pg_temp.id(1);
insert into events (id, org_id, org_name, slug, title, timezone, approval_status) values
  (pg_temp.id(120), pg_temp.id(1), 'Lake County', 'supper', 'Supper', 'America/New_York', 'needs_host_verification'),
  (pg_temp.id(121), pg_temp.id(1), 'Lake County', 'tea', 'Tea', 'America/New_York', 'rejected');
insert into volunteer_hosts (event_id, org_id, given_name, family_name, email, note, mailed_at, asked_at, verified_at, decided_at) values
  (pg_temp.id(120), pg_temp.id(1), 'Ada', 'Lee', 'ada@example.org', '', '2026-11-01', '2026-11-01', null, null),
  (pg_temp.id(121), pg_temp.id(1), 'Bea', 'Lee', 'bea@example.org', 'Too far.', '2026-11-01', '2026-11-01', '2026-11-01', '2026-11-02');
