#!/usr/bin/env bash
# The codec that ships: bash bench/reproductions/shipped-codec.sh [further arguments of train, such as --resume]
# Learned from the Kodak pictures alone: 22 to learn from, kodim08 to choose the epoch, kodim23 for the report. One thread: the same weights each time on the
# same kind of processor (it is older than clip-spikes, and was trained without). The file is then src/Isthmus.Pretrained/codec.isthmus, whose hashes
# docs/reference/pretrained.md has. Figures on BSDS's test part.
set -euo pipefail
source "$(dirname "$0")/kodak-parts.sh"
"$isthmus" train runs/kodak --crop 96 --flips --turns --model image-codec --set codec-cosines=fixed --set codec-channels=16,16,16 --set codec-blocks=1,1,1 \
    --set codec-latents=192 --set hyper-channels=16 --set entropy-channels=48 --set batch-size=8 --set learning-rate=0.001 --set learning-rate-warm-up=200 \
    --set clip-spikes=0 --epochs "${EPOCHS:-100}" --seed 1 --threads 1 --name shipped-codec -o runs "$@"
"$bench" ship --model runs/shipped-codec -o src/Isthmus.Pretrained/codec.isthmus
"$bench" codec --model src/Isthmus.Pretrained/codec.isthmus --photographs "$data/bsds500/test" --qualities 0,0.125,0.25,0.375,0.5,0.625,0.75,0.875,1 --threads 2
