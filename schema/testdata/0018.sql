update events set by_hand = '{contact}' where id = pg_temp.id(102);
