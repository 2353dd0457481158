-- +goose Up

-- Which reminders of a shift were put in the post: each at most once for each of the shift's starts.
create table event_reminders (
  org_id     uuid not null,
  shift_id   uuid not null,
  kind       text not null check (kind in ('tomorrow', 'today', 'feedback')),
  starts_at  timestamptz not null,
  planned_at timestamptz not null,
  primary key (shift_id, kind, starts_at),
  foreign key (org_id, shift_id) references event_shifts (org_id, id) on delete cascade
);

-- What somebody who took part says about it.
create table event_feedback (
  signup_id  uuid primary key,
  org_id     uuid not null,
  stars      int not null check (stars between 1 and 5),
  comment    text not null default '' check (length(comment) <= 2000),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  foreign key (org_id, signup_id) references event_signups (org_id, id) on delete cascade
);

-- Changes that people were told about, with what the organiser had to say. Null: of every shift.
create table event_changes (
  id         uuid primary key,
  org_id     uuid not null,
  event_id   uuid not null,
  shift_id   uuid,
  sequence   int not null, -- of the event, since the change
  note       text not null default '',
  created_at timestamptz not null,
  foreign key (org_id, event_id) references events (org_id, id) on delete cascade,
  foreign key (org_id, shift_id) references event_shifts (org_id, id) on delete cascade
);
create index event_changes_event on event_changes (event_id, sequence);

alter table event_signups
  -- Time and place as the person was last told. Null: nothing has changed since the sign-up.
  add column told jsonb;

alter table event_shifts
  -- The organiser cancelled or moved it here: the calendar it was imported from no longer says what it is.
  add column by_hand boolean not null default false;

alter table deliveries
  add column send_after     timestamptz, -- the place in the line of the recipient's mail server
  add column recipient_hash bytea,       -- sha256 of the address in lower case, once the address is erased
  add column bounced_at     timestamptz,
  add column bounce_code    text not null default '',
  add column soft_bounces   int not null default 0;
create index deliveries_message on deliveries (message_id);
create index deliveries_recipients on deliveries (updated_at) where recipient <> '';

-- The next free place in the line of each recipient domain, for mail that somebody waits for and for the rest.
create table mail_domains (
  domain    text primary key,
  urgent_at timestamptz not null,
  bulk_at   timestamptz not null
);
create index mail_domains_idle on mail_domains (greatest(urgent_at, bulk_at));

-- The last moment of each schedule that was acted on, so that one that was missed is noticed.
create table job_schedules (
  name         text primary key,
  last_tick_at timestamptz not null
);

alter table media_assets
  add column variants_at timestamptz; -- when the smaller versions were made, or found impossible
create index media_assets_todo on media_assets (created_at) where variants_at is null;

alter table event_signups
  add column erased_at timestamptz; -- when the personal data was erased

-- +goose Down
alter table event_signups drop column erased_at;
drop index media_assets_todo;
alter table media_assets drop column variants_at;
drop table job_schedules, mail_domains;
drop index deliveries_recipients, deliveries_message;
alter table deliveries drop column bounce_code, drop column soft_bounces, drop column bounced_at, drop column recipient_hash, drop column send_after;
alter table event_shifts drop column by_hand;
alter table event_signups drop column told;
drop table event_changes, event_feedback, event_reminders;
