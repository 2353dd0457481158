insert into embed_origins (org_id, origin) values (pg_temp.id(1), 'https://www.example.org'), (pg_temp.id(2), 'http://localhost:8080');
