-- Limits that instances share. One round: either all asks get what they need or none does; beyond that each gets what it wants,
-- as far as there is any.
--
-- KEYS: the epoch, then one key an ask.
-- ARGV: the time in microseconds, 0 for this server's; the highest beat that the caller was ever told; a word for a new generation; the
-- caller's name; then for each ask: kind, limit, microseconds, need, want, first, back, kept.
--   kind r, a rate: microseconds is a slot's length; back is given back.
--   kind p, places: microseconds is how long a lease lives; first numbers those that are granted; kept and back are lists of
--   numbers of places that go on or end.
-- Returns the beat, the generation, 1 if all got what they need; then for each ask: granted, free, microseconds to wait.
local now = tonumber(ARGV[1])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local seen, caller = tonumber(ARGV[2]), ARGV[4]
local epoch = redis.call('HMGET', KEYS[1], 'generation', 'beat')
local generation, beat = epoch[1], tonumber(epoch[2]) or 0
-- the beat has never been behind what somebody was told, unless something was lost: an older state, or none
if not generation or beat < seen then
  generation = ARGV[3]
  beat = math.max(beat, seen)
end
beat = beat + 1
redis.call('HSET', KEYS[1], 'generation', generation, 'beat', string.format('%.0f', beat))

local LIFE = 121

local function each_number(list, what)
  for number in string.gmatch(list, '%d+') do what(number) end
end

local function rate(ask)
  local flat = redis.call('HGETALL', ask.key)
  local current = math.floor(now / ask.micros)
  ask.slots, ask.counts, ask.used, ask.current = {}, {}, 0, current
  for i = 1, #flat, 2 do
    local slot, count = tonumber(flat[i]), tonumber(flat[i + 1])
    if slot + LIFE <= current or count <= 0 then
      redis.call('HDEL', ask.key, flat[i])
    else
      -- a clock that was put back counts on in the slot that it was in
      if slot > ask.current then ask.current = slot end
      table.insert(ask.slots, slot)
      ask.counts[slot] = count
      ask.used = ask.used + count
    end
  end
  table.sort(ask.slots)
  local back = tonumber(ask.back) or 0
  for i = #ask.slots, 1, -1 do
    local slot = ask.slots[i]
    local given = math.min(back, ask.counts[slot])
    if given > 0 then
      ask.counts[slot], ask.used, back = ask.counts[slot] - given, ask.used - given, back - given
      redis.call('HINCRBY', ask.key, string.format('%.0f', slot), string.format('%.0f', -given))
    end
  end
  ask.free = math.max(ask.limit - ask.used, 0)
end

local function places(ask)
  redis.call('ZREMRANGEBYSCORE', ask.key, '-inf', string.format('%.0f', now))
  each_number(ask.back, function(number) redis.call('ZREM', ask.key, caller .. ':' .. number) end)
  local deadline = string.format('%.0f', now + ask.micros)
  each_number(ask.kept, function(number) redis.call('ZADD', ask.key, deadline, caller .. ':' .. number) end)
  ask.free = math.max(ask.limit - redis.call('ZCARD', ask.key), 0)
end

local function wait(ask)
  if ask.kind == 'p' then return 1000000 end
  local missing = ask.used + ask.need - ask.limit
  for _, slot in ipairs(ask.slots) do
    missing = missing - ask.counts[slot]
    if missing <= 0 then return math.max((slot + LIFE) * ask.micros - now, 1) end
  end
  return LIFE * ask.micros
end

local function grant(ask, amount)
  if ask.kind == 'r' then
    if amount > 0 then
      redis.call('HINCRBY', ask.key, string.format('%.0f', ask.current), string.format('%.0f', amount))
    end
    redis.call('PEXPIRE', ask.key, string.format('%.0f', math.ceil(2 * LIFE * ask.micros / 1000)))
  else
    local deadline = string.format('%.0f', now + ask.micros)
    for i = 0, amount - 1 do
      redis.call('ZADD', ask.key, deadline, caller .. ':' .. string.format('%.0f', ask.first + i))
    end
    redis.call('PEXPIRE', ask.key, string.format('%.0f', math.ceil(2 * ask.micros / 1000)))
  end
end

local asks, all = {}, 1
for i = 2, #KEYS do
  local at = 4 + (i - 2) * 8
  local ask = {
    key = KEYS[i] .. ':' .. generation, kind = ARGV[at + 1], limit = tonumber(ARGV[at + 2]), micros = tonumber(ARGV[at + 3]),
    need = tonumber(ARGV[at + 4]), want = tonumber(ARGV[at + 5]), first = tonumber(ARGV[at + 6]), back = ARGV[at + 7],
    kept = ARGV[at + 8],
  }
  if ask.kind == 'r' then rate(ask) else places(ask) end
  if ask.free < ask.need then all = 0 end
  table.insert(asks, ask)
end

local answer = { beat, generation, all }
for _, ask in ipairs(asks) do
  local amount = all == 1 and ask.need or 0
  if all == 1 or ask.need == 0 then amount = amount + math.min(ask.want, ask.free - amount) end
  grant(ask, amount)
  table.insert(answer, amount)
  table.insert(answer, ask.free - amount)
  table.insert(answer, ask.free < ask.need and wait(ask) or 0)
end
return answer
