insert into event_reminders (org_id, shift_id, kind, starts_at, planned_at)
select pg_temp.id(1), pg_temp.id(201), kind, '2026-11-20 15:00Z', '2026-11-19' from unnest(array['tomorrow', 'today', 'feedback']) kind;
insert into event_feedback (signup_id, org_id, stars, comment, created_at, updated_at) values (pg_temp.id(301), pg_temp.id(1), 5, 'Fine', '2026-11-21', '2026-11-21');
insert into event_changes (id, org_id, event_id, shift_id, sequence, note, created_at) values
  (pg_temp.id(601), pg_temp.id(1), pg_temp.id(101), null, 1, 'All of it', '2026-10-05'), (pg_temp.id(602), pg_temp.id(1), pg_temp.id(101), pg_temp.id(202), 2, 'One time', '2026-10-06');
-- Told, not told, erased.
update event_signups set told = '{"sequence": 1, "start": "2026-11-20T15:00:00Z", "end": "2026-11-20T17:00:00Z", "status": "scheduled", "where": "Hall"}' where id in (pg_temp.id(301), pg_temp.id(302));
update event_signups set erased_at = '2026-11-01', given_name = '', family_name = '', email = 'erased-' || id where id = pg_temp.id(303);
update event_shifts set by_hand = true, cancelled_at = '2026-11-01' where id = pg_temp.id(210);
insert into deliveries (id, org_id, key, kind, recipient, message_id, status, send_after, recipient_hash, bounced_at, bounce_code, soft_bounces, sent_at, created_at, updated_at) values
  (pg_temp.id(421), pg_temp.id(1), 'events.remind/1', 'events.remind', 'person1@example.org', 'r1', 'pending', '2026-11-20', null, null, '', 0, null, '2026-10-01', '2026-10-01'),
  (pg_temp.id(422), pg_temp.id(1), 'events.remind/2', 'events.remind', '', 'r2', 'sent', null, '\x03', '2026-10-02', '5.1.1', 1, '2026-10-01', '2026-10-01', '2026-10-01');
insert into mail_domains (domain, urgent_at, bulk_at) values ('example.org', '2026-10-01', '2026-10-02');
insert into job_schedules (name, last_tick_at) values ('reminders', '2026-10-01');
update media_assets set variants_at = '2026-10-01' where id = pg_temp.id(11);
