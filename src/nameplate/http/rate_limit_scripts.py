"""The moving window in Valkey: for each key a list of the times at which its last requests were let through.

A request is let through while fewer than `limit` times lie within the window, which is exact: no burst around an edge
gets more. Only what was let through counts, so that `Retry-After` stays true for whoever goes on asking. Valkey's clock
is the only one. What the scripts write stays in memory (REPL_NONE): neither the append-only file nor replicas get it,
which would cost a disk write for each request.
"""

# KEYS: a counter of new keys, then keys of the same slot. ARGV: limit, window in microseconds, most new keys a minute.
# Gives two numbers for each key: how many more may come now, or -1; and microseconds until there is one more.
# One text, because the client reads that many times faster than an array.
TAKE = """
redis.set_repl(redis.REPL_NONE)
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local limit, window, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local stamp = string.format('%.0f', now)
local keep = string.format('%.0f', math.ceil(window / 1000))
local answer = {}
local before = tonumber(redis.call('GET', KEYS[1]) or 0)
local fresh = 0
for i = 2, #KEYS do
    local key = KEYS[i]
    -- It counts until it turns out that it must not: most are let through, and that is the fewest calls.
    local used = redis.call('LPUSH', key, stamp) - 1
    local oldest = used > 0 and tonumber(redis.call('LINDEX', key, -1))
    -- Times in the future are those of a clock that was set back: kept for a window at most.
    while used > 0 and (oldest <= now - window or oldest > now + window) do
        redis.call('RPOP', key)
        used = used - 1
        oldest = used > 0 and tonumber(redis.call('LINDEX', key, -1))
    end
    if used == 0 then fresh = fresh + 1 end
    if used == 0 and before + fresh > most then
        redis.call('LPOP', key)
        answer[#answer + 1] = -1
        answer[#answer + 1] = math.max(redis.call('PTTL', KEYS[1]), 1) * 1000
    elseif used >= limit then
        redis.call('LPOP', key)
        local last = tonumber(redis.call('LINDEX', key, limit - 1))
        answer[#answer + 1] = -1
        answer[#answer + 1] = last + window - now
    else
        redis.call('PEXPIRE', key, keep)
        answer[#answer + 1] = limit - used - 1
        answer[#answer + 1] = (oldest or now) + window - now
    end
end
if fresh > 0 and redis.call('INCRBY', KEYS[1], fresh) == fresh then redis.call('PEXPIRE', KEYS[1], 60000) end
for i, number in ipairs(answer) do answer[i] = string.format('%.0f', number) end
return table.concat(answer, ' ')
"""

# What a process let through on its own, told afterwards. KEYS: keys of one slot. ARGV: window in microseconds, then how
# many for each key. They count as of now, which is later than they were: too strict for a while, never too lax.
TELL = """
redis.set_repl(redis.REPL_NONE)
local time = redis.call('TIME')
local stamp = string.format('%.0f', time[1] * 1000000 + time[2])
local window = math.ceil(tonumber(ARGV[1]) / 1000)
for i, key in ipairs(KEYS) do
    for _ = 1, tonumber(ARGV[i + 1]) do redis.call('LPUSH', key, stamp) end
    redis.call('PEXPIRE', key, string.format('%.0f', window))
end
return #KEYS
"""

# KEYS: keys of one slot, whose newest request is taken back.
GIVE_BACK = """
redis.set_repl(redis.REPL_NONE)
for _, key in ipairs(KEYS) do redis.call('LPOP', key) end
return #KEYS
"""

# KEYS: the processes there are, today's key for addresses in records. ARGV: this process or '', a key if there is none,
# seconds until a process counts as gone. Gives the number of processes and the key.
BEAT = """
redis.set_repl(redis.REPL_NONE)
local time = redis.call('TIME')
if ARGV[1] ~= '' then redis.call('ZADD', KEYS[1], time[1], ARGV[1]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', time[1] - ARGV[3])
redis.call('SET', KEYS[2], ARGV[2], 'NX', 'EX', 90000)
return {redis.call('ZCARD', KEYS[1]), redis.call('GET', KEYS[2])}
"""
