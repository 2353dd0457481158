-- +goose Up
-- A question that is not asked any more stays for the answers it got: they are told with its words.
alter table event_questions add column removed_at timestamptz;

-- +goose Down
alter table event_questions drop column removed_at;
