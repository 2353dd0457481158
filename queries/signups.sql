-- name: TouchSignupDetails :exec
update event_signups set details_at = @now where org_id = @org_id and id = @id;

-- name: GetSignup :one
-- Found by the id that a signed link proves; nothing about visibility: the person takes part.
select sqlc.embed(g), sqlc.embed(s), sqlc.embed(d)
from event_signups g
join event_shifts s on s.org_id = g.org_id and s.id = g.shift_id
join event_details d on d.org_id = s.org_id and d.id = s.event_id
where g.id = @id;
