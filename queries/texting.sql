-- Who wants the reminder of a sign-up by text, and where.

-- name: SetTextTo :exec
-- '': nowhere. It is nothing that the person's calendar shows, so the row's stamp stays.
update event_signups set text_to = @text_to where id = @id;

-- name: KeepConsent :exec
-- What somebody ticked, or took back, in a form of the sign-up.
insert into consents (id, org_id, contact_id, channel, address, address_hash, status, method, wording, ip, created_at)
select @id, g.org_id, g.contact_id, 'sms', @number::text, sha256(convert_to(lower(@number::text), 'UTF8')), @status, 'form', @wording, sqlc.narg('ip'), @now
from event_signups g where g.id = @signup_id;
