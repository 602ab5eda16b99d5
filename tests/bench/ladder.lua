-- W4 on LuaJIT: the needs as a table that a loop reads, the metrics as Lua tables and as packed integers.
--     luajit ladder.lua DIR      reads metrics.i32 and rungs.u8 there
local ffi = require('ffi')
local folder, count, metrics, repetitions = arg[1], 100000, 12, 5
local least = { 200, 400, 600 }

local function read(name)
    local file = assert(io.open(folder .. '/' .. name, 'rb'))
    local bytes = file:read('*a')
    file:close()
    return bytes
end

local bytes, expected = read('metrics.i32'), read('rungs.u8')
local packed = ffi.cast('const int32_t *', bytes)
local rows, out = {}, {}
for i = 1, count do
    local row = {}
    for m = 1, metrics do
        row[m] = packed[(i - 1) * metrics + m - 1]
    end
    rows[i] = row
    out[i] = 0
end

local function holds_row(row, most)
    for m = 1, metrics, 2 do
        if row[m] < most or row[m + 1] > 1000 - most then
            return false
        end
    end
    return true
end

local function by_tables()
    for i = 1, count do
        local row, rung = rows[i], 0
        while rung < 3 and holds_row(row, least[rung + 1]) do
            rung = rung + 1
        end
        out[i] = rung
    end
end

local function holds_packed(from, most)
    for m = from, from + metrics - 1, 2 do
        if packed[m] < most or packed[m + 1] > 1000 - most then
            return false
        end
    end
    return true
end

local function by_packed()
    for i = 1, count do
        local from, rung = (i - 1) * metrics, 0
        while rung < 3 and holds_packed(from, least[rung + 1]) do
            rung = rung + 1
        end
        out[i] = rung
    end
end

local function measure(peer, run)
    local ns, wrong = {}, 0
    run()
    for r = 1, repetitions do
        local begin = os.clock()
        run()
        ns[r] = (os.clock() - begin) * 1e9 / count
    end
    table.sort(ns)
    for i = 1, count do
        wrong = wrong + (out[i] == expected:byte(i) and 0 or 1)
    end
    print(string.format('{"peer":"%s","workload":"W4 bulk","ns":%.2f,"min":%.2f,"max":%.2f,"wrong":%d}', peer, ns[3], ns[1], ns[5], wrong))
end

measure('LuaJIT, tables', by_tables)
measure('LuaJIT, packed', by_packed)
