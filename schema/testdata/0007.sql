insert into event_questions (id, org_id, event_id, position, kind, label, choices, required) values
  (pg_temp.id(701), pg_temp.id(1), pg_temp.id(101), 1, 'text', 'What do you bring?', '{}', false),
  (pg_temp.id(702), pg_temp.id(1), pg_temp.id(101), 2, 'choice', 'Which size?', '{S,M}', true),
  (pg_temp.id(703), pg_temp.id(1), pg_temp.id(101), 3, 'multiple', 'Which days?', '{Mon,Tue}', false),
  (pg_temp.id(704), pg_temp.id(1), pg_temp.id(101), 4, 'yes_no', 'Do you drive?', '{}', false);
update event_signups set answers = jsonb_build_object(pg_temp.id(702), '["M"]'::jsonb), source = '{"utm_source": "mail"}' where id = pg_temp.id(301);
insert into event_hosts (org_id, event_id, host_id, role) values (pg_temp.id(1), pg_temp.id(101), pg_temp.id(2), 'cohost'), (pg_temp.id(2), pg_temp.id(107), pg_temp.id(1), 'promoter');
update event_shifts set starts_at = '2026-11-21 16:00Z' where id = pg_temp.id(202); -- moved: it says from when
