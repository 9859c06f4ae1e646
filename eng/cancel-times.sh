#!/usr/bin/env bash
# Cancels cycles at random instants of training and design on a live server, and prints how long each whole tree took to
# end, from the recorded request to the parent's own end, in milliseconds.
#   eng/cancel-times.sh [HOW_MANY_PER_PHASE]
# Needs a built program (dotnet build src/Ktrdr.Cli -c Release), curl, jq and python3.
set -euo pipefail
rounds=${1:-12} port=${PORT:-9321}
program="$(cd "$(dirname "$0")/.." && pwd)/src/Ktrdr.Cli/bin/Release/net10.0/ktrdr.dll"
KTRDR_HOME=$(mktemp -d)
export KTRDR_HOME
dotnet "$program" agent trigger --follow --seed 1 >/dev/null 2>&1
strategy=$(ls "$KTRDR_HOME"/strategies/*.yaml)
sed -e 's/^name: .*/name: slow/' -e 's/epochs: .*/epochs: 5000/' "$strategy" >"$KTRDR_HOME/strategies/slow.yaml"
dotnet "$program" serve --port "$port" >/dev/null 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
api=http://127.0.0.1:$port/api/v1
until curl -sf "http://127.0.0.1:$port/health/ready" >/dev/null; do sleep 0.2; done
for phase in training designing; do
  for round in $(seq 1 "$rounds"); do
    body='{"strategy":"slow","seed":1}'
    [ "$phase" = designing ] && body="{\"seed\":$round}"
    id=$(curl -s "$api/agent/trigger" -H 'content-type: application/json' -d "$body" | jq -r .operation_id)
    sleep "0.$((RANDOM % 9 + 1))"
    curl -s -X DELETE "$api/agent/cancel/$id" >/dev/null
    until curl -s "$api/operations/$id" | jq -e '.data.completed_at' >/dev/null; do :; done
  done
done
python3 - "$KTRDR_HOME/ktrdr.db" <<'P'
import sqlite3, sys
from datetime import datetime
seen = {}
for operation, kind, at in sqlite3.connect(sys.argv[1]).execute(
    "SELECT operation_id, kind, at FROM events WHERE kind IN ('cancel_requested', 'cancelled') ORDER BY number DESC"
):
    seen.setdefault(operation, {})[kind] = datetime.fromisoformat(at)
took = sorted(
    round((times["cancelled"] - times["cancel_requested"]).total_seconds() * 1000)
    for operation, times in seen.items()
    if operation.startswith("op_agent_research") and len(times) == 2
)
print(len(took), "trees, milliseconds:", took)
P
