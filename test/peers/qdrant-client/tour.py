"""What people do with Qdrant's client for Python, step by step; each step says what it expects. usage: tour.py URL"""

import sys
import uuid

import numpy as np
from qdrant_client import QdrantClient, models as m

client = QdrantClient(url=sys.argv[1], api_key="k", timeout=20)
C = "tour"
BIG = 2**64 - 1


def ids(points):
    return [point.id for point in points]


# collections, named, sparse and optional vectors, indexes, metadata
assert client.create_collection(
    C,
    vectors_config={"text": m.VectorParams(size=4, distance=m.Distance.COSINE), "image": m.VectorParams(size=2, distance=m.Distance.EUCLID)},
    sparse_vectors_config={"words": m.SparseVectorParams(modifier=m.Modifier.IDF)},
    metadata={"owner": "me"},
)
assert client.collection_exists(C)
client.create_payload_index(C, "city", m.PayloadSchemaType.KEYWORD)
client.create_payload_index(C, "price", m.FloatIndexParams(type=m.FloatIndexType.FLOAT))
client.create_payload_index(C, "body", m.TextIndexParams(type=m.TextIndexType.TEXT, phrase_matching=True))
client.create_payload_index(C, "at", m.PayloadSchemaType.GEO)
info = client.get_collection(C)
assert info.status == m.CollectionStatus.GREEN and info.config.metadata == {"owner": "me"}, info
assert set(info.payload_schema) == {"city", "price", "body", "at"}, info.payload_schema

# points: numpy vectors, large ids, UUIDs, whole floats
points = [
    m.PointStruct(
        id=i if i < 9 else BIG,
        vector={"text": np.array([1, i, 0, 0], dtype=np.float32).tolist(), "words": m.SparseVector(indices=[i, 50], values=[1.0, 2.0])},
        payload={"city": ["Oslo", "Rome"][i % 2], "price": float(i), "n": i, "body": f"Hello number {i}", "at": {"lon": 10.0 + i, "lat": 59.9}},
    )
    for i in range(10)
]
assert client.upsert(C, points, wait=True).status == m.UpdateStatus.COMPLETED
own = str(uuid.uuid4())
client.upsert(C, [m.PointStruct(id=own, vector={}, payload={"tags": ["a", "b"]})])
client.upload_points(C, [m.PointStruct(id=100 + i, vector={"image": [i, i]}) for i in range(50)], batch_size=16, parallel=1, wait=True)
assert client.count(C).count == 61
found = client.retrieve(C, [BIG, own, 3], with_vectors=True)
assert ids(found) == [BIG, own, 3], found
assert type(found[0].payload["price"]) is float and type(found[0].payload["n"]) is int, found[0]
assert found[2].vector["words"] == m.SparseVector(indices=[3, 50], values=[1.0, 2.0]), found[2]
client.set_payload(C, {"seen": True}, points=[3])
client.update_vectors(C, [m.PointVectors(id=3, vector={"image": [7.0, 7.0]})])
client.delete_payload(C, ["seen"], points=[3])
client.delete(C, m.FilterSelector(filter=m.Filter(must=[m.FieldCondition(key="n", range=m.Range(gte=8, lt=9))])))
client.batch_update_points(C, [m.SetPayloadOperation(set_payload=m.SetPayload(payload={"x": 1}, points=[1])), m.DeleteOperation(delete=m.PointIdsList(points=[100]))])
assert client.count(C).count == 59

# queries
near = client.query_points(C, query=[1.0, 0.0, 0.0, 0.0], using="text", limit=3, with_payload=True).points
assert ids(near) == [0, 1, 2] and near[0].score > 0.99, near
assert ids(client.query_points(C, query=m.SparseVector(indices=[5], values=[1.0]), using="words").points) == [5]
fused = client.query_points(
    C,
    prefetch=[m.Prefetch(query=[1.0, 0, 0, 0], using="text", limit=5), m.Prefetch(query=m.SparseVector(indices=[5], values=[1.0]), using="words")],
    query=m.FusionQuery(fusion=m.Fusion.RRF),
    limit=10,
).points
assert 5 in ids(fused) and 0 in ids(fused), fused
some = client.query_points(C, query=m.RecommendQuery(recommend=m.RecommendInput(positive=[0], negative=[BIG])), using="text", limit=2).points
assert ids(some) == [1, 2], some
text = m.Filter(must=[m.FieldCondition(key="body", match=m.MatchPhrase(phrase="number 4"))])
assert ids(client.query_points(C, query=[1.0, 1, 1, 1], using="text", query_filter=text).points) == [4]
place = m.Filter(must=[m.FieldCondition(key="at", geo_radius=m.GeoRadius(center=m.GeoPoint(lon=12, lat=59.9), radius=60_000))])
assert client.count(C, place).count == 3
groups = client.query_points_groups(C, group_by="city", query=[1.0, 0, 0, 0], using="text", group_size=1).groups
assert [(one.id, ids(one.hits)) for one in groups] == [("Oslo", [0]), ("Rome", [1])], groups
both = client.query_batch_points(C, [m.QueryRequest(query=0, using="text", limit=1), m.QueryRequest(query=BIG, using="text", limit=1)])
assert [ids(one.points) for one in both] == [[1], [7]], both

# reads
page, following = client.scroll(C, limit=4, with_payload=False)
assert ids(page) == [0, 1, 2, 3] and following == 4, (page, following)
ordered, _ = client.scroll(C, order_by=m.OrderBy(key="price", direction=m.Direction.DESC), limit=2)
assert ids(ordered) == [BIG, 7], ordered
assert [(hit.value, hit.count) for hit in client.facet(C, "city").hits] == [("Rome", 5), ("Oslo", 4)]
parts = [client.count(C, m.Filter(must=[m.SliceCondition(slice=m.Slice(total=3, index=i))])).count for i in range(3)]
assert sum(parts) == 59, parts

# aliases, snapshots
client.update_collection_aliases([m.CreateAliasOperation(create_alias=m.CreateAlias(collection_name=C, alias_name="live"))])
assert client.count("live").count == 59
made = client.create_snapshot(C)
assert [one.name for one in client.list_snapshots(C)] == [made.name]
address = f"{sys.argv[1]}/collections/{C}/snapshots/{made.name}"
assert client.recover_snapshot("copy", location=address, api_key="k", checksum=made.checksum, wait=True)
assert ids(client.retrieve("copy", [BIG, own])) == [BIG, own]
assert client.delete_snapshot(C, made.name)

# refusals
try:
    client.query_points(C, query=[1.0], using="text")
    raise SystemExit("a vector of another width was taken")
except Exception as error:
    assert "expected dim: 4, got 1" in str(error), error
assert client.delete_collection(C) and not client.collection_exists("live")
print("done")
