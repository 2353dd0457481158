-- name: TakeTick :execrows
-- Takes a moment of a schedule for the caller's transaction: no row when it, or a later one, was taken before.
insert into job_schedules as s (name, last_tick_at) values (@name, @tick)
on conflict (name) do update set last_tick_at = excluded.last_tick_at where s.last_tick_at < excluded.last_tick_at;
