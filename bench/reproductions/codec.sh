#!/usr/bin/env bash
# Codec of photographs: bash bench/reproductions/codec.sh [further arguments of train, such as --threads 2 or --resume]
# Learned from BSDS500: train and the first 90 of val to learn from, the last 10 of val to choose the best epoch. Bits a pixel and PSNR then on Kodak, with
# BD-rates against JPEG, WebP, JPEG XL, HEIF and AVIF, and seconds a picture.
set -euo pipefail
isthmus=artifacts/bin/Isthmus.Cli/release/Isthmus.Cli
bench=artifacts/bin/Isthmus.Benchmarks/release/Isthmus.Benchmarks
data=${ISTHMUS_DATA:?the folder of data sets}
mkdir -p runs/bsds500/train runs/bsds500/validation
ln -sf "$data"/bsds500/train/*.jpg runs/bsds500/train/
ls "$data"/bsds500/val/*.jpg | head -n -10 | xargs -I{} ln -sf {} runs/bsds500/train/
ls "$data"/bsds500/val/*.jpg | tail -n 10 | xargs -I{} ln -sf {} runs/bsds500/validation/
"$isthmus" train runs/bsds500 --crop "${CROP:-96}" --flips --model image-codec --set batch-size=8 --epochs "${EPOCHS:-60}" --seed 1 --name image-codec -o runs "$@"
"$bench" codec --model runs/image-codec/model.isthmus --photographs "$data/kodak" --qualities 0,0.125,0.25,0.375,0.5,0.625,0.75,0.875,1 --threads 2
