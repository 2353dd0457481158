-- Takes back one attempt that counter.lua counted. KEYS[1].
if (tonumber(redis.call('HGET', KEYS[1], 'now')) or 0) >= 1 then
  redis.call('HINCRBY', KEYS[1], 'now', -1)
end
