"""t-SNE and Isomap for manifolds.mjs, by scikit-learn: one line of JSON in, one out, arrays as files of little-endian f32.

In: {method: "tsne" | "isomap", points, width, map, options}: `points` is read, `map` (rows x 2) is written.
"""

import json
import sys
import time

import numpy
import sklearn
from sklearn.manifold import TSNE, Isomap

METHODS = {"tsne": TSNE, "isomap": Isomap}

for line in sys.stdin:
    request = json.loads(line)
    points = numpy.fromfile(request["points"], dtype="<f4").reshape(-1, request["width"])
    model = METHODS[request["method"]](n_components=2, **request["options"])
    wall, cpu = time.perf_counter(), time.process_time()
    values = model.fit_transform(points)
    answer = {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "divergence": float(getattr(model, "kl_divergence_", 0)),
        "version": sklearn.__version__,
    }
    values.astype("<f4").tofile(request["map"])
    print(json.dumps(answer), flush=True)
