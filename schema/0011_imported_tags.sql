-- +goose Up
-- Whether a calendar brought the tag: its next import may take it away again. What an operator set is never the calendar's.
alter table event_tags add column imported boolean not null default false;

-- +goose Down
alter table event_tags drop column imported;
