-- name: OpenDelivery :one
-- Makes the row of a new key in the state that follows: failed when it is refused or we may not write to the address, pending until
-- its place in the line comes (no line when step is zero; places not used since earliest are gone; first is where a new line goes
-- on), else sending, in the hands of the caller. The line of a mail is its recipient's domain, that of a text the number it comes
-- from, behind an @, which no domain has. wisher is whose wish about the scope counts; '': nobody's. No row: the key is there already.
-- What would have its turn at till or after takes no place and fails; null: there is no such moment.
-- A text to a number that has had most_texts within a day from the organisation is refused.
with lately as (
  select count(*) as texts from deliveries k
  where k.org_id = @org_id::uuid and k.channel = 'sms' and k.recipient = @recipient::text and k.recipient <> ''
    and k.created_at + interval '1 day' > @now::timestamptz and (k.attempts > 0 or k.status = 'pending')
), asked as (
  select case when @channel::text = 'sms' then '@' || o.sms_number else @domain::text end as domain,
    @first::timestamptz as first, @bulk::boolean as bulk, @step::interval as step, coalesce(o.sms_number, '') as sender,
    case
      when @refused::text <> '' then @refused::text
      when exists (
        select from suppressions
        where address_hash = sha256(convert_to(lower(@recipient::text), 'UTF8')) and channel = @channel::text and (org_id = @org_id::uuid or org_id is null)
      ) or exists (
        select from opt_outs
        where @wisher::text <> '' and address_hash = sha256(convert_to(lower(@wisher::text), 'UTF8')) and org_id = @org_id::uuid and scope = @scope::text
      ) then 'suppressed'
      when @channel::text = 'sms' and o.sms_number is null then 'no number'
      when @channel::text = 'sms' and (select texts from lately) >= @most_texts::int then 'too many'
      else ''
    end as refused
  from organizations o
  where o.id = @org_id::uuid and not exists (select from deliveries d where d.org_id = @org_id::uuid and d.key = @key::text)
), line as (
  insert into mail_domains as d (domain, urgent_at, bulk_at)
  select domain, case when bulk then '-infinity' else first end, case when bulk then first else '-infinity' end
  from asked
  where refused = '' and step > interval '0'
  on conflict (domain) do update set
    urgent_at = case when @bulk::boolean then d.urgent_at else greatest(d.urgent_at, @earliest::timestamptz) + @step::interval end,
    bulk_at = case when @bulk::boolean then greatest(d.bulk_at, @earliest::timestamptz) + @step::interval else d.bulk_at end
  where greatest(case when @bulk::boolean then d.bulk_at else d.urgent_at end, @earliest::timestamptz) < coalesce(sqlc.narg('till')::timestamptz, 'infinity')
  returning urgent_at, bulk_at
), made as (
  select case when r.refused <> '' then 'failed' when l.place > @now::timestamptz then 'pending' else 'sending' end as status, r.refused, a.sender, l.place
  from asked a
  left join lateral (select (case when a.bulk then line.bulk_at else line.urgent_at end) - a.step as place from line) l on true
  cross join lateral (select case when a.refused = '' and a.step > interval '0' and l.place is null then 'too late' else a.refused end as refused) r
)
insert into deliveries (id, org_id, key, kind, channel, recipient, message_id, status, attempt_token, lease_until, attempts, reason, send_after, created_at, updated_at)
select @id::uuid, @org_id::uuid, @key::text, @kind::text, @channel::text, @recipient::text, @message_id::text, m.status,
  case when m.status = 'sending' then @token::uuid end, case when m.status = 'sending' then @lease_until::timestamptz end,
  (m.status = 'sending')::int, m.refused, case when m.status = 'pending' then m.place end, @now::timestamptz, @now::timestamptz
from made m
on conflict (org_id, key) do nothing
returning status, send_after, reason, (select sender from made)::text as sender;

-- name: LockNumber :exec
-- Until the transaction ends nobody else opens a text of the organisation to the number: the statement that follows counts them all.
select pg_advisory_xact_lock(hashtextextended(@org_and_number::text, 0));

-- name: LockDelivery :one
select d.id, d.status, d.lease_until, d.send_after, coalesce(o.sms_number, '') as sender
from deliveries d join organizations o on o.id = d.org_id
where d.org_id = @org_id and d.key = @key for update of d;

-- name: IsSuppressed :one
-- Whether the organisation may not write to the address, or not in that scope.
select (exists (
  select from suppressions
  where address_hash = sha256(convert_to(lower(@address::text), 'UTF8')) and channel = @channel::text and (org_id = @org_id::uuid or org_id is null)
) or exists (
  select from opt_outs
  where @wisher::text <> '' and address_hash = sha256(convert_to(lower(@wisher::text), 'UTF8')) and org_id = @org_id::uuid and scope = @scope::text
))::boolean;

-- name: ClaimDelivery :exec
update deliveries
set status = 'sending', attempt_token = @token::uuid, lease_until = @lease_until::timestamptz, attempts = attempts + 1, reason = '', updated_at = @now
where id = @id and status = 'pending';

-- name: RefuseDelivery :exec
-- Ends a delivery that was never tried.
update deliveries set status = 'failed', reason = @reason, updated_at = @now where id = @id and status = 'pending';

-- name: FinishDelivery :execrows
-- Says how an attempt went, and the name that the provider gave a text; changes nothing when the attempt has lost its lease. That a
-- text was sent the provider may have posted before it answered the attempt.
update deliveries
set status = @status, reason = @reason, attempt_token = null, lease_until = null, updated_at = @now::timestamptz,
  sent_at = case when @status = 'sent' then @now::timestamptz end,
  message_id = case when @message_id::text = '' then message_id else @message_id::text end
where id = @id and (attempt_token = @token::uuid or channel = 'sms' and status = 'sent' and @status = 'sent');

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
select id, org_id, kind, key, channel, message_id, reason, updated_at from deliveries
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
select id, status, recipient, recipient_hash from deliveries where id = @id and channel = 'email';

-- name: GetDeliveryByMessageID :one
select id, status, recipient, recipient_hash from deliveries where message_id = @message_id and channel = 'email' order by id limit 1;

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
-- Forgets the addresses of deliveries that ended before, or were given up while they waited; their hashes stay, so that a late bounce
-- still finds its address. What is in doubt stays as it is.
update deliveries set recipient = '', recipient_hash = sha256(convert_to(lower(recipient), 'UTF8'))
where id in (select d.id from deliveries d where d.recipient <> '' and d.updated_at < @before and d.status in ('sent', 'failed', 'pending') limit @most);

-- name: LockText :one
select id, org_id, kind, status, recipient, coalesce(recipient_hash, sha256(convert_to(recipient, 'UTF8')))::bytea as recipient_hash, message_id,
  (delivered_at is not null)::boolean as delivered
from deliveries where id = @id and channel = 'sms' for update;

-- name: TellText :exec
-- Writes down what the provider said of a text.
update deliveries
set status = @status, reason = @reason, message_id = @message_id, attempt_token = null, lease_until = null, updated_at = @now::timestamptz,
  sent_at = case when @status = 'sent' then coalesce(sent_at, @now::timestamptz) end,
  delivered_at = case when @delivered::boolean then coalesce(delivered_at, @now::timestamptz) end
where id = @id;

-- name: GetTexting :one
-- The organisation that texts from the number, or did: phones answer later, too.
select id, name, website from organizations where sms_number = @number::text or @number::text = any(former_sms_numbers)
order by (sms_number = @number::text) desc nulls last limit 1;

-- name: IsStopped :one
select exists (select from suppressions where address_hash = @address_hash and channel = 'sms' and org_id = @org_id::uuid);

-- name: IsStoppedBy :one
-- Whether it was this that ended the texts, and not a STOP before.
select exists (select from suppressions where id = @id::uuid);

-- name: AddConsent :execrows
-- Notes once, by the id, what somebody agreed to or took back; whose number it is an earlier one says.
with known as (
  select c.id from consents k join contacts c on c.org_id = k.org_id and c.id = k.contact_id
  where k.org_id = @org_id::uuid and k.address_hash = @address_hash::bytea
  order by k.created_at desc limit 1 for key share of c
)
insert into consents (id, org_id, contact_id, channel, address, address_hash, status, method, wording, created_at)
select @id::uuid, @org_id::uuid, (select known.id from known), 'sms', @address::text, @address_hash::bytea, @status::text, @method::text, @wording::text, @now::timestamptz
on conflict (id) do nothing;

-- name: StopTexts :exec
-- By the consent of that id.
insert into suppressions (id, org_id, channel, address_hash, reason, created_at)
values (@id, @org_id::uuid, 'sms', @address_hash, 'stopped', @now)
on conflict do nothing;

-- name: StartTexts :exec
delete from suppressions where org_id = @org_id::uuid and channel = 'sms' and address_hash = @address_hash and reason = 'stopped';

-- name: EraseConsents :execrows
-- Forgets the numbers of consents, and where they were given: of those given before, and of those whose contact is gone or erased.
update consents set address = '', ip = null
where id in (
  select k.id from consents k left join contacts c on c.org_id = k.org_id and c.id = k.contact_id
  where (k.address <> '' or k.ip is not null) and (k.created_at < @before::timestamptz
    or k.method = 'form' and c.id is null or (c.given_name, c.family_name, c.email, c.phone, c.postal_code) = ('', '', '', '', ''))
  limit @most
);
