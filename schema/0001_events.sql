-- +goose Up
create extension if not exists pg_trgm;

create table organizations (
  id          uuid primary key,
  slug        text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 80),
  name        text not null check (length(name) between 1 and 200),
  kind        text not null default 'campaign' check (kind in ('campaign', 'organisation')),
  description text not null default '',
  city        text not null default '',
  region      text not null default '',
  website     text not null default '',
  email       text not null default '',
  paid_for_by text not null default '',
  privacy_url text not null default '',
  timezone    text not null default 'America/New_York',
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  unique (id, name)
);

-- The row is the truth about an object in the store.
create table media_assets (
  id           uuid primary key,
  org_id       uuid not null references organizations,
  key          text not null check (key ~ '^media/[a-z0-9]+\.[a-z0-9]+$'),
  content_type text not null,
  size         bigint not null check (size > 0),
  width        int check (width > 0),
  height       int check (height > 0),
  alt          text not null default '',
  created_at   timestamptz not null default now(),
  unique (org_id, id),
  unique (org_id, key)
);

create table contacts (
  id          uuid primary key,
  org_id      uuid not null references organizations,
  given_name  text not null default '',
  family_name text not null default '',
  email       text not null default '',
  phone       text not null default '',
  postal_code text not null default '',
  source      text not null default '',
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  unique (org_id, id)
);
create unique index contacts_email on contacts (org_id, lower(email)) where email <> '';

create table events (
  id              uuid primary key,
  org_id          uuid not null,
  org_name        text not null, -- kept equal to the organisation's by the foreign key, so that search finds it
  slug            text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 120),
  title           text not null check (length(title) between 1 and 300),
  summary         text not null default '',
  description     text not null default '',
  type            text not null default 'other',
  mode            text not null default 'in_person' check (mode in ('in_person', 'online', 'hybrid')),
  status          text not null default 'scheduled' check (status in ('scheduled', 'cancelled', 'postponed', 'moved_online')),
  visibility      text not null default 'public' check (visibility in ('public', 'unlisted', 'private')),
  published_at    timestamptz, -- null: a draft
  listed          boolean not null generated always as (visibility = 'public' and published_at is not null) stored,
  timezone        text not null,
  venue           text not null default '',
  line1           text not null default '',
  city            text not null default '',
  region          text not null default '',
  postal_code     text not null default '',
  country         text not null default '',
  latitude        double precision check (latitude between -90 and 90),
  longitude       double precision check (longitude between -180 and 180),
  place_private   boolean not null default false,
  online_url      text not null default '',
  instructions    text not null default '',
  accessibility   text not null default '' check (accessibility in ('', 'accessible', 'not_accessible', 'not_sure')),
  access_notes    text not null default '',
  image_id        uuid,
  guests_allowed  int not null default 0 check (guests_allowed between 0 and 100),
  contact_name    text not null default '',
  contact_email   text not null default '',
  source_uid      text, -- the UID of the calendar entry it was imported from
  source_hash     text, -- of that entry as last imported
  first_starts_at timestamptz, -- over shifts that are not cancelled; kept by the trigger event_shifts_span
  last_ends_at    timestamptz,
  sequence        int not null default 0 check (sequence >= 0),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  -- A private address is not found by its venue: it would be guessed by asking.
  search          tsvector not null generated always as (
    setweight(to_tsvector('english', title), 'A') ||
    setweight(to_tsvector('english', summary || ' ' || replace(type, '_', ' ')), 'B') ||
    setweight(to_tsvector('english', case when place_private then '' else venue end || ' ' || city || ' ' || region || ' ' || org_name), 'B') ||
    setweight(to_tsvector('english', left(description, 100000)), 'C')
  ) stored,
  search_words    text not null generated always as (
    lower(title || ' ' || replace(type, '_', ' ') || ' ' || case when place_private then '' else venue end || ' ' || city || ' ' || region || ' ' || org_name)
  ) stored,
  unique (org_id, id),
  unique (org_id, source_uid),
  foreign key (org_id, org_name) references organizations (id, name) on update cascade,
  foreign key (org_id, image_id) references media_assets (org_id, id)
);
create index events_search on events using gin (search);
create index events_search_words on events using gin (search_words gin_trgm_ops);
create index events_listed on events (last_ends_at) where listed and status <> 'cancelled';
create index events_org on events (org_id, last_ends_at);

create table event_shifts (
  id           uuid primary key,
  org_id       uuid not null,
  event_id     uuid not null,
  name         text not null default '',
  starts_at    timestamptz not null,
  ends_at      timestamptz not null,
  capacity     int check (capacity >= 0), -- null: unlimited
  taken        int not null default 0 check (taken >= 0),
  instructions text not null default '',
  cancelled_at timestamptz,
  source_key   text, -- which occurrence of an imported entry it is
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  check (ends_at > starts_at),
  check (capacity is null or taken <= capacity),
  unique (org_id, id),
  unique (event_id, source_key),
  foreign key (org_id, event_id) references events (org_id, id) on delete cascade
) with (fillfactor = 80); -- taken changes often: leave room to update in place
create index event_shifts_event on event_shifts (event_id, starts_at);
create index event_shifts_ends on event_shifts (ends_at) where cancelled_at is null;

-- +goose StatementBegin
create function event_shifts_span() returns trigger language plpgsql as $$
begin
  update events e
  set (first_starts_at, last_ends_at) =
    (select min(s.starts_at), max(s.ends_at) from event_shifts s where s.event_id = e.id and s.cancelled_at is null)
  where e.id = coalesce(new.event_id, old.event_id);
  return null;
end $$;
-- +goose StatementEnd
create trigger event_shifts_span
  after insert or delete or update of starts_at, ends_at, cancelled_at on event_shifts
  for each row execute function event_shifts_span();

create table event_signups (
  id           uuid primary key,
  org_id       uuid not null,
  shift_id     uuid not null,
  contact_id   uuid not null,
  status       text not null default 'registered' check (status in ('registered', 'cancelled')),
  attend       text not null check (attend in ('in_person', 'online')),
  party_size   int not null check (party_size between 1 and 101),
  given_name   text not null, -- these as typed at sign-up; the contact may know better
  family_name  text not null,
  email        text not null check (email <> ''),
  phone        text not null default '',
  postal_code  text not null default '',
  note         text not null default '',
  sequence     int not null default 0 check (sequence >= 0), -- of the calendar entry
  details_at   timestamptz not null, -- when the details were last put in the post
  cancelled_at timestamptz,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  check ((status = 'cancelled') = (cancelled_at is not null)),
  unique (org_id, id),
  foreign key (org_id, shift_id) references event_shifts (org_id, id),
  foreign key (org_id, contact_id) references contacts (org_id, id)
);
create unique index event_signups_active on event_signups (shift_id, lower(email)) where status <> 'cancelled';
create index event_signups_contact on event_signups (org_id, contact_id);

-- All that is shown of one event, without the columns that only serve search.
create view event_details as
select e.id, e.org_id, e.slug, e.title, e.summary, e.description, e.type, e.mode, e.status, e.listed, e.timezone,
  e.venue, e.line1, e.city, e.region, e.postal_code, e.country, e.latitude, e.longitude, e.place_private,
  e.online_url, e.instructions, e.accessibility, e.access_notes, e.guests_allowed, e.contact_name, e.contact_email,
  e.sequence, e.updated_at,
  coalesce(m.key, '')::text as image_key, coalesce(m.alt, '')::text as image_alt,
  o.slug as org_slug, o.name as org_name, o.kind as org_kind, o.description as org_description, o.city as org_city,
  o.region as org_region, o.website as org_website, o.email as org_email, o.paid_for_by as org_paid_for_by,
  o.privacy_url as org_privacy_url
from events e
join organizations o on o.id = e.org_id
left join media_assets m on m.org_id = e.org_id and m.id = e.image_id;

-- Commands that were answered; see pgdb.Once.
create table idempotency_keys (
  name       text not null,
  key        text not null,
  input      bytea not null, -- sha256 of the JSON input
  answer     jsonb, -- null only inside the transaction that is running the command
  created_at timestamptz not null default now(),
  primary key (name, key)
);
create index idempotency_keys_created on idempotency_keys (created_at);

-- +goose Down
drop view event_details;
drop table idempotency_keys, event_signups, event_shifts, events, contacts, media_assets, organizations;
drop function event_shifts_span();
