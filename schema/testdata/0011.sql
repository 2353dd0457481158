insert into event_tags (org_id, event_id, tag, imported) values (pg_temp.id(1), pg_temp.id(102), 'fair', true);
