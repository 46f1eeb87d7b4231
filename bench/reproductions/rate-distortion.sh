#!/usr/bin/env bash
# MNIST, beta-vae at six weights of the rate, one seed, 10 epochs (a shortened schedule): bash bench/reproductions/rate-distortion.sh [further arguments of sweep]
set -euo pipefail
isthmus=artifacts/bin/Isthmus.Cli/release/Isthmus.Cli
"$isthmus" sweep mnist --model beta-vae --set beta=0.1,0.3,1,3,10,30 --epochs "${EPOCHS:-10}" --importance-samples 0 --threads 1 --name rate-distortion -o runs "$@"
