-- +goose Up
-- What an organiser asks of whoever signs up, beside the contact.
create table event_questions (
  id         uuid primary key,
  org_id     uuid not null,
  event_id   uuid not null,
  position   int not null default 0, -- in the form, with the id
  kind       text not null check (kind in ('text', 'choice', 'multiple', 'yes_no')),
  label      text not null check (length(label) between 1 and 200),
  help       text not null default '' check (length(help) <= 500),
  choices    text[] not null default '{}' check (cardinality(choices) <= 30),
  required   boolean not null default false,
  created_at timestamptz not null default now(),
  check ((kind in ('choice', 'multiple')) = (cardinality(choices) > 0)),
  unique (org_id, id),
  foreign key (org_id, event_id) references events (org_id, id) on delete cascade
);
create index event_questions_event on event_questions (event_id, position, id);

alter table event_signups
  add column answers jsonb not null default '{}' check (jsonb_typeof(answers) = 'object'), -- the values given, by the question's id
  add column source  jsonb not null default '{}' check (jsonb_typeof(source) = 'object');  -- how the person came: utm_source, ..., referrer

-- Other organisations that stand behind an event of org_id. They are named with it; who signed up is none of theirs.
create table event_hosts (
  org_id     uuid not null,
  event_id   uuid not null,
  host_id    uuid not null references organizations on delete cascade,
  role       text not null check (role in ('cohost', 'promoter')),
  created_at timestamptz not null default now(),
  primary key (event_id, host_id),
  check (host_id <> org_id),
  foreign key (org_id, event_id) references events (org_id, id) on delete cascade
);
create index event_hosts_host on event_hosts (host_id, event_id);

-- When a shift that was given another time was to start before that; whoever changes it.
alter table event_shifts add column previous_starts_at timestamptz;
-- +goose StatementBegin
create function event_shifts_moved() returns trigger language plpgsql as $$
begin
  new.previous_starts_at := old.starts_at;
  return new;
end $$;
-- +goose StatementEnd
create trigger event_shifts_moved before update of starts_at on event_shifts
  for each row when (new.starts_at <> old.starts_at) execute function event_shifts_moved();

-- +goose Down
drop trigger event_shifts_moved on event_shifts;
drop function event_shifts_moved();
alter table event_shifts drop column previous_starts_at;
drop table event_hosts;
alter table event_signups drop column answers, drop column source;
drop table event_questions;
