-- +goose Up

-- The version of an organisation's feeds is read on every poll: from these, without the rows.
create index events_versions on events (org_id) include (listed, last_ends_at, updated_at);
create index event_shifts_org on event_shifts (org_id, ends_at);

-- The websites that may show an organisation's embeds.
create table embed_origins (
  org_id     uuid not null references organizations on delete cascade,
  origin     text not null check (origin ~ '^https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$' and length(origin) <= 200),
  created_at timestamptz not null default now(),
  primary key (org_id, origin)
);

-- +goose Down
drop table embed_origins;
drop index event_shifts_org, events_versions;
