-- name: TakeTick :execrows
-- Takes a moment of a schedule for the caller's transaction: no row when it, or a later one, was taken before, or when it
-- is still to come: a worker whose clock is ahead would take the next ones from all others. The database's clock decides.
insert into job_schedules as s (name, last_tick_at)
select @name, t.tick from (select @tick::timestamptz as tick) t where t.tick <= now() + interval '1 minute'
on conflict (name) do update set last_tick_at = excluded.last_tick_at where s.last_tick_at < excluded.last_tick_at;

-- name: GetNow :one
select now()::timestamptz as now;
