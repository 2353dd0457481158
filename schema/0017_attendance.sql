-- +goose Up
-- Whether the person came, as the organiser says; null: nobody said. Only who has a place can come.
alter table event_signups
  add column attended boolean,
  add constraint event_signups_attended_check check (attended is null or status = 'registered');

-- +goose Down
alter table event_signups drop column attended;
