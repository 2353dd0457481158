-- name: OpenDelivery :one
-- Makes the row of a new key in the state that follows: failed when we may not write to the address, pending until its place
-- in the line of the recipient's domain comes (no line when step is zero; places not used since earliest are gone; first is
-- where a new line goes on), else sending, in the hands of the caller. No row: the key is there already.
with asked as (
  select @domain::text as domain, @first::timestamptz as first, @bulk::boolean as bulk, @step::interval as step, exists (
    select from suppressions
    where address_hash = sha256(convert_to(lower(@recipient::text), 'UTF8')) and channel = 'email' and (org_id = @org_id::uuid or org_id is null)
  ) or exists (
    select from opt_outs
    where address_hash = sha256(convert_to(lower(@recipient::text), 'UTF8')) and org_id = @org_id::uuid and scope = @scope::text
  ) as suppressed
  where not exists (select from deliveries where org_id = @org_id::uuid and key = @key::text)
), line as (
  insert into mail_domains as d (domain, urgent_at, bulk_at)
  select domain, case when bulk then '-infinity' else first end, case when bulk then first else '-infinity' end
  from asked
  where not suppressed and step > interval '0'
  on conflict (domain) do update set
    urgent_at = case when @bulk::boolean then d.urgent_at else greatest(d.urgent_at, @earliest::timestamptz) + @step::interval end,
    bulk_at = case when @bulk::boolean then greatest(d.bulk_at, @earliest::timestamptz) + @step::interval else d.bulk_at end
  returning urgent_at, bulk_at
), made as (
  select case when a.suppressed then 'failed' when l.place > @now::timestamptz then 'pending' else 'sending' end as status, l.place
  from asked a
  left join lateral (select (case when a.bulk then line.bulk_at else line.urgent_at end) - a.step as place from line) l on true
)
insert into deliveries (id, org_id, key, kind, recipient, message_id, status, attempt_token, lease_until, attempts, reason, send_after, created_at, updated_at)
select @id::uuid, @org_id::uuid, @key::text, @kind::text, @recipient::text, @message_id::text, m.status,
  case when m.status = 'sending' then @token::uuid end, case when m.status = 'sending' then @lease_until::timestamptz end,
  (m.status = 'sending')::int, case when m.status = 'failed' then 'suppressed' else '' end,
  case when m.status = 'pending' then m.place end, @now::timestamptz, @now::timestamptz
from made m
on conflict (org_id, key) do nothing
returning status, send_after;

-- name: LockDelivery :one
select id, status, lease_until, send_after from deliveries where org_id = @org_id and key = @key for update;

-- name: IsSuppressed :one
-- Whether the organisation may not write to the address, or not in that scope.
select (exists (
  select from suppressions
  where address_hash = sha256(convert_to(lower(@address::text), 'UTF8')) and channel = 'email' and (org_id = @org_id::uuid or org_id is null)
) or exists (
  select from opt_outs
  where address_hash = sha256(convert_to(lower(@address::text), 'UTF8')) and org_id = @org_id::uuid and scope = @scope::text
))::boolean;

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

-- name: OptOut :exec
insert into opt_outs (org_id, scope, address_hash, created_at)
values (@org_id, @scope, sha256(convert_to(lower(@address::text), 'UTF8')), @now)
on conflict do nothing;

-- name: OptIn :exec
delete from opt_outs where address_hash = sha256(convert_to(lower(@address::text), 'UTF8')) and org_id = @org_id and scope = @scope;

-- name: IsOptedOut :one
select exists (
  select from opt_outs where address_hash = sha256(convert_to(lower(@address::text), 'UTF8')) and org_id = @org_id and scope = @scope
);

-- name: DeleteIdleDomains :execrows
delete from mail_domains where greatest(urgent_at, bulk_at) < @before::timestamptz;

-- name: GetDelivery :one
select id, status, recipient, recipient_hash from deliveries where id = @id;

-- name: GetDeliveryByMessageID :one
select id, status, recipient, recipient_hash from deliveries where message_id = @message_id order by id limit 1;

-- name: MarkBounced :execrows
-- Once: a second report about the same delivery changes nothing.
update deliveries set bounced_at = @now::timestamptz, bounce_code = @code, updated_at = @now::timestamptz where id = @id and bounced_at is null;

-- name: CountSoftBounce :execrows
-- Once for each report, a hundred at most: what a mail server gone mad sends must not grow without end.
update deliveries set soft_bounces = soft_bounces + 1, bounce_code = @code, soft_reports = soft_reports || @report::bytea
where id = @id and not @report::bytea = any(soft_reports) and cardinality(soft_reports) < 100;

-- name: SuppressHash :exec
insert into suppressions (id, org_id, address_hash, reason, created_at)
values (@id, null, @address_hash, @reason, @now)
on conflict do nothing;

-- name: EraseRecipients :execrows
-- Forgets the addresses of deliveries that ended before; their hashes stay, so that a late bounce still finds its address.
-- What is in doubt stays as it is.
update deliveries set recipient = '', recipient_hash = sha256(convert_to(lower(recipient), 'UTF8'))
where id in (select d.id from deliveries d where d.recipient <> '' and d.updated_at < @before and d.status in ('sent', 'failed') limit @most);
