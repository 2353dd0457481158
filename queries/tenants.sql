-- Which organisation a transaction is for: until it ends, row-level security shows a site the people of that one only.

-- name: ForOrganization :exec
select set_config('app.org_id', (@org_id::uuid)::text, true);

-- name: ForSignup :exec
-- By a sign-up that a signed link or an operator names. When there is none, nothing is shown.
select set_config('app.org_id', coalesce(signup_organization(@signup::uuid)::text, ''), true);

-- name: ForDelivery :exec
-- By a message that its provider reports on. When there is none, nothing is shown.
select set_config('app.org_id', coalesce(delivery_organization(@delivery::uuid)::text, ''), true);

-- name: ForEvent :exec
-- By an event, listed or not. When there is none, nothing is shown.
select set_config('app.org_id', coalesce((select org_id::text from events where id = @event_id), ''), true);
