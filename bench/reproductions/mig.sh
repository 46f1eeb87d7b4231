#!/usr/bin/env bash
# Shapes, 10 units, 100 epochs, seeds 1 to 5, MIG of the test records: bash bench/reproductions/mig.sh PRESET [further arguments of sweep]
# The last line is the median over the seeds.
set -euo pipefail
isthmus=artifacts/bin/Isthmus.Cli/release/Isthmus.Cli
preset=${1:?which preset, such as beta-tc-vae?}
"$isthmus" sweep shapes --model "$preset" --latent 10 --epochs "${EPOCHS:-100}" --seeds 5 --importance-samples 0 --threads 1 --name "mig-$preset" -o runs --json "${@:2}" |
    grep -o '"mig":[0-9.e-]*' | cut -d: -f2 | sort -g | tee /dev/stderr | sed -n 3p
