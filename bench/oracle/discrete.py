"""Oracle values for discrete entropy and mutual information, from SciPy, scikit-learn and mpmath.

Run (Debian 12: python3-scipy, python3-sklearn, python3-mpmath):

    /usr/bin/python3 bench/oracle/discrete.py > tests/golden/oracle/discrete.json

The columns come from a linear congruential generator and are written into the file, so that the C# test
(DiscreteOracleTests.cs) draws nothing. NSB and the posterior moments of the entropy are integrated and summed by mpmath in
30 digits from their definitions, not by the formulas of the C# code.
"""
import json
import sys
import warnings
from collections import Counter

import numpy as np
import scipy
import sklearn
from mpmath import exp, log, loggamma, mp, mpf, psi
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency, entropy
from sklearn.metrics import mutual_info_score, normalized_mutual_info_score, v_measure_score

warnings.simplefilter("ignore")
mp.dps = 30
state = 20260101


def draw(k):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) % 2 ** 64
    return (state >> 33) * k >> 31


def column_pair(rows, kx, ky, noise):
    """y follows x, but for `noise` rows of 8, which are drawn anew; small symbols are likelier."""
    x, y = [], []
    for _ in range(rows):
        x.append(min(draw(kx), draw(kx)))
        y.append(draw(ky) if draw(8) < noise else x[-1] % ky)
    return x, y


def pairs():
    for rows, kx, ky, noise in [(1, 1, 1, 0), (10, 2, 3, 4), (50, 4, 4, 2), (200, 5, 3, 8), (1000, 20, 7, 5), (300, 200, 150, 6), (40, 1, 4, 8), (30, 6, 6, 0)]:
        x, y = column_pair(rows, kx, ky, noise)
        h = [float(entropy(list(Counter(c).values()))) for c in (x, y, list(zip(x, y)))]
        mi = float(mutual_info_score(x, y))
        table = np.zeros((max(x) + 1, max(y) + 1))
        np.add.at(table, (x, y), 1)
        table = table[table.sum(1) > 0][:, table.sum(0) > 0]
        g = chi2_contingency(table, lambda_="log-likelihood", correction=False)[0] if min(table.shape) > 1 else 0
        yield {"x": x, "y": y, "entropy_x": h[0], "entropy_y": h[1], "entropy_joint": h[2], "mutual_information": mi,
               "g_test_information": float(g) / (2 * rows), "variation": 2 * h[2] - h[0] - h[1],
               **{m: float(normalized_mutual_info_score(x, y, average_method=m)) for m in ("min", "geometric", "arithmetic", "max")},
               "v_measure": float(v_measure_score(x, y))}


def weights():
    for k in (2, 3, 10, 100):
        p = [draw(1000) + 1 for _ in range(k)]
        q = [draw(1000) + 1 for _ in range(k)]
        a, b = np.array(p) / sum(p), np.array(q) / sum(q)
        orders = [0, 0.5, 0.999999, 1, 1.000001, 1.7, 2, 5, 50]
        m = [mpf(x) / sum(p) for x in p]
        power = {o: sum(x ** mpf(o) for x in m) for o in orders}
        shannon = -sum(x * log(x) for x in m)
        yield {"p": p, "q": q, "entropy": float(entropy(p)), "kullback_leibler": float(entropy(p, q)),
               "cross_entropy": float(-(a * np.log(b)).sum()), "jensen_shannon": float(jensenshannon(p, q) ** 2), "orders": orders,
               "renyi": [float(shannon if o == 1 else log(power[o]) / (1 - mpf(o))) for o in orders],
               "tsallis": [float(shannon if o == 1 else (1 - power[o]) / (mpf(o) - 1)) for o in orders]}


def posterior(counts, k, b):
    """E H and E H^2 under a Dirichlet(n + b) posterior, summed over pairs of symbols from E[p ln p] by derivatives of the Beta function."""
    alphas = [(n + b, m) for n, m in Counter(counts + [0] * (k - len(counts))).items()]
    a = sum(x * m for x, m in alphas)
    mean = sum(m * x / a * (psi(0, a + 1) - psi(0, x + 1)) for x, m in alphas)
    square = mpf(0)
    for i, (x, m) in enumerate(alphas):
        square += m * x * (x + 1) / a / (a + 1) * ((psi(0, x + 2) - psi(0, a + 2)) ** 2 + psi(1, x + 2) - psi(1, a + 2))
        for j, (y, l) in enumerate(alphas):
            square += (m * l - (m if i == j else 0)) * x * y / a / (a + 1) * ((psi(0, x + 1) - psi(0, a + 2)) * (psi(0, y + 1) - psi(0, a + 2)) - psi(1, a + 2))
    return mean, square


def nsb(counts, k):
    """Trapezoids in ln b over -45 .. 45, step 1/16; agrees with step 1/8 to the digits written."""
    def run(step):
        n, total = Counter(counts), sum(counts)
        logs, moments = [], []
        for i in range(-int(45 / step), int(45 / step) + 1):
            b = exp(step * i)
            logs.append(log(k * psi(1, k * b + 1) - psi(1, b + 1)) + step * i + loggamma(k * b) - loggamma(total + k * b)
                        + sum(m * (loggamma(c + b) - loggamma(b)) for c, m in n.items()))
            moments.append(posterior(counts, k, b))
        top = max(logs)
        w = [exp(x - top) for x in logs]
        mean = sum(x * y[0] for x, y in zip(w, moments)) / sum(w)
        return mean, (sum(x * y[1] for x, y in zip(w, moments)) / sum(w) - mean ** 2) ** mpf(0.5)
    (m8, s8), (m16, s16) = run(mpf(1) / 8), run(mpf(1) / 16)
    assert abs(m8 - m16) < 1e-12 and abs(s8 - s16) < 1e-11, (m8, m16, s8, s16)
    return float(m16), float(s16)


def bayesian():
    for counts, k in [([1, 2, 3, 2, 1], 5), ([2, 1], 2), ([4, 12, 4, 5, 3, 1, 5, 1, 2, 2, 2, 2, 11, 3, 4, 12, 12, 1, 2], 100),
                      ([1] * 8, 1000), ([30], 4), ([1000, 400, 3], 6), ([2] + [1] * 20, 100000)]:
        mean, square = posterior(counts, k, mpf(1))
        value, error = nsb(counts, k)
        yield {"counts": counts, "alphabet": k, "wolpert_wolf_laplace": float(mean), "wolpert_wolf_laplace_error": float((square - mean ** 2) ** mpf(0.5)),
               "nsb": value, "nsb_error": error}


xs = [1e-8, 1e-3, 0.1, 0.5, 1, 1.4616321449683622, 2, 3.25, 7.5, 11.999, 12, 30, 1000.5, 1e6, 1e12]
json.dump({
    "source": f"bench/oracle/discrete.py, SciPy {scipy.__version__}, scikit-learn {sklearn.__version__}, mpmath, Python {sys.version.split()[0]}",
    "functions": {"x": xs, "log_gamma": [float(loggamma(mpf(x))) for x in xs], "digamma": [float(psi(0, mpf(x))) for x in xs], "trigamma": [float(psi(1, mpf(x))) for x in xs]},
    "pairs": list(pairs()), "weights": list(weights()), "bayesian": list(bayesian())}, sys.stdout, separators=(",", ":"))
print()
