-- Sends random requests of a file and prints one line of JSON at the end.
-- BENCH_REQUESTS names the file; each line: path, Authorization, If-None-Match (may be empty), separated by tabs.
local made = {}

function init(args)
  math.randomseed(42)
  for line in io.lines(os.getenv("BENCH_REQUESTS")) do
    local path, authorization, etag = string.match(line, "^([^\t]*)\t([^\t]*)\t([^\t]*)$")
    wrk.headers["Authorization"] = authorization
    wrk.headers["If-None-Match"] = etag ~= "" and etag or nil
    made[#made + 1] = wrk.format("GET", path)
  end
end

function request()
  return made[math.random(#made)]
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '@{"requests":%d,"us":%d,"bytes":%d,"bad_status":%d,"socket_errors":%d,"p50":%d,"p99":%d,"max":%d}\n',
    summary.requests, summary.duration, summary.bytes, e.status, e.connect + e.read + e.write + e.timeout,
    latency:percentile(50), latency:percentile(99), latency.max))
end
