-- +goose Up

-- What was sent, once per key. A row says `sending` before the mail server is spoken to, and only the attempt that
-- holds the token may say how it went; one that never does leaves doubt, which is listed and never resent.
create table deliveries (
  id            uuid primary key,
  org_id        uuid not null references organizations,
  key           text not null,
  kind          text not null,
  channel       text not null default 'email' check (channel in ('email')),
  recipient     text not null,
  message_id    text not null,
  status        text not null default 'pending' check (status in ('pending', 'sending', 'sent', 'failed', 'unknown')),
  attempt_token uuid,
  lease_until   timestamptz,
  attempts      int not null default 0 check (attempts >= 0),
  reason        text not null default '', -- why it failed, is unknown, or is pending again: a stage and a code, no personal data
  sent_at       timestamptz,
  created_at    timestamptz not null,
  updated_at    timestamptz not null,
  unique (org_id, key),
  check ((status = 'sending') = (attempt_token is not null)),
  check ((status = 'sending') = (lease_until is not null)),
  check ((status = 'sent') = (sent_at is not null))
);
create index deliveries_leases on deliveries (lease_until) where status = 'sending';
create index deliveries_unknown on deliveries (updated_at) where status = 'unknown';

-- Addresses that get nothing, by their hash: the person may be forgotten, the wish may not.
create table suppressions (
  id           uuid primary key,
  org_id       uuid references organizations, -- null: of every organisation
  channel      text not null default 'email' check (channel in ('email')),
  address_hash bytea not null, -- sha256 of the address in lower case
  reason       text not null check (reason in ('unsubscribed', 'bounced', 'complained')),
  created_at   timestamptz not null
);
create unique index suppressions_org on suppressions (address_hash, channel, org_id) where org_id is not null;
create unique index suppressions_all on suppressions (address_hash, channel) where org_id is null;

-- +goose Down
drop table suppressions, deliveries;
