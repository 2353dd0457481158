-- +goose Up

-- What a person had before of a shift, cancelled or not: asked for under the shift's lock, by every sign-up.
create index event_signups_person on event_signups (shift_id, lower(email));

-- +goose Down
drop index event_signups_person;
