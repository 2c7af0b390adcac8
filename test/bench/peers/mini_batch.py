"""scikit-learn's MiniBatchKMeans for kmeans.mjs: one line of JSON in, one out, arrays as files of little-endian f32.

{open: {points, width, centres, k, batch, labels}} starts anew; {run: n} steps over the next n batches, around and around, and tells the
seconds they took; {centres: file} writes the centres.
"""

import json
import sys
import time

import numpy
import sklearn
from sklearn.cluster import MiniBatchKMeans

for line in sys.stdin:
    request = json.loads(line)
    answer = {}
    if "open" in request:
        options = request["open"]
        points = numpy.fromfile(options["points"], dtype="<f4").reshape(-1, options["width"])
        batches = numpy.split(points, len(points) // options["batch"])
        # Without reassignment its rule is the count-weighted mean, and nothing of it is random.
        model = MiniBatchKMeans(
            n_clusters=options["k"],
            init=numpy.fromfile(options["centres"], dtype="<f4").reshape(options["k"], -1),
            n_init=1,
            batch_size=options["batch"],
            reassignment_ratio=0,
            compute_labels=options["labels"],
            random_state=0,
        )
        done = 0
        answer = {"version": sklearn.__version__}
    elif "run" in request:
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(request["run"]):
            model.partial_fit(batches[done % len(batches)])
            done += 1
        answer = {"seconds": time.perf_counter() - wall, "cpuSeconds": time.process_time() - cpu}
    else:
        model.cluster_centers_.astype("<f4").tofile(request["centres"])
    print(json.dumps(answer), flush=True)
