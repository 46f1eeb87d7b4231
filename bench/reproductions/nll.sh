#!/usr/bin/env bash
# Static MNIST, the whole test set, -ln p(x) by 5,000 importance samples: bash bench/reproductions/nll.sh PRESET [further arguments of train]
set -euo pipefail
isthmus=artifacts/bin/Isthmus.Cli/release/Isthmus.Cli
preset=${1:?which preset, such as vae?}
"$isthmus" train static-mnist --model "$preset" --seed 1 --importance-samples 0 --name "nll-$preset" -o runs "${@:2}"
"$isthmus" evaluate static-mnist -m "runs/nll-$preset" --importance-samples 5000 --seed 1
