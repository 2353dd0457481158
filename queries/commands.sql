-- name: ClaimCommand :execrows
-- Takes the key for the caller's transaction; waits for another that holds it, and then changes nothing.
insert into idempotency_keys (name, key, input) values (@name, @key, @input)
on conflict do nothing;

-- name: GetCommand :one
select input, answer from idempotency_keys where name = @name and key = @key;

-- name: AnswerCommand :exec
update idempotency_keys set answer = @answer where name = @name and key = @key;

-- name: DeleteCommandsBefore :execrows
delete from idempotency_keys where created_at < @before;
