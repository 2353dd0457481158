update event_questions set removed_at = '2026-11-02' where id = pg_temp.id(702); -- it has an answer
