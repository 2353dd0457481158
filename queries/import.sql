-- Importing calendars. The organisation's row is locked first, so that two imports of one organisation take turns.

-- name: LockImportOrganization :one
select id, name, timezone from organizations where slug = @slug for no key update;

-- name: LockImportedEvent :one
select id, status, mode, source_hash, title, summary, description, venue, line1, city, region, postal_code, country, latitude, longitude, online_url, place_private,
  contact_name, contact_email, by_hand
from events where org_id = @org_id and source_uid = @source_uid for update;

-- name: InsertImportedEvent :execrows
-- No row when the slug is taken: try another.
insert into events (id, org_id, org_name, slug, title, summary, description, type, mode, status, visibility, published_at, timezone,
  venue, line1, city, region, postal_code, country, latitude, longitude, online_url, contact_name, contact_email,
  source_uid, source_hash, created_at, updated_at)
values (@id, @org_id, @org_name, @slug, @title, @summary, @description, @type, @mode, @status, @visibility, @now::timestamptz, @timezone,
  @venue, @line1, @city, @region, @postal_code, @country, @latitude, @longitude, @online_url, @contact_name, @contact_email,
  @source_uid, @source_hash, @now::timestamptz, @now::timestamptz)
on conflict (slug) do nothing;

-- name: UpdateImportedEvent :exec
-- The slug stays: links to it are out. What a calendar does not know (capacity, type, guests, accessibility, a private address, image) stays too.
update events set title = @title, summary = @summary, description = @description, mode = @mode, status = @status,
  visibility = case when @private::boolean then 'private' else visibility end, timezone = @timezone,
  venue = @venue, line1 = @line1, city = @city, region = @region, postal_code = @postal_code, country = @country,
  latitude = @latitude, longitude = @longitude, online_url = @online_url,
  contact_name = @contact_name, contact_email = @contact_email, source_hash = @source_hash
where org_id = @org_id and id = @id;

-- name: SetImportedInstructions :exec
update events set instructions = @instructions where org_id = @org_id and id = @id;

-- name: SetByHand :exec
update events set by_hand = @by_hand where org_id = @org_id and id = @id;

-- name: TouchImportedEvent :exec
update events set sequence = sequence + @by::int, updated_at = @now::timestamptz where org_id = @org_id and id = @id;

-- name: ListImportedShifts :many
select id, name, instructions, starts_at, ends_at, cancelled_at, source_key::text as source_key, by_hand from event_shifts
where org_id = @org_id and event_id = @event_id and source_key is not null
order by starts_at, id
for update;

-- name: InsertImportedShifts :copyfrom
insert into event_shifts (id, org_id, event_id, name, instructions, starts_at, ends_at, cancelled_at, source_key, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: UpdateImportedShift :exec
-- Nobody has come yet, or stayed away, when it begins later.
with moved as (
  update event_shifts s set name = @name, instructions = @instructions, starts_at = @starts_at, ends_at = @ends_at, cancelled_at = @cancelled_at,
    source_key = @source_key, updated_at = @now::timestamptz
  where s.org_id = @org_id and s.id = @id
  returning s.org_id, s.id, s.starts_at
)
update event_signups g set attended = null from moved
where g.org_id = moved.org_id and g.shift_id = moved.id and g.attended is not null and moved.starts_at > @now::timestamptz;

-- name: SetImportedTags :exec
-- The tags that a calendar brought become those it names now. Those that an operator set stay as they are.
with gone as (
  delete from event_tags where event_id = @event_id and imported and tag <> all(@tags::text[])
)
insert into event_tags (org_id, event_id, tag, imported)
select @org_id, @event_id, name, true from unnest(@tags::text[]) as named (name)
on conflict do nothing;
