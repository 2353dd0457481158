-- Work that waits, is under way and is done.
insert into river_job (args, kind, max_attempts, queue, priority, state, metadata, attempted_at, attempted_by, finalized_at) values
  ('{"signup_id": 1}', 'events.confirm', 25, 'default', 1, 'available', '{}', null, null, null),
  ('{"signup_id": 2}', 'events.confirm', 25, 'bulk', 2, 'running', '{}', now(), '{a}', null),
  ('{"signup_id": 3}', 'events.confirm', 25, 'default', 1, 'completed', '{}', now(), '{a}', now());
