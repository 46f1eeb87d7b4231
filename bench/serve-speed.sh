#!/usr/bin/env bash
# Requests a second of `isthmus serve`, by wrk with 16 connections, against the same model in one process and against a bare endpoint that echoes JSON, all in
# one run; then batches of 1,000 rows. Needs wrk (Debian: apt-get install wrk). Loopback only; ends by itself.
#
#     dotnet build -c Release && bash bench/serve-speed.sh [seconds of each figure]
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
seconds="${1:-10}"
program="${ISTHMUS:-$root/artifacts/bin/Isthmus.Cli/release/Isthmus.Cli}"
work="$(mktemp -d)"
servers=()
trap 'for id in "${servers[@]}"; do kill "$id" 2> /dev/null || true; done; wait; rm -rf "$work"' EXIT
cd "$root"

dotnet run -c Release bench/serve-speed.cs make "$work"
grep -m1 "model name" /proc/cpuinfo | sed 's/.*: //'
echo "$(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
dotnet run -c Release bench/serve-speed.cs library "$work" "$seconds"

dotnet run -c Release bench/serve-speed.cs echo http://127.0.0.1:8391 > /dev/null &
servers+=($!)
"$program" serve -m fraud="$work/model.isthmus" --url http://127.0.0.1:8390 ${SERVE_OPTIONS:-} > /dev/null 2> "$work/log.txt" &
servers+=($!)
for url in http://127.0.0.1:8391/ready http://127.0.0.1:8390/v2/health/ready; do
    for _ in $(seq 300); do curl -sf "$url" > /dev/null && break || sleep 0.2; done
done

# wrk's own latency distribution; a script gives the body, and counts answers that are no success.
cat > "$work/post.lua" << 'LUA'
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local body = io.open(os.getenv("BODY"), "rb")
wrk.body = body:read("*a")
body:close()
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init() failed = 0 end
function response(status) if status ~= 200 then failed = failed + 1 end end
function done(summary, latency)
    local bad = 0
    for _, thread in ipairs(threads) do bad = bad + thread:get("failed") end
    io.write(string.format("%.0f requests/s, p50 %.2f ms, p99 %.2f ms, %d not 200, %d socket errors\n",
        summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000, bad,
        summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
LUA
measure() { # name body url
    BODY="$work/$2" wrk -t2 -c16 -d3s -s "$work/post.lua" "$3" > /dev/null
    echo "$1: $(BODY="$work/$2" wrk -t2 -c16 -d"${seconds}s" -s "$work/post.lua" "$3" | tail -1)"
}
for round in 1 2 3; do
    measure "echo, 1 row" row.json http://127.0.0.1:8391/echo
    measure "score, 1 row" row.json http://127.0.0.1:8390/models/fraud/score
done
measure "infer, 1 row" infer.json http://127.0.0.1:8390/v2/models/fraud/infer
measure "echo, 1,000 rows" rows.json http://127.0.0.1:8391/echo
measure "score, 1,000 rows" rows.json http://127.0.0.1:8390/models/fraud/score
measure "infer, 1,000 rows" infers.json http://127.0.0.1:8390/v2/models/fraud/infer
grep -c "failed by" "$work/log.txt" || true
