-- +goose Up

-- A release before 0021, beside this one or put back in its place, cancels a sign-up and leaves coming_at as it is: that must not fail. What is
-- cancelled is not read as coming.
alter table event_signups drop constraint event_signups_coming_check;

-- +goose Down
update event_signups set coming_at = null where coming_at is not null and status <> 'registered';
alter table event_signups add constraint event_signups_coming_check check (coming_at is null or status = 'registered');
