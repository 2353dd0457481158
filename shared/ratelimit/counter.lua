-- Sliding window by two counters: this window's count and the share of the last one's that still overlaps. For large
-- limits: constant memory. The same arithmetic as (counter).take in local.go.
-- KEYS[1]; ARGV: limit, window in ms. Returns allowed, remaining, ms to wait.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local slot = math.floor(now / window)
local into = now - slot * window
local stored = redis.call('HMGET', KEYS[1], 'slot', 'now', 'last')
local seen, cur, last = tonumber(stored[1]) or 0, tonumber(stored[2]) or 0, tonumber(stored[3]) or 0
if seen == slot - 1 then
  last = cur -- not cur, last = 0, cur: miniredis' Lua assigns in order
  cur = 0
elseif seen ~= slot then
  cur = 0
  last = 0
end
local used = last * (window - into) / window + cur
if used + 1 <= limit then
  redis.call('HSET', KEYS[1], 'slot', string.format('%.0f', slot), 'now', cur + 1, 'last', last)
  redis.call('PEXPIRE', KEYS[1], 2 * window)
  return {1, math.floor(limit - used - 1), 0}
end
if cur > limit - 1 then
  return {0, 0, math.ceil(window - into + window * (1 - (limit - 1) / cur))}
end
return {0, 0, math.ceil(window - into - window * (limit - 1 - cur) / last)}
