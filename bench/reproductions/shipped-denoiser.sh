#!/usr/bin/env bash
# The denoiser that ships: bash bench/reproductions/shipped-denoiser.sh [further arguments of train, such as --resume]
# Learned from the Kodak pictures alone: 22 to learn from, kodim08 to choose the epoch, kodim23 for the report. One thread: the same weights each time on the
# same kind of processor. The file is then src/Isthmus.Pretrained/denoiser.isthmus, whose hashes docs/reference/pretrained.md has. PSNR on BSDS's test part.
set -euo pipefail
source "$(dirname "$0")/kodak-parts.sh"
"$isthmus" train runs/kodak --crop 64 --flips --turns --model denoiser --set denoiser-channels=32,64 --set denoiser-blocks=1,2 --set learning-rate=0.002 \
    --epochs "${EPOCHS:-16}" --seed 1 --threads 1 --name shipped-denoiser -o runs "$@"
"$bench" ship --model runs/shipped-denoiser -o src/Isthmus.Pretrained/denoiser.isthmus
for grey in "" --grey; do
    echo "$data/bsds500/test $grey"
    "$bench" denoise --model src/Isthmus.Pretrained/denoiser.isthmus --photographs "$data/bsds500/test" --sigmas 15,25,50 $grey
    for sigma in 15 25 50; do
        /usr/bin/python3 bench/oracle/denoise.py "$data/bsds500/test" --sigma $sigma $grey
    done
done
"$bench" denoise-speed --model src/Isthmus.Pretrained/denoiser.isthmus --threads 2
