-- River never reads these two, and the commands look nothing up by them: they cost each job more than its row.
-- +goose Up
drop index if exists river_job_args_index, river_job_metadata_index;

-- +goose Down
create index river_job_args_index on river_job using gin (args);
create index river_job_metadata_index on river_job using gin (metadata);
