-- name: TakeTick :execrows
-- Takes a moment of a schedule for the caller's transaction: no row when it, or a later one, was taken before, or when it
-- is still to come: a worker whose clock is ahead would take the next ones from all others. The database's clock decides.
insert into job_schedules as s (name, last_tick_at)
select @name, t.tick from (select @tick::timestamptz as tick) t where t.tick <= now() + interval '1 minute'
on conflict (name) do update set last_tick_at = excluded.last_tick_at where s.last_tick_at < excluded.last_tick_at;

-- name: GetNow :one
select now()::timestamptz as now;

-- name: ListStandingJobs :many
-- How the jobs that are due or under way stand, and for how many seconds the first of those that wait has been due.
select queue, kind, count(*) filter (where state = 'available') as waiting, count(*) filter (where state = 'running') as running,
    greatest(0, coalesce(extract(epoch from now() - min(scheduled_at) filter (where state = 'available')), 0))::float8 as oldest_seconds
from river_job
where state in ('available', 'running')
group by queue, kind
order by queue, kind;
