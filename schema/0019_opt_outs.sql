-- +goose Up

-- What people asked an organisation not to send them, while everything else still comes. As in suppressions only the hash of
-- the address is kept: the person may be forgotten, the wish may not.
create table opt_outs (
  org_id       uuid not null references organizations,
  scope        text not null check (scope in ('reminders')),
  address_hash bytea not null, -- sha256 of the address in lower case
  created_at   timestamptz not null,
  primary key (address_hash, org_id, scope)
);

-- +goose Down
drop table opt_outs;
