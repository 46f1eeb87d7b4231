"""Oracle values for the continuous estimators, from scikit-learn where it has the estimator, else written anew in NumPy/SciPy.

Run (Debian 12: python3-sklearn 1.2.1, python3-scipy 1.10.1, python3-numpy 1.24.2):

    /usr/bin/python3 bench/oracle/continuous.py > tests/golden/oracle/continuous.json

Samples come from SplitMix64 and Box-Muller, as in tests/Isthmus.Information.Tests/Samples.cs, so the file holds
results only. Ross and KSG 1 call scikit-learn's inner functions, below its scaling and its noise.
"""
import json

import numpy as np
from scipy.spatial.distance import cdist
from scipy.special import digamma
from scipy.stats import gaussian_kde
from sklearn.feature_selection._mutual_info import _compute_mi_cc, _compute_mi_cd

MASK = (1 << 64) - 1


def uniform(n, seed):
    state, out = (seed << 40) & MASK, []
    for _ in range(n):
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        z ^= z >> 31
        out.append(((z >> 11) + 0.5) / 2.0**53)
    return np.array(out)


def normal(n, seed):
    u = uniform(2 * n, seed).reshape(n, 2)
    return np.sqrt(-2 * np.log(u[:, 0])) * np.cos(2 * np.pi * u[:, 1])


def distances(a, b=None):
    return cdist(a, a if b is None else b, "chebyshev")


def kth(d, k, self=True):
    return np.sort(d, axis=1)[:, k if self else k - 1]


def gao(x, y, k):  # the published mixed_KSG, with exact comparisons
    dx, dy = distances(x), distances(y)
    d = np.maximum(dx, dy)
    rho, n, total = kth(d, k), len(x), 0.0
    for i in range(n):
        if rho[i] == 0:
            kp, nx, ny = (d[i] == 0).sum(), (dx[i] == 0).sum(), (dy[i] == 0).sum()
        else:
            kp, nx, ny = k, (dx[i] < rho[i]).sum(), (dy[i] < rho[i]).sum()
        total += (digamma(kp) + np.log(n) - digamma(nx) - digamma(ny)) / n
    return total


def ksg2(x, y, k):
    dx, dy = distances(x), distances(y)
    d = np.maximum(dx, dy)
    n, total = len(x), 0.0
    for i in range(n):
        near = np.argsort(d[i])[1 : k + 1]
        nx, ny = (dx[i] <= dx[i, near].max()).sum() - 1, (dy[i] <= dy[i, near].max()).sum() - 1
        total += (digamma(nx) + digamma(ny)) / n
    return digamma(k) - 1 / k + digamma(n) - total


def frenzel_pompe(x, y, z, k):
    dx, dy, dz = distances(x), distances(y), distances(z)
    eps = kth(np.maximum(np.maximum(dx, dy), dz), k)[:, None]
    count = lambda d: (d < eps).sum(axis=1)  # itself among them: n + 1
    return digamma(k) + np.mean(digamma(count(dz)) - digamma(count(np.maximum(dx, dz))) - digamma(count(np.maximum(dy, dz))))


def gaussian(x, y):
    n, dx, dy = len(x), x.shape[1], y.shape[1]
    ld = lambda a: np.linalg.slogdet(np.atleast_2d(np.cov(a.T)))[1]
    bias = lambda d: sum(digamma((n - i) / 2) for i in range(1, d + 1))
    return (ld(x) + ld(y) - ld(np.hstack([x, y])) - bias(dx) - bias(dy) + bias(dx + dy)) / 2


def log_density(points, width):  # scipy's density of all points less each one's own kernel
    density = gaussian_kde(points.T, bw_method=width)
    own = 1 / np.sqrt(np.linalg.det(2 * np.pi * np.atleast_2d(density.covariance)))
    return np.log((len(points) * density(points.T) - own) / (len(points) - 1))


def kernel_density(x, y):
    joint = np.hstack([x, y])
    width = len(x) ** (-1 / (joint.shape[1] + 4))
    return np.mean(log_density(joint, width) - log_density(x, width) - log_density(y, width))


def freedman_diaconis(x, y):
    def bins(column):
        low, high = np.quantile(column, [0.25, 0.75])
        return np.floor((column - column.min()) / (2 * (high - low) / np.cbrt(len(column))))

    miller = lambda codes: (lambda counts: -np.sum(counts / n * np.log(counts / n)) + (len(counts) - 1) / (2 * n))(np.unique(codes, axis=0, return_counts=True)[1])
    a, b = bins(x), bins(y)
    return miller(a) + miller(b) - miller(np.stack([a, b], axis=1))


def lnc(x, y, k):  # every point compared: for samples so dependent that all fall below any threshold
    joint = np.hstack([x, y])
    d, total = np.maximum(distances(x), distances(y)), 0.0
    for i in range(n):
        near = joint[np.argsort(d[i])[1 : k + 1]] - joint[i]
        near = near / np.abs(near).max(axis=0)
        axes = np.linalg.eigh(near.T @ near)[1]
        total += np.log(np.abs(near @ axes).max(axis=0)).sum() / n
    return ksg2(x, y, k) - total


n = 300
x = np.stack([normal(n, s) for s in (1, 2, 3)], axis=1)
y = 0.6 * x + 0.8 * np.stack([normal(n, s) for s in (4, 5, 6)], axis=1)
z = normal(n, 7)[:, None]
labels = np.floor(uniform(n, 8) * 4).astype(int)
labels[:3] = [100, 101, 102]  # three labels that occur once
labels[3:5] = 103  # one that occurs twice: k is cut to 1
shifted = (normal(n, 9) + labels % 4)[:, None]
m = np.floor(uniform(n, 10) * 5)
mixture = m + 2 * uniform(n, 11)
coarse = np.round(y[:, :1] * 2) / 2

print(json.dumps({
    "ksg1": _compute_mi_cc(x[:, 0], y[:, 0], 3),
    "ksg1_k5": _compute_mi_cc(x[:, 1], y[:, 1], 5),
    "ksg2_2x2": ksg2(x[:, :2], y[:, :2], 3),
    "ross": _compute_mi_cd(shifted[:, 0], labels, 3),
    "ross_k6": _compute_mi_cd(shifted[:, 0], labels, 6),
    "gao_discrete_and_continuous": gao(m[:, None], mixture[:, None], 5),
    "gao_ties": gao(np.round(x[:, :1] * 2) / 2, coarse, 3),
    "frenzel_pompe": frenzel_pompe(x[:, :1] + z, y[:, :1] + z, z, 3),
    "transfer_entropy": frenzel_pompe(y[2:, :1], np.hstack([x[:-2, :1], x[1:-1, :1]])[:, ::-1], y[1:-1, :1], 3),
    "lnc": lnc(x[:, :1], x[:, :1] + 1e-6 * y[:, :1], 5),
    "kernel_density": kernel_density(x[:, :1], y[:, :2]),
    "kernel_density_entropy_2d": -np.mean(log_density(x[:, :2], n ** (-1 / 6))),
    "freedman_diaconis": freedman_diaconis(x[:, 0], y[:, 0]),
    "kozachenko_leonenko_3d": digamma(n) - digamma(4) + 3 * np.mean(np.log(2 * kth(distances(x), 4))),
    "divergence_2d": 2 * np.mean(np.log(kth(distances(x[:, :2], 0.5 + y[:200, :2]), 3, False) / kth(distances(x[:, :2]), 3))) + np.log(200 / (n - 1)),
    "gaussian_3x3": gaussian(x, y),
    "gaussian_entropy_3d": (3 * np.log(2 * np.pi * np.e) + np.linalg.slogdet(np.cov(x.T))[1] - sum(digamma((n - i) / 2) for i in (1, 2, 3)) + 3 * np.log((n - 1) / 2)) / 2,
}, indent=2))
