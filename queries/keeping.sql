-- What is made of, and forgotten about, events in the background.

-- name: ListImagesToDo :many
select distinct key from media_assets where variants_at is null and content_type in ('image/jpeg', 'image/png') limit @most;

-- name: FinishImage :exec
update media_assets set variants_at = @now::timestamptz where key = @key and variants_at is null;

-- name: ListKnownImages :many
select distinct key from media_assets where key = any(@keys::text[]);

-- name: EraseSignups :execrows
-- Takes the person out of sign-ups of shifts that ended before, and what they wrote. The seats they took and the stars they
-- gave stay counted.
with old as (
  select o.id from event_signups o join event_shifts s on s.org_id = o.org_id and s.id = o.shift_id
  where s.ends_at < @before::timestamptz and o.erased_at is null limit @most
), said as (
  update event_feedback f set comment = '' from old where f.signup_id = old.id and f.comment <> ''
)
update event_signups g set given_name = '', family_name = '', email = g.id || '@erased.invalid', phone = '', postal_code = '', note = '',
  answers = '{}', source = '{}', erased_at = @now::timestamptz, updated_at = @now::timestamptz
from old where g.id = old.id;
