"""Qdrant's own engine (qdrant-edge-py) behind as much of Qdrant's REST as the contract tests send. For tests only.

usage: server.py FOLDER; prints its address, and ends when its standard input does.
What is Qdrant's above its engine (names of collections, their metadata, defaults of a request) is done here, no more than needed.
"""

import json
import re
import shutil
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import qdrant_edge as edge
from requests_of import config_of, filter_of, order_of, payload_of, query_of, schema_of, update_of

FOLDER = sys.argv[1]
collections = {}
one_at_a_time = threading.Lock()


class Refused(Exception):
    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


class Collection:
    def __init__(self, name, body):
        self.folder = f"{FOLDER}/{len(collections)}-{abs(hash(name))}"
        self.shard = edge.EdgeShard.create(self.folder, config_of(body))
        self.vectors = body.get("vectors") or {}
        self.sparse = body.get("sparse_vectors") or {}
        self.metadata = body.get("metadata") or {}
        self.schemas = {}
        self.operation = 0

    def update(self, kind, body):
        if kind == "upsert":
            for point in body["points"]:
                self.check(point["vector"])
        return self.run(update_of({kind: body}))

    def check(self, vector):
        """Qdrant checks all vectors of a request before its engine sees one."""
        named = vector if isinstance(vector, dict) else {"": vector}
        sizes = {"": self.vectors} if "size" in self.vectors else self.vectors
        for name, values in named.items():
            if name in self.sparse:
                continue
            if name not in sizes:
                raise Refused(400, f"Wrong input: Not existing vector name error: {name}")
            if len(values) != sizes[name]["size"]:
                expected = sizes[name]["size"]
                raise Refused(400, f"Wrong input: Vector dimension error: expected dim: {expected}, got {len(values)}")

    def run(self, operation):
        self.shard.update(operation)
        self.operation += 1
        return {"operation_id": self.operation, "status": "completed"}

    def describe(self):
        schema = {field: {"data_type": kind, "points": 0} for field, kind in self.schemas.items()}
        config = {"params": {"vectors": self.vectors}, "metadata": self.metadata}
        return {"status": "green", "points_count": self.shard.info().points_count, "config": config, "payload_schema": schema}

    def drop(self):
        self.shard.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def shown_of(vector):
    if isinstance(vector, dict):
        return {name: shown_of(one) for name, one in vector.items()}
    if isinstance(vector, edge.SparseVector):
        return {"indices": vector.indices, "values": vector.values}
    return vector


def record_of(point, **more):
    record = {"id": point.id if isinstance(point.id, int) else str(point.id), **more}
    if point.payload is not None:
        record["payload"] = point.payload
    if point.vector is not None:
        record["vector"] = shown_of(point.vector)
    if point.order_value is not None:
        record["order_value"] = point.order_value
    return record


def scored_of(point):
    return record_of(point, version=point.version, score=point.score)


def create(name, body):
    if name in collections:
        raise Refused(409, f"Wrong input: Collection `{name}` already exists!")
    collections[name] = Collection(name, body)
    return True


def delete(name, _body):
    found = collections.pop(name, None)
    if found:
        found.drop()
    return found is not None


def change(found, body):
    found.metadata = {**found.metadata, **(body.get("metadata") or {})}
    return True


def index(found, body):
    schema = body["field_schema"]
    done = found.run(edge.UpdateOperation.create_field_index(body["field_name"], schema_of(schema)))
    found.schemas[body["field_name"]] = schema if isinstance(schema, str) else schema["type"]
    return done


def scroll(found, body):
    order = body.get("order_by")
    points, following = found.shard.scroll(edge.ScrollRequest(
        offset=body.get("offset"),
        limit=body.get("limit", 10),
        filter=filter_of(body.get("filter")),
        with_payload=payload_of(body.get("with_payload", True)),
        with_vector=body.get("with_vector", False),
        order_by=None if order is None else order_of(order),
    ))
    if following is not None and not isinstance(following, int):
        following = str(following)
    return {"points": [record_of(one) for one in points], "next_page_offset": following}


def retrieve(found, body):
    # An engine that is asked twice for a point gives it twice; a collection makes one of them.
    ids = list(dict.fromkeys(body["ids"]))
    points = found.shard.retrieve(ids, payload_of(body.get("with_payload", True)), body.get("with_vector", False))
    return [record_of(one) for one in points]


def count(found, body):
    return {"count": found.shard.count(edge.CountRequest(True, filter_of(body.get("filter"))))}


def facet(found, body):
    request = edge.FacetRequest(body["key"], body.get("limit", 10), True, filter_of(body.get("filter")))
    return {"hits": [{"value": hit.value, "count": hit.count} for hit in found.shard.facet(request).hits]}


def query(found, body):
    points = [scored_of(one) for one in found.shard.query(query_of(body))]
    if not body.get("with_vector"):
        for one in points:  # the engine leaves those in that it compared for mmr
            one.pop("vector", None)
    return {"points": points}


def write(kind):
    return lambda found, body: found.update(kind, body)


def batch(found, body):
    return [found.update(*item) for one in body["operations"] for item in one.items()]


ON_COLLECTION = {
    ("GET", ""): lambda found, _body: found.describe(),
    ("PATCH", ""): change,
    ("PUT", "/index"): index,
    ("PUT", "/points"): write("upsert"),
    ("POST", "/points"): retrieve,
    ("POST", "/points/delete"): write("delete"),
    ("POST", "/points/payload"): write("set_payload"),
    ("PUT", "/points/payload"): write("overwrite_payload"),
    ("POST", "/points/payload/delete"): write("delete_payload"),
    ("POST", "/points/payload/clear"): write("clear_payload"),
    ("PUT", "/points/vectors"): write("update_vectors"),
    ("POST", "/points/vectors/delete"): write("delete_vectors"),
    ("POST", "/points/batch"): batch,
    ("POST", "/points/scroll"): scroll,
    ("POST", "/points/count"): count,
    ("POST", "/points/query"): query,
    ("POST", "/facet"): facet,
}


def answer(method, path, body):
    if path == "/":
        return {"title": "qdrant - vector search engine", "version": "1.19.0"}
    if path in ("/readyz", "/healthz", "/livez"):
        return "ok"
    match = re.fullmatch(r"/collections/([^/]+)(/.*)?", path)
    if not match:
        raise Refused(404, f"not served: {method} {path}")
    name, rest = unquote(match[1]), match[2] or ""
    if (method, rest) == ("GET", "/exists"):
        return {"exists": name in collections}
    if (method, rest) == ("PUT", ""):
        return create(name, body)
    if (method, rest) == ("DELETE", ""):
        return delete(name, body)
    if name not in collections:
        raise Refused(404, f"Not found: Collection `{name}` doesn't exist!")
    if method == "DELETE" and rest.startswith("/index/"):
        field = unquote(rest[len("/index/"):])
        collections[name].schemas.pop(field, None)
        return collections[name].run(edge.UpdateOperation.delete_field_index(field))
    route = ON_COLLECTION.get((method, rest))
    if not route:
        raise Refused(404, f"not served: {method} {path}")
    return route(collections[name], body)


def status_of(error):
    """The engine's errors have only their texts."""
    text = str(error)
    if "No point with id" in text:
        return 404
    return 500 if text.startswith(("Service runtime error", "Service internal error")) else 400


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer in one packet: with two, the second waits for a delayed acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def respond(self):
        length = int(self.headers.get("content-length") or 0)
        raw = self.rfile.read(length)
        try:
            with one_at_a_time:
                result = answer(self.command, self.path.split("?")[0], json.loads(raw) if raw else {})
            status, shown = 200, {"result": result, "status": "ok", "time": 0}
        except Refused as error:
            status, shown = error.status, {"status": {"error": str(error)}, "time": 0}
        except Exception as error:  # the engine raises bare exceptions
            status, shown = status_of(error), {"status": {"error": f"{error}"}, "time": 0}
        text = json.dumps(shown).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = respond

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


server = Server(("127.0.0.1", 0), Handler)
print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
