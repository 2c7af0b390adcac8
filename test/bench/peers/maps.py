"""Maps to few dimensions by scikit-learn and umap-learn: one line of JSON in, one out, arrays as files of little-endian f32.

In: {method: "pca" | "tsne" | "isomap" | "umap", points, width, map, components, options}: `points` is read, `map` (rows x
components) is written. A method's first call is made twice on a part of the points, for umap-learn compiles itself then.
"""

import json
import sys
import time
import warnings

import numpy
import sklearn

warnings.filterwarnings("ignore")
COMPILING = 5_000


def maker(method):
    if method == "umap":
        import umap

        return umap.UMAP, umap.__version__
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE, Isomap

    return {"pca": PCA, "tsne": TSNE, "isomap": Isomap}[method], sklearn.__version__


compiled = set()
for line in sys.stdin:
    request = json.loads(line)
    points = numpy.fromfile(request["points"], dtype="<f4").reshape(-1, request["width"])
    make, version = maker(request["method"])
    options = {"n_components": request["components"], **request["options"]}
    if request["method"] == "umap" and (shape := json.dumps(request["options"])) not in compiled:
        compiled.add(shape)
        make(**{**options, "n_epochs": 2}).fit(points[:COMPILING])
    wall, cpu = time.perf_counter(), time.process_time()
    model = make(**options)
    values = model.fit_transform(points)
    answer = {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "divergence": float(getattr(model, "kl_divergence_", 0)),
        "version": version,
    }
    values.astype("<f4").tofile(request["map"])
    print(json.dumps(answer), flush=True)
