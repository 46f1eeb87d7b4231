#!/usr/bin/env bash
# Static MNIST, pixel-vae with convolutions, 45 epochs, -ln p(x) by 100 importance samples: bash bench/reproductions/pixel.sh [further arguments of train]
set -euo pipefail
isthmus=artifacts/bin/Isthmus.Cli/release/Isthmus.Cli
"$isthmus" train static-mnist --model pixel-vae --net conv --set residual=1 --set reach=5 --set context-hidden=96 --set features=8 --set learning-rate=2e-3 \
    --set warm-up=15 --epochs "${EPOCHS:-45}" --seed 1 --threads 1 --importance-samples 100 --name pixel -o runs "$@"
