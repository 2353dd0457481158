update event_signups set attended = id = pg_temp.id(301) where id in (pg_temp.id(301), pg_temp.id(302)); -- one came, one did not
