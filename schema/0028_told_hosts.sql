-- +goose Up

-- What the host of an event knows of it, as people who are signed up do; null until something changes.
alter table volunteer_hosts add column told jsonb;

-- How often making the smaller versions of an image failed, and when it is tried again.
alter table media_assets
  add column variants_tries int not null default 0,
  add column variants_after timestamptz;

-- +goose Down
alter table media_assets drop column variants_after, drop column variants_tries;
alter table volunteer_hosts drop column told;
