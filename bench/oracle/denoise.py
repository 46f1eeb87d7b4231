"""Non-local means on noisy photographs, the mark that a learned denoiser has to pass: PSNR of OpenCV's, for docs/benchmarks/denoising.md.

    /usr/bin/python3 bench/oracle/denoise.py FOLDER [--sigma 25] [--grey]

Needs the package cv2 (Debian: python3-opencv). Gaussian noise is added, then clipped and rounded to 8 bits, which is all that OpenCV takes. The strength h
is the best of five, as a multiple of sigma, on every eighth picture: more than a user could know.
"""

import argparse
import math
import pathlib
import time

import cv2
import numpy as np

given = argparse.ArgumentParser()
given.add_argument("folder")
given.add_argument("--sigma", type=float, default=25)
given.add_argument("--grey", action="store_true")
given = given.parse_args()
cv2.setNumThreads(1)
files = sorted(path for path in pathlib.Path(given.folder).iterdir() if path.suffix in (".png", ".jpg"))


def picture(number):
    clean = cv2.imread(str(files[number]), cv2.IMREAD_GRAYSCALE if given.grey else cv2.IMREAD_COLOR)
    noise = np.random.default_rng(number).normal(0, given.sigma, clean.shape)
    return clean, np.clip(np.round(clean + noise), 0, 255).astype(np.uint8)


def decibels(clean, other):
    return 10 * math.log10(255**2 / np.mean((clean.astype(float) - other) ** 2))


def restored(noisy, factor):
    h = factor * given.sigma
    return cv2.fastNlMeansDenoising(noisy, None, h, 7, 21) if given.grey else cv2.fastNlMeansDenoisingColored(noisy, None, h, h, 7, 21)


def score(factor, numbers):
    pairs = [picture(number) for number in numbers]
    return np.mean([decibels(clean, restored(noisy, factor)) for clean, noisy in pairs])


factor = max((0.4, 0.6, 0.8, 1.0, 1.2), key=lambda one: score(one, range(0, len(files), 8)))
began, before, after = time.process_time(), [], []
for number in range(len(files)):
    clean, noisy = picture(number)
    before.append(decibels(clean, noisy))
    after.append(decibels(clean, restored(noisy, factor)))
seconds = (time.process_time() - began) / len(files)
print(
    f"sigma {given.sigma:g}: {len(files)} pictures, noisy {np.mean(before):.2f} dB, non-local means (OpenCV {cv2.__version__}, h {factor:g} sigma) "
    f"{np.mean(after):.2f} dB; {seconds:.2f} s of processor time a picture"
)
