#!/usr/bin/env bash
# Fuzzes one target with AFL++ for so many seconds: run.sh TARGET SECONDS [FOLDER]. Needs afl-fuzz, and the tool SharpFuzz.CommandLine
# ("dotnet tool install --global SharpFuzz.CommandLine").
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
target="$1" seconds="$2" work="${3:-$(mktemp -d)}"
mkdir -p "$work"
[ -d "$work/bin" ] || {
    dotnet publish -c Release "$root/tests/Isthmus.Fuzz" -o "$work/bin"
    dotnet "$work/bin/Isthmus.Fuzz.dll" corpus "$root/tests/golden/archives" "$work/corpus"
    for assembly in Isthmus Isthmus.Information; do
        "${SHARPFUZZ:-sharpfuzz}" "$work/bin/$assembly.dll"
    done
}
export AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_AFFINITY=1 AFL_NO_UI=1
exec afl-fuzz -V "$seconds" -i "$work/corpus/$target" -o "$work/findings-$target" -t 20000 -m none -- \
    dotnet "$work/bin/Isthmus.Fuzz.dll" "$target" "$root/tests/golden/archives"
