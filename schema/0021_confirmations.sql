-- +goose Up

-- Whether who signs up must confirm it by the link in a mail. Until then the place is held as one that is offered: of a sign-up that is
-- offered, waitlisted_at tells who waited from who has to confirm.
alter table organizations add column verify_signups boolean not null default false;

-- When the person said, asked the day before, that they are coming. Whoever cancels has not said so.
alter table event_signups
  add column coming_at timestamptz,
  add constraint event_signups_coming_check check (coming_at is null or status = 'registered');

-- +goose Down
alter table event_signups drop column coming_at;
alter table organizations drop column verify_signups;
