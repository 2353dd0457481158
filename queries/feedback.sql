-- What people say about shifts they took part in.

-- name: GetFeedback :one
select stars, comment from event_feedback where org_id = @org_id and signup_id = @signup_id;

-- name: SaveFeedback :exec
insert into event_feedback (signup_id, org_id, stars, comment, created_at, updated_at)
values (@signup_id, @org_id, @stars, @comment, @now, @now)
on conflict (signup_id) do update set stars = excluded.stars, comment = excluded.comment, updated_at = excluded.updated_at;
