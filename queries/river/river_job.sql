-- What the queries read of River's table, for sqlc alone: River's own migration makes it (schema.go).
create table river_job (
    kind text not null,
    queue text not null,
    scheduled_at timestamptz not null,
    state text not null
);
