#!/usr/bin/env bash
# Seeds 1 to 20 on one market, one home, as a table: seed, exit code, strategy, figures, reason.
#   eng/seed-table.sh FILE SYMBOL [options of data import …]
# Needs a built program: dotnet build src/Ktrdr.Cli -c Release
set -euo pipefail
file=$1 symbol=$2
shift 2
program="$(cd "$(dirname "$0")/.." && pwd)/src/Ktrdr.Cli/bin/Release/net10.0/ktrdr.dll"
KTRDR_HOME=$(mktemp -d)
export KTRDR_HOME
dotnet "$program" data import "$file" --symbol "$symbol" --timeframe 1h "$@"
for seed in $(seq 1 20); do
  code=0
  told=$(dotnet "$program" agent trigger --follow --symbol "$symbol" --seed "$seed" 2>/dev/null) || code=$?
  printf '%s seed %2d exit %d |%s\n' "$symbol" "$seed" "$code" \
    "$(grep -E '^(Strategy|Sharpe|Win rate|Trades|Verdict|Why)' <<<"$told" | tr -s ' ' | tr '\n' '|')"
done
echo "home: $KTRDR_HOME"
