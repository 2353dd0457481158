-- name: TouchSignupDetails :exec
update event_signups set details_at = @now where org_id = @org_id and id = @id;

-- name: GetSignup :one
-- Found by the id that a signed link proves; nothing about visibility: the person takes part.
select sqlc.embed(g), sqlc.embed(s), sqlc.embed(d), coalesce((select o.sms_number from organizations o where o.id = g.org_id), '')::text as sms_number
from event_signups g
join event_shifts s on s.org_id = g.org_id and s.id = g.shift_id
join event_details d on d.org_id = s.org_id and d.id = s.event_id
where g.id = @id;

-- name: SayComing :exec
-- Once. It is nothing that the person's calendar shows, so the row's stamp stays.
update event_signups set coming_at = @now::timestamptz where id = @id and status = 'registered' and coming_at is null;
