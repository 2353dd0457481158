-- name: OpenDelivery :one
-- The row of the key, made if it is new, locked for the caller's transaction.
insert into deliveries (id, org_id, key, kind, recipient, message_id, created_at, updated_at)
values (@id, @org_id, @key, @kind, @recipient, @message_id, @now, @now)
on conflict (org_id, key) do update set updated_at = deliveries.updated_at
returning id, status, attempts, lease_until;

-- name: CountSuppressions :one
-- How many suppressions keep the organisation from writing to the address.
select count(*) from suppressions
where address_hash = sha256(convert_to(lower(@address::text), 'UTF8')) and channel = 'email' and (org_id = @org_id::uuid or org_id is null);

-- name: ClaimDelivery :exec
update deliveries
set status = 'sending', attempt_token = @token::uuid, lease_until = @lease_until::timestamptz, attempts = attempts + 1, reason = '', updated_at = @now
where id = @id and status = 'pending';

-- name: RefuseDelivery :exec
-- Ends a delivery that was never tried.
update deliveries set status = 'failed', reason = @reason, updated_at = @now where id = @id and status = 'pending';

-- name: FinishDelivery :execrows
-- Says how an attempt went; changes nothing when the attempt has lost its lease.
update deliveries
set status = @status, reason = @reason, attempt_token = null, lease_until = null, updated_at = @now::timestamptz,
  sent_at = case when @status = 'sent' then @now::timestamptz end
where id = @id and attempt_token = @token::uuid;

-- name: DoubtLostDeliveries :many
-- Attempts that never said how they went.
update deliveries
set status = 'unknown', reason = 'lost', attempt_token = null, lease_until = null, updated_at = @now::timestamptz
where status = 'sending' and lease_until < @now::timestamptz
returning id, org_id, kind;

-- name: DoubtDelivery :exec
-- The same for one row, by the attempt that finds it.
update deliveries
set status = 'unknown', reason = 'lost', attempt_token = null, lease_until = null, updated_at = @now
where id = @id and status = 'sending';

-- name: ListUnknownDeliveries :many
select id, org_id, kind, key, message_id, reason, updated_at from deliveries
where status = 'unknown' order by updated_at desc limit @most;

-- name: CountUnknownDeliveries :one
select count(*) from deliveries where status = 'unknown';

-- name: Suppress :exec
insert into suppressions (id, org_id, address_hash, reason, created_at)
values (@id, sqlc.narg('org_id'), sha256(convert_to(lower(@address::text), 'UTF8')), @reason, @now)
on conflict do nothing;
