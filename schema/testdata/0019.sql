insert into opt_outs (org_id, scope, address_hash, created_at) values (pg_temp.id(1), 'reminders', '\x01', '2026-11-27');
