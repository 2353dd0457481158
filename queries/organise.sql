-- What an organiser changes of an event that nobody is told about: its form, its hosts, its tags and its series. The event's row is
-- locked first, so that two changes of one event take turns.

-- name: LockEventBySlug :one
-- Also an event that is not listed.
select id, org_id, series_id from events where slug = @slug for no key update;

-- name: MarkEventChanged :exec
-- For feeds. What people have in their calendars stays right, so its sequence stays too.
update events set updated_at = @now where org_id = @org_id and id = @id;

-- name: InsertQuestion :exec
-- After the others.
insert into event_questions (id, org_id, event_id, position, kind, label, help, choices, required, created_at)
values (@id, @org_id, @event_id, (select coalesce(max(position) + 1, 0) from event_questions where event_id = @event_id),
  @kind, @label, @help, @choices, @required, @now);

-- name: RemoveQuestion :execrows
update event_questions set removed_at = @now::timestamptz where event_id = @event_id and id = @id and removed_at is null;

-- name: CountAnswers :one
-- How many sign-ups for an event have an answer to a question.
select count(*) from event_shifts s
join event_signups g on g.org_id = s.org_id and g.shift_id = s.id
where s.event_id = @event_id and g.answers -> @question::text is not null;

-- name: ListHosts :many
select o.slug, o.name, h.role from event_hosts h
join organizations o on o.id = h.host_id
where h.event_id = @event_id
order by h.role, o.name, o.id;

-- name: PutHost :exec
insert into event_hosts (org_id, event_id, host_id, role, created_at) values (@org_id, @event_id, @host_id, @role, @now)
on conflict (event_id, host_id) do update set role = excluded.role;

-- name: DeleteHost :execrows
delete from event_hosts h using organizations o where o.id = h.host_id and h.event_id = @event_id and o.slug = @slug;

-- name: ListTags :many
select tag from event_tags where event_id = @event_id order by tag;

-- name: SetTags :exec
-- They are the operator's from now on, those that a calendar brought too.
with gone as (
  delete from event_tags where event_id = @event_id and tag <> all(@tags::text[])
)
insert into event_tags (org_id, event_id, tag)
select distinct @org_id::uuid, @event_id::uuid, name from unnest(@tags::text[]) as named (name)
on conflict (event_id, tag) do update set imported = false;

-- name: InsertSeries :execrows
-- No row when the slug is taken.
insert into event_series (id, org_id, slug, title, description, created_at, updated_at)
values (@id, @org_id, @slug, @title, @description, @now::timestamptz, @now::timestamptz)
on conflict (slug) do nothing;

-- name: LockSeriesBySlug :one
-- So that no event is put into a series while it is deleted.
select id, org_id from event_series where slug = @slug for update;

-- name: RenameSeries :exec
with renamed as (
  update event_series s set title = @title, updated_at = @now::timestamptz where s.org_id = @org_id and s.id = @series_id::uuid
)
update events e set updated_at = @now::timestamptz where e.org_id = @org_id and e.series_id = @series_id::uuid;

-- name: EmptySeries :execrows
-- How many events were in it.
update events set series_id = null, updated_at = @now::timestamptz where org_id = @org_id and series_id = @series_id::uuid;

-- name: DeleteSeries :exec
delete from event_series where org_id = @org_id and id = @id;

-- name: ListSeries :many
select s.slug, s.title, (select count(*) from events e where e.org_id = s.org_id and e.series_id = s.id) as events
from event_series s where s.org_id = @org_id
order by s.title, s.slug;

-- name: ListSeriesEvents :many
-- Also those that are not listed.
select slug, title, first_starts_at from events
where org_id = @org_id and series_id = @series_id::uuid
order by first_starts_at nulls last, slug;

-- name: SetEventSeries :exec
update events set series_id = @series_id where org_id = @org_id and id = @id;

-- What operators look up to name it in other commands.

-- name: ListOrganizations :many
select slug, name, timezone from organizations order by slug limit @most;

-- name: InsertOrganization :execrows
-- No row when the slug is taken.
insert into organizations (id, slug, name, kind, description, city, region, website, email, paid_for_by, privacy_url, timezone, created_at, updated_at)
values (@id, @slug, @name, @kind, @description, @city, @region, @website, @email, @paid_for_by, @privacy_url, @timezone, @now::timestamptz, @now::timestamptz)
on conflict (slug) do nothing;

-- name: ListOrganizationShifts :many
-- The shifts of an organisation that are not over, with those events that have none at all, or the shifts that are: an event's stand
-- together, the events by their first shift here, what is over from its end. Also what is not listed.
with shown as (
  select s.id, s.event_id, s.name, s.starts_at, s.ends_at, s.capacity, s.taken, s.online_capacity, s.online_taken, s.cancelled_at,
    min(s.starts_at) over (partition by s.event_id) as first_at, max(s.starts_at) over (partition by s.event_id) as last_at
  from event_shifts s
  where s.org_id = @org_id and (s.ends_at < @now::timestamptz) = @past::bool
)
select e.slug, e.title, e.status, e.visibility, e.published_at, e.timezone, e.mode, shown.id as shift_id, coalesce(shown.name, '') as name,
  shown.starts_at, shown.ends_at, shown.capacity, coalesce(shown.taken, 0)::int as taken, shown.online_capacity,
  coalesce(shown.online_taken, 0)::int as online_taken, shown.cancelled_at
from events e left join shown on shown.event_id = e.id
where e.org_id = @org_id and (shown.id is not null
  or not @past::bool and not exists (select from event_shifts other where other.org_id = e.org_id and other.event_id = e.id))
order by case when @past::bool then shown.last_at end desc, shown.first_at nulls last, e.slug, shown.starts_at, shown.id
limit @most;

-- name: ListSignups :many
-- The newest sign-ups for an event, ended ones too.
select g.id, g.status, (g.status = 'offered' and g.waitlisted_at is null)::boolean as unconfirmed, g.attended, g.coming_at, g.party_size, g.given_name, g.family_name, s.starts_at, s.name
from event_shifts s
join event_signups g on g.org_id = s.org_id and g.shift_id = s.id
where s.org_id = @org_id and s.event_id = @event_id
order by g.created_at desc, g.id desc
limit @most;

-- name: GetOrganizationEvent :one
-- Also one that is not listed. No organisation: whoever's it is.
select e.id, e.org_id, e.timezone from events e
join organizations o on o.id = e.org_id
where e.slug = @slug and (@org::text = '' or o.slug = @org::text);

-- name: ListExportedQuestions :many
-- Those that are asked, and those that are not any more but were answered.
select q.id, q.kind, q.label, q.help, q.choices, q.required from event_questions q
where q.org_id = @org_id and q.event_id = @event_id and (q.removed_at is null or exists (
  select from event_shifts s
  join event_signups g on g.org_id = s.org_id and g.shift_id = s.id
  where s.org_id = q.org_id and s.event_id = q.event_id and g.answers -> q.id::text is not null
))
order by q.position, q.id;

-- name: ExportSignups :many
-- All of the sign-ups for an event and what came of them, in the order of their ids. Of erased ones the person is gone.
with line as (
  select g.id, row_number() over (partition by g.shift_id, g.pool order by g.waitlisted_at, g.id) as place
  from event_shifts s
  join event_signups g on g.org_id = s.org_id and g.shift_id = s.id
  where s.org_id = @org_id and s.event_id = @event_id and g.status = 'waitlisted'
)
select g.id, g.created_at, s.starts_at, s.ends_at, s.name, g.attend, g.party_size,
  g.status, (g.status = 'offered' and g.waitlisted_at is null)::boolean as unconfirmed, g.coming_at, g.attended, coalesce(line.place, 0)::int as place,
  g.given_name, g.family_name, case when g.erased_at is null then g.email else '' end::text as email, g.phone, g.text_to, g.postal_code, g.note,
  g.source, g.answers, coalesce(f.stars, 0)::int as stars, coalesce(f.comment, '') as comment
from event_shifts s
join event_signups g on g.org_id = s.org_id and g.shift_id = s.id
left join line on line.id = g.id
left join event_feedback f on f.org_id = g.org_id and f.signup_id = g.id
where s.org_id = @org_id and s.event_id = @event_id and g.id > @after::uuid
order by g.id
limit @most;

-- name: LockSignupsToMark :many
-- Those of an event by their ids, with what decides whether one can have come.
select g.id, g.status, s.starts_at, s.cancelled_at from event_signups g
join event_shifts s on s.org_id = g.org_id and s.id = g.shift_id
where g.org_id = @org_id and s.event_id = @event_id and g.id = any(@ids::uuid[])
order by g.id for no key update of g;

-- name: MarkAttendance :exec
-- Null: nobody said. It is nothing that the person's calendar shows, so the row's stamp stays.
update event_signups set attended = sqlc.narg('attended')
where org_id = @org_id and id = any(@ids::uuid[]);

-- name: SetVerification :execrows
update organizations set verify_signups = @verify_signups, updated_at = @now::timestamptz where slug = @slug;

-- name: SetSMSNumber :execrows
-- Null: it sends no texts any more. The number that it had is remembered.
update organizations set sms_number = sqlc.narg('number'),
  former_sms_numbers = case when sms_number is not null and sms_number <> all(former_sms_numbers) then former_sms_numbers || sms_number else former_sms_numbers end, updated_at = @now::timestamptz where slug = @slug;
