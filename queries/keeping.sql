-- What is made of, and forgotten about, events in the background.

-- name: ListImagesToDo :many
-- Those that have not failed yet first.
select key from media_assets
where variants_at is null and content_type in ('image/jpeg', 'image/png') and (variants_after is null or variants_after <= @now::timestamptz)
group by key order by min(variants_after) nulls first limit @most;

-- name: PostponeImage :exec
-- What fails is tried again after a minute, two, four and so on; after 14 times, eleven days later, it stays as it is.
with failed as (
  select a.id, a.variants_tries + 1 as tries, @now::timestamptz as at from media_assets a where a.key = @key and a.variants_at is null
)
update media_assets m set variants_tries = f.tries, variants_after = f.at + interval '30 seconds' * power(2, f.tries), variants_at = case when f.tries >= 14 then f.at end
from failed f where m.id = f.id;

-- name: ForgetImages :exec
-- Those that no event shows: what one showed that was deleted, like one that nobody approved.
delete from media_assets m where m.created_at < @before::timestamptz and not exists (select from events e where e.org_id = m.org_id and e.image_id = m.id);

-- name: FinishImage :exec
update media_assets set variants_at = @now::timestamptz where key = @key and variants_at is null;

-- name: ListKnownImages :many
select distinct key from media_assets where key = any(@keys::text[]);

-- name: EraseSignups :execrows
-- Takes the person out of sign-ups of shifts that ended before, and what they wrote, and the place they were told, which may be
-- somebody's home. The seats they took and the stars they gave stay counted.
with old as (
  select o.id from event_signups o join event_shifts s on s.org_id = o.org_id and s.id = o.shift_id
  where s.ends_at < @before::timestamptz and o.erased_at is null limit @most
), said as (
  update event_feedback f set comment = '' from old where f.signup_id = old.id and f.comment <> ''
)
update event_signups g set given_name = '', family_name = '', email = g.id || '@erased.invalid', phone = '', text_to = '', postal_code = '', note = '',
  answers = '{}', source = '{}', told = null, erased_at = @now::timestamptz, updated_at = @now::timestamptz
from old where g.id = old.id;

-- name: EraseContacts :many
-- Takes the person out of contacts that a form made, that nobody dealt with since and whose sign-ups have all been erased, in the
-- order of their ids. The row stays, empty: erased sign-ups count by it. Nobody's address any more, it is not found by a sign-up
-- with the address it had, which makes a contact of its own. One that is being signed up is left alone; the sign-up touches it.
with old as (
  select c.id from contacts c
  where c.id > @after::uuid and c.updated_at < @before::timestamptz and c.source = 'event'
    and (c.given_name, c.family_name, c.email, c.phone, c.postal_code) <> ('', '', '', '', '')
    and not exists (select from event_signups g where g.org_id = c.org_id and g.contact_id = c.id and g.erased_at is null)
  order by c.id limit @most for update skip locked
), erased as (
  update contacts c set given_name = '', family_name = '', email = '', phone = '', postal_code = '', updated_at = @now::timestamptz
  from old where c.id = old.id
  returning c.id
)
select id from erased order by id;

-- name: ForgetWords :exec
-- The words and towns that no listed event has.
delete from event_words k where not exists (select from event_listed_words l where l.kind = k.kind and l.word = k.word);

-- name: LearnWords :exec
-- Those of an event that was listed while they were being forgotten.
insert into event_words (kind, word)
select distinct l.kind, l.word from event_listed_words l
where not exists (select from event_words k where k.kind = l.kind and k.word = l.word)
order by l.kind, l.word
on conflict do nothing;
