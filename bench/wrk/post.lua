-- Posts bodies that were prepared in files, each once. Thread n reads bodies.n, from a position that is given.
--   wrk ... -s post.lua URL -- FOLDER KEY PATH MEDIA_TYPE CONNECTION POSITION0 POSITION1 ...
-- CONNECTION is keep-alive, or close: then each body gets a connection of its own, and the kernel chooses the worker.
-- A body stands behind its length (four bytes, little-endian). No function for responses is defined: wrk would hand
-- every answer to Lua, which costs the sender more than sending. What was answered with 400 or more, wrk counts itself.
local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init(arguments)
  file = assert(io.open(arguments[1] .. "/bodies." .. number, "rb"))
  file:seek("set", tonumber(arguments[6 + number]))
  head = "POST " .. arguments[3] .. " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: " .. arguments[4] .. "\r\n"
    .. "Connection: " .. arguments[5] .. "\r\nAuthorization: Bearer " .. arguments[2] .. "\r\nContent-Length: "
  position = file:seek()
  ran_out = 0
end

function request()
  local length = file:read(4)
  if length == nil then
    ran_out = 1
    wrk.thread:stop()
    return "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
  end
  local a, b, c, d = length:byte(1, 4)
  local bytes = a + b * 256 + c * 65536 + d * 16777216
  position = position + 4 + bytes
  return head .. bytes .. "\r\n\r\n" .. file:read(bytes)
end

function done(summary, latency)
  local positions, out = {}, 0
  for _, thread in ipairs(threads) do
    table.insert(positions, string.format("%d", thread:get("position")))
    out = out + thread:get("ran_out")
  end
  local errors = summary.errors
  io.write(string.format(
    '\nFIGURES {"answered":%d,"seconds":%.6f,"refused":%d,"broken":%d,"p50_ms":%.3f,"p99_ms":%.3f,"p999_ms":%.3f,'
      .. '"ran_out":%d,"positions":[%s]}\n',
    summary.requests, summary.duration / 1e6, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency:percentile(99.9) / 1000,
    out, table.concat(positions, ",")))
end
