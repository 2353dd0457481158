-- +goose Up

-- What an organiser edited of an imported event, and the calendar's entry does not name: title, summary, address, coordinates or contact.
-- An import leaves it alone.
alter table events add column by_hand text[] not null default '{}';

-- +goose Down
alter table events drop column by_hand;
