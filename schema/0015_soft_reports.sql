-- +goose Up

-- Which reports soft_bounces counts, by what identifies each (a sha256), so that one that comes twice counts once.
alter table deliveries add column soft_reports bytea[] not null default '{}';

-- +goose Down
alter table deliveries drop column soft_reports;
