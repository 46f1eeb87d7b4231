"""KSG 1, k = 3, by SciPy's k-d tree (2 workers) and by NPEET's algorithm (scikit-learn's KDTree, Chebyshev), for bench/speed.cs.

    python3 bench/speed.py FILE D        FILE: float64, column after column, D of x and then D of y

Prints a line each: name, seconds, estimate in nats. Written anew from the paper (Kraskov, Stoegbauer and Grassberger 2004).
"""
import sys
import time

import numpy as np
from scipy.spatial import cKDTree
from scipy.special import digamma
from sklearn.neighbors import BallTree, KDTree

K = 3


def scipy_tree(x, y):
    joint = np.hstack([x, y])
    radius = np.nextafter(cKDTree(joint).query(joint, K + 1, p=np.inf, workers=2)[0][:, K], 0)

    def mean(points):
        return digamma(cKDTree(points).query_ball_point(points, radius, p=np.inf, workers=2, return_length=True)).mean()

    return digamma(K) + digamma(len(x)) - mean(x) - mean(y)


def npeet(x, y):
    def tree(points):
        return (BallTree if points.shape[1] >= 20 else KDTree)(points, metric="chebyshev")

    joint = np.hstack([x, y])
    radius = np.nextafter(tree(joint).query(joint, K + 1)[0][:, K], 0)

    def mean(points):
        return digamma(tree(points).query_radius(points, radius, count_only=True)).mean()

    return digamma(K) + digamma(len(x)) - mean(x) - mean(y)


d = int(sys.argv[2])
columns = np.fromfile(sys.argv[1]).reshape(2 * d, -1)
x, y = np.ascontiguousarray(columns[:d].T), np.ascontiguousarray(columns[d:].T)
for name, estimate in (("SciPy", scipy_tree), ("NPEET", npeet)):
    start = time.perf_counter()
    value = estimate(x, y)
    print(name, time.perf_counter() - start, value, flush=True)
