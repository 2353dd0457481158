-- name: OpenDelivery :one
-- The row of the key, made if it is new, locked for the caller's transaction.
insert into deliveries (id, org_id, key, kind, recipient, message_id, created_at, updated_at)
values (@id, @org_id, @key, @kind, @recipient, @message_id, @now, @now)
on conflict (org_id, key) do update set updated_at = deliveries.updated_at
returning id, status, attempts, lease_until, send_after;

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

-- name: TakePlace :one
-- Takes a place in the line of mail that somebody waits for, and says when the next is. Places not used since the moment
-- earliest are gone; first is when the next is if there is no line.
insert into mail_domains as d (domain, urgent_at, bulk_at) values (@domain, @first, '-infinity')
on conflict (domain) do update set urgent_at = greatest(d.urgent_at, @earliest) + @step::interval
returning urgent_at;

-- name: TakeBulkPlace :one
-- The same in the line of the rest.
insert into mail_domains as d (domain, urgent_at, bulk_at) values (@domain, '-infinity', @first)
on conflict (domain) do update set bulk_at = greatest(d.bulk_at, @earliest) + @step::interval
returning bulk_at;

-- name: DeferDelivery :exec
update deliveries set send_after = @send_after::timestamptz, updated_at = @now where id = @id and status = 'pending';

-- name: DeleteIdleDomains :execrows
delete from mail_domains where greatest(urgent_at, bulk_at) < @before::timestamptz;

-- name: GetDelivery :one
select id, status, recipient, recipient_hash from deliveries where id = @id;

-- name: GetDeliveryByMessageID :one
select id, status, recipient, recipient_hash from deliveries where message_id = @message_id order by id limit 1;

-- name: MarkBounced :execrows
-- Once: a second report about the same delivery changes nothing.
update deliveries set bounced_at = @now::timestamptz, bounce_code = @code, updated_at = @now::timestamptz where id = @id and bounced_at is null;

-- name: CountSoftBounce :exec
update deliveries set soft_bounces = soft_bounces + 1, bounce_code = @code where id = @id;

-- name: SuppressHash :exec
insert into suppressions (id, org_id, address_hash, reason, created_at)
values (@id, null, @address_hash, @reason, @now)
on conflict do nothing;

-- name: EraseRecipients :execrows
-- Forgets the addresses of deliveries that ended before; their hashes stay, so that a late bounce still finds its address.
-- What is in doubt stays as it is.
update deliveries set recipient = '', recipient_hash = sha256(convert_to(lower(recipient), 'UTF8'))
where id in (select d.id from deliveries d where d.recipient <> '' and d.updated_at < @before and d.status in ('sent', 'failed') limit @most);
