update volunteer_hosts set told = '{"sequence": 1, "start": "2026-11-20T15:00:00Z", "end": "2026-11-20T17:00:00Z", "status": "scheduled", "where": "Hall"}' where event_id = pg_temp.id(121);
update media_assets set variants_at = null, variants_tries = 2, variants_after = '2026-10-02' where id = pg_temp.id(11);
