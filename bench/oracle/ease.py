"""Oracle values for EASE: its item-item weights on movielens-latest-small, written independently in NumPy.

Run with ISTHMUS_DATA at the folder of data sets:

    /usr/bin/python3 bench/oracle/ease.py > tests/golden/oracle/ease.json

Ratings of at least 4, items that at least 5 users rated so, every user; items in the order of their numbers. Here
B = I - P diag(1 / diag P) with P = inv(X'X + l I) by LU in float64 (Steck 2019, equation 8). The file keeps the norm of
B, 4,001 entries at a fixed stride, and the ten best items for one user among those not met.
"""
import csv
import json
import os
from collections import Counter

import numpy as np

LEAST_RATING, LEAST_USERS, PENALTY, USER = 4.0, 5, 200.0, 7

with open(os.path.join(os.environ["ISTHMUS_DATA"], "movielens-latest-small", "ratings.csv")) as file:
    liked = [(int(row["userId"]), int(row["movieId"])) for row in csv.DictReader(file) if float(row["rating"]) >= LEAST_RATING]
met = Counter(item for _, item in liked)
items = sorted(item for item, count in met.items() if count >= LEAST_USERS)
place = {item: i for i, item in enumerate(items)}
users = sorted({user for user, item in liked if item in place})
row = {user: i for i, user in enumerate(users)}
x = np.zeros((len(users), len(items)))
for user, item in liked:
    if item in place:
        x[row[user], place[item]] = 1

p = np.linalg.inv(x.T @ x + PENALTY * np.eye(len(items)))
b = np.eye(len(items)) - p / np.diag(p)
np.fill_diagonal(b, 0)

scores = x[row[USER]] @ b
scores[x[row[USER]] > 0] = -np.inf
stride = b.size // 4000 | 1
print(json.dumps({
    "source": f"bench/oracle/ease.py, NumPy {np.__version__}, float64",
    "users": len(users), "items": len(items), "interactions": int(x.sum()), "penalty": PENALTY,
    "norm": float(np.linalg.norm(b)), "stride": stride, "entries": [float(f"{v:.9e}") for v in b.ravel()[::stride][:4001]],
    "user": str(USER), "best": [str(items[i]) for i in np.argsort(-scores)[:10]],
}))
