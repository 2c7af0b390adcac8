"""Qdrant's REST bodies as requests of the engine: nothing is decided here, only renamed."""

import qdrant_edge as edge

DISTANCES = {name: getattr(edge.Distance, name) for name in ("Cosine", "Euclid", "Dot", "Manhattan")}
MODES = {
    "upsert": edge.UpdateMode.Upsert,
    "insert_only": edge.UpdateMode.InsertOnly,
    "update_only": edge.UpdateMode.UpdateOnly,
}
SCHEMAS = {name.lower(): getattr(edge.PayloadSchemaType, name) for name in (
    "Keyword", "Integer", "Float", "Geo", "Text", "Bool", "Datetime", "Uuid")}
MATCHES = {
    "value": edge.MatchValue,
    "text": edge.MatchText,
    "text_any": edge.MatchTextAny,
    "phrase": edge.MatchPhrase,
    "prefix": edge.MatchPrefix,
    "any": edge.MatchAny,
    "except": edge.MatchExcept,
}


def config_of(body):
    vectors = body.get("vectors") or {}
    sparse = {name: sparse_params_of(one) for name, one in (body.get("sparse_vectors") or {}).items()}
    if "size" in vectors:
        return edge.EdgeConfig(vectors=params_of(vectors), sparse_vectors=sparse)
    return edge.EdgeConfig(vectors={name: params_of(one) for name, one in vectors.items()}, sparse_vectors=sparse)


def sparse_params_of(params):
    return edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf if params.get("modifier") == "idf" else None)


def vector_of(vector):
    """A list, a sparse vector, or such by name."""
    if not isinstance(vector, dict):
        return vector
    if "indices" in vector:
        return edge.SparseVector(vector["indices"], vector["values"])
    return {name: vector_of(one) for name, one in vector.items()}


def params_of(params):
    return edge.EdgeVectorParams(size=params["size"], distance=DISTANCES[params["distance"]])


def schema_of(schema):
    if isinstance(schema, str):
        return SCHEMAS[schema]
    options = {name: value for name, value in schema.items() if name != "type"}
    if schema["type"] == "text" and "tokenizer" in options:
        options["tokenizer"] = getattr(edge.TokenizerType, options["tokenizer"].capitalize())
    return getattr(edge, schema["type"].capitalize() + "IndexParams")(**options)


def filter_of(body):
    if body is None:
        return None
    least = body.get("min_should")
    return edge.Filter(
        must=conditions_of(body.get("must")),
        should=conditions_of(body.get("should")),
        must_not=conditions_of(body.get("must_not")),
        min_should=least and edge.MinShould(conditions_of(least["conditions"]), least["min_count"]),
    )


def conditions_of(clause):
    if clause is None:
        return None
    return [condition_of(one) for one in (clause if isinstance(clause, list) else [clause])]


def condition_of(body):
    if "has_id" in body:
        return edge.HasIdCondition(set(body["has_id"]))
    if "has_vector" in body:
        return edge.HasVectorCondition(body["has_vector"])
    if "nested" in body:
        return edge.NestedCondition(body["nested"]["key"], filter_of(body["nested"]["filter"]))
    if "key" not in body and "is_empty" in body:
        return edge.IsEmptyCondition(body["is_empty"]["key"])
    if "key" not in body and "is_null" in body:
        return edge.IsNullCondition(body["is_null"]["key"])
    if "key" not in body and "slice" not in body:
        return filter_of(body)
    if "slice" in body:
        return edge.SliceCondition(body["slice"]["total"], body["slice"]["index"])
    count = body.get("values_count")
    return edge.FieldCondition(
        key=body["key"],
        match=match_of(body.get("match")),
        range=range_of(body.get("range")),
        **places_of(body),
        values_count=None if count is None else edge.ValuesCount(**count),
        is_empty=body.get("is_empty"),
        is_null=body.get("is_null"),
    )


def places_of(body):
    if "geo_bounding_box" in body:
        box = body["geo_bounding_box"]
        return {"geo_bounding_box": edge.GeoBoundingBox(place_of(box["top_left"]), place_of(box["bottom_right"]))}
    if "geo_radius" in body:
        circle = body["geo_radius"]
        return {"geo_radius": edge.GeoRadius(place_of(circle["center"]), circle["radius"])}
    if "geo_polygon" in body:
        rings = [body["geo_polygon"]["exterior"], *body["geo_polygon"].get("interiors", [])]
        exterior, *interiors = ([place_of(one) for one in ring["points"]] for ring in rings)
        return {"geo_polygon": edge.GeoPolygon(exterior, interiors or None)}
    return {}


def place_of(point):
    return edge.GeoPoint(point["lon"], point["lat"])


class Boolean:
    """The binding takes Python's True for the integer 1; what it takes for a boolean alone is one of numpy's."""

    def __init__(self, value):
        self.value = value

    def __bool__(self):
        return self.value


Boolean.__module__, Boolean.__name__ = "numpy", "bool_"


def match_of(match):
    if match is None:
        return None
    [(kind, value)] = match.items()
    return MATCHES[kind](Boolean(value) if isinstance(value, bool) else value)


def range_of(bounds):
    if bounds is None:
        return None
    kind = edge.RangeDateTime if any(isinstance(one, str) for one in bounds.values()) else edge.RangeFloat
    return kind(**bounds)


def points_of(points):
    return [edge.Point(one["id"], vector_of(one["vector"]), one.get("payload") or {}) for one in points]


def order_of(order):
    if isinstance(order, str):
        return edge.OrderBy(order)
    direction = order.get("direction")
    return edge.OrderBy(
        order["key"],
        direction=direction and getattr(edge.Direction, direction.capitalize()),
        start_from=order.get("start_from"),
    )


def payload_of(selector):
    if isinstance(selector, dict):
        if "include" in selector:
            return edge.PayloadSelector.Include(selector["include"])
        return edge.PayloadSelector.Exclude(selector["exclude"])
    return selector


def scoring_of(query, using):
    if query is None:
        return None
    if isinstance(query, list):
        return edge.Query.Nearest(query, using)
    if "nearest" in query and query.get("mmr") is not None:
        mmr = query["mmr"]
        return edge.Mmr(query["nearest"], 1 - mmr["diversity"], mmr["candidates_limit"], using)
    if "nearest" in query:
        return edge.Query.Nearest(vector_of(query["nearest"]), using)
    if "indices" in query:
        return edge.Query.Nearest(vector_of(query), using)
    if "discover" in query:
        pairs = pairs_of(query["discover"]["context"])
        return edge.Query.Discover(edge.DiscoverQuery(query["discover"]["target"], pairs), using)
    if "context" in query:
        return edge.Query.Context(edge.ContextQuery(pairs_of(query["context"])), using)
    if "order_by" in query:
        return order_of(query["order_by"])
    if "sample" in query:
        return edge.Sample.Random
    if "recommend" in query:
        examples = edge.RecommendQuery(query["recommend"].get("positive", []), query["recommend"].get("negative", []))
        if query["recommend"]["strategy"] == "sum_scores":
            return edge.Query.RecommendSumScores(examples, using)
        return edge.Query.RecommendBestScore(examples, using)
    if "formula" in query:
        return edge.Formula(expression_of(query["formula"]), query.get("defaults") or {})
    if query.get("fusion") == "dbsf":
        return edge.Fusion.Dbsf()
    if query.get("fusion") == "rrf" or "rrf" in query:
        rrf = query.get("rrf", {})
        return edge.Fusion.Rrf(rrf.get("k", 2), rrf.get("weights"))
    raise ValueError(f"not translated: {query}")


DECAYS = {"lin_decay": "Lin", "exp_decay": "Exp", "gauss_decay": "Gauss"}
OF_ONE = {name.lower(): getattr(edge.Expression, name) for name in ("Neg", "Abs", "Sqrt", "Exp", "Ln", "Log10")}


def expression_of(body):
    kinds = edge.Expression
    if isinstance(body, (int, float)):
        return kinds.Constant(body)
    if isinstance(body, str):
        return kinds.Variable(body)
    if "key" in body:
        return kinds.Condition(condition_of(body))
    [(kind, operand)] = body.items()
    if kind in OF_ONE:
        return OF_ONE[kind](expression_of(operand))
    if kind in ("sum", "mult"):
        return getattr(kinds, kind.capitalize())([expression_of(one) for one in operand])
    if kind == "div":
        return kinds.Div(expression_of(operand["left"]), expression_of(operand["right"]), operand.get("by_zero_default"))
    if kind == "pow":
        return kinds.Pow(expression_of(operand["base"]), expression_of(operand["exponent"]))
    if kind == "geo_distance":
        return kinds.GeoDistance(place_of(operand["origin"]), operand["to"])
    if kind == "datetime_key":
        return kinds.DatetimeKey(operand)
    if kind == "datetime":
        return kinds.Datetime(operand)
    target = operand.get("target")
    return kinds.Decay(
        getattr(edge.DecayKind, DECAYS[kind]),
        expression_of(operand["x"]),
        None if target is None else expression_of(target),
        operand.get("midpoint"),
        operand.get("scale"),
    )


def pairs_of(pairs):
    return [edge.ContextPair(one["positive"], one["negative"]) for one in pairs]


def prefetches_of(prefetch):
    return [
        edge.Prefetch(
            limit=one.get("limit", 10),
            query=scoring_of(one.get("query"), one.get("using")),
            prefetches=prefetches_of(one.get("prefetch")),
            filter=filter_of(one.get("filter")),
            score_threshold=one.get("score_threshold"),
        )
        for one in ([prefetch] if isinstance(prefetch, dict) else prefetch or [])
    ]


def query_of(body):
    return edge.QueryRequest(
        limit=body.get("limit", 10),
        offset=body.get("offset", 0),
        query=scoring_of(body.get("query"), body.get("using")),
        prefetches=prefetches_of(body.get("prefetch")),
        filter=filter_of(body.get("filter")),
        score_threshold=body.get("score_threshold"),
        params=edge.SearchParams(exact=True),
        with_payload=payload_of(body.get("with_payload", False)),
        with_vector=body.get("with_vector", False),
    )


def update_of(operation):
    [(kind, body)] = operation.items()
    ids, where = body.get("points"), filter_of(body.get("filter"))
    by_id = ids is not None
    operations = edge.UpdateOperation
    if kind == "upsert":
        mode = body.get("update_mode")
        return operations.upsert_points(points_of(ids), filter_of(body.get("update_filter")), mode and MODES[mode])
    if kind == "delete":
        return operations.delete_points(ids) if by_id else operations.delete_points_by_filter(where)
    if kind in ("set_payload", "overwrite_payload"):
        make = getattr(operations, kind if by_id else kind + "_by_filter")
        return make(ids if by_id else where, body["payload"], body.get("key"))
    if kind == "delete_payload":
        make = getattr(operations, kind if by_id else kind + "_by_filter")
        return make(ids if by_id else where, body["keys"])
    if kind == "clear_payload":
        return operations.clear_payload(ids) if by_id else operations.clear_payload_by_filter(where)
    if kind == "update_vectors":
        return operations.update_vectors([edge.PointVectors(one["id"], vector_of(one["vector"])) for one in ids])
    if kind == "delete_vectors":
        make = getattr(operations, kind if by_id else kind + "_by_filter")
        return make(ids if by_id else where, body["vector"])
    raise ValueError(f"not translated: {kind}")
