#!/usr/bin/env bash
# Photographs without loss: bash bench/reproductions/lossless.sh [further arguments of train, such as --threads 2 or --resume]
# Learned from BSDS500: train and the first 90 of val to learn from, the last 10 of val to choose the best epoch, each as it is and at half its size by means
# of 2 x 2 pixels, which have few traces of the JPEG files left. Bits a channel value then on Kodak, and seconds a picture.
set -euo pipefail
isthmus=artifacts/bin/Isthmus.Cli/release/Isthmus.Cli
data=${ISTHMUS_DATA:?the folder of data sets}
mix=runs/bsds500-halves
mkdir -p $mix/train $mix/validation runs/lossless
halve() { # FOLDER FILE...: needs Python with Pillow
    python3 - "$@" <<'PYTHON'
import os, sys
from PIL import Image
folder, *files = sys.argv[1:]
for file in files:
    name, picture = os.path.basename(file), Image.open(file).convert("RGB")
    link = f"{folder}/{name}"
    if not os.path.lexists(link):
        os.symlink(file, link)
    picture.resize((picture.width // 2, picture.height // 2), Image.BOX).save(f"{folder}/half-{name[:-4]}.png")
PYTHON
}
halve $mix/train "$data"/bsds500/train/*.jpg $(ls "$data"/bsds500/val/*.jpg | head -n -10)
halve $mix/validation $(ls "$data"/bsds500/val/*.jpg | tail -n 10)
"$isthmus" train $mix --crop 64 --flips --model image-lossless --limit "${LIMIT:-2000}" --epochs "${EPOCHS:-1}" --set batch-size=2 --seed 1 \
    --name image-lossless -o runs "$@"
time "$isthmus" compress "$data"/kodak/*.png -m runs/image-lossless -o runs/lossless/kodak.isth --force
time "$isthmus" decompress runs/lossless/kodak.isth -o runs/lossless/kodak --force
python3 - "$data" <<'PYTHON'
import glob, os, sys
from PIL import Image
for file in sorted(glob.glob(f"{sys.argv[1]}/kodak/*.png")):
    same = Image.open(file).tobytes() == Image.open(f"runs/lossless/kodak/{os.path.basename(file)}").tobytes()
    if not same:
        sys.exit(f"{file} came back otherwise")
print("all pictures came back pixel by pixel")
PYTHON
