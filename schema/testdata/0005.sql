insert into event_series (id, org_id, slug, title) values (pg_temp.id(501), pg_temp.id(1), 'autumn', 'Autumn'), (pg_temp.id(502), pg_temp.id(2), 'herbst', 'Herbst');
update events set series_id = pg_temp.id(501) where id in (pg_temp.id(101), pg_temp.id(104), pg_temp.id(105));
insert into event_tags (org_id, event_id, tag) values (pg_temp.id(1), pg_temp.id(101), 'climate'), (pg_temp.id(1), pg_temp.id(101), 'housing'),
  (pg_temp.id(1), pg_temp.id(104), 'climate'), (pg_temp.id(2), pg_temp.id(107), 'klima');
