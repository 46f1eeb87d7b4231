#!/usr/bin/env bash
# Denoisers of photographs: bash bench/reproductions/denoiser.sh colour|grey [further arguments of train, such as --threads 2 or --resume]
# Learned from BSDS500: train and the first 90 of val to learn from, the last 10 of val to choose the best epoch; test is seen by none. 120 epochs are 3
# hours on two quiet cores. PSNR then on the Kodak set and on BSDS's test part, beside non-local means (python3-opencv).
set -euo pipefail
kind=${1:?colour or grey?}
isthmus=artifacts/bin/Isthmus.Cli/release/Isthmus.Cli
bench=artifacts/bin/Isthmus.Benchmarks/release/Isthmus.Benchmarks
data=${ISTHMUS_DATA:?the folder of data sets}
grey=$(test "$kind" = grey && echo --grey || true)
mkdir -p runs/bsds500/train runs/bsds500/validation
ln -sf "$data"/bsds500/train/*.jpg runs/bsds500/train/
ls "$data"/bsds500/val/*.jpg | head -n -10 | xargs -I{} ln -sf {} runs/bsds500/train/
ls "$data"/bsds500/val/*.jpg | tail -n 10 | xargs -I{} ln -sf {} runs/bsds500/validation/
mkdir -p runs/bsds500/test
ln -sf "$data"/bsds500/test/*.jpg runs/bsds500/test/
"$isthmus" train runs/bsds500 --crop 64 --flips --turns --model denoiser --epochs "${EPOCHS:-120}" --seed 1 --name "denoiser-$kind" -o runs ${grey:+$grey true} "${@:2}"
for photographs in "$data/kodak" "$data/bsds500/test"; do
    echo "$photographs $kind"
    "$bench" denoise --model "runs/denoiser-$kind" --photographs "$photographs" --sigmas 15,25,50 $grey
    for sigma in 15 25 50; do
        /usr/bin/python3 bench/oracle/denoise.py "$photographs" --sigma $sigma $grey
    done
done
"$bench" denoise-speed --model "runs/denoiser-$kind" --threads 2
