/** Payloads, filters and writes as people send them to Qdrant, from few values, so that they meet. */
import * as fc from "fast-check";

const word = fc.constantFrom("a", "b", "A", "é", "");
const integer = fc.constantFrom(-1, 0, 1, 2, 3);
const fraction = fc.constantFrom(0.5, 1.5, -2.25);
const date = fc.constantFrom(
  "2024-01-01T00:00:00Z",
  "2024-01-02T12:00:00+02:00",
  "2024-01-02T10:00:00.000001Z",
  "2024-01-03",
  "2024-01-02 10:00:00",
);
const text = fc.constantFrom("alpha beta", "Beta, gamma!", "alphabet", "beta alpha beta", "");
const scalar = fc.oneof(word, integer, fraction, fc.boolean(), date, text);
const list = <T>(one: fc.Arbitrary<T>, maxLength = 3) => fc.array(one, { maxLength });

const place = fc.record({ lon: fc.constantFrom(-179, -10, 0, 10, 179), lat: fc.constantFrom(-80, -5, 0, 5, 80) });

/** Mostly what the field is meant for; sometimes missing, null, empty, a list, or something else. */
const field = (usual: fc.Arbitrary<unknown>) =>
  fc.oneof(
    { weight: 6, arbitrary: usual },
    { weight: 3, arbitrary: list(fc.oneof(usual, fc.constant(null))) },
    { weight: 2, arbitrary: fc.constantFrom(null, undefined) },
    { weight: 1, arbitrary: fc.oneof(scalar, list(scalar), fc.constant({}), fc.constant([[1], "a"])) },
  );

const inner = fc.record({ x: field(integer), y: field(word) }, { requiredKeys: [] });
const fields = {
  k: field(word),
  n: field(integer),
  f: field(fc.oneof(integer, fraction)),
  b: field(fc.boolean()),
  d: field(date),
  t: field(text),
  o: fc.oneof({ weight: 4, arbitrary: inner }, field(word)),
  l: fc.oneof({ weight: 4, arbitrary: list(inner) }, field(inner)),
  "p.q": field(word),
  g: field(place),
};

export const payload = fc.record(fields, { requiredKeys: [] });

/** The index that each field is meant for. */
export const indexes = {
  k: "keyword",
  n: "integer",
  f: "float",
  b: "bool",
  d: "datetime",
  t: "text",
  g: "geo",
  "o.x": "integer",
  "l[].y": "keyword",
} as const;

const key = fc.constantFrom(
  ...["k", "n", "f", "b", "d", "t", "o", "l", "o.x", "o.y", "l[].x", "l[].y", "l[0].x", "l[1].y", "k[]", "k[0]"],
  ...['"p.q"', "p.q", "none", "o.none", "n[]"],
);

const bound = <T>(value: fc.Arbitrary<T>) =>
  fc.record({ gt: value, gte: value, lt: value, lte: value }, { requiredKeys: [] });
const range = fc.oneof(bound(fc.oneof(integer, fraction)), bound(date));

const match = fc.oneof(
  fc.oneof(word, integer, fc.boolean(), date).map((value) => ({ value })),
  fc.oneof(list(word), list(integer)).map((any) => ({ any })),
  fc.oneof(list(word), list(integer)).map((except) => ({ except })),
  fc.constantFrom("a", "al", "", "2024-01").map((prefix) => ({ prefix })),
);

/** Only on `t`, and only where it has an index: without one, what they mean differs between versions of Qdrant. */
const words = fc.constantFrom("alpha", "beta alpha", "ALPHA", "alph", "gamma zeta", "", ",");
const textCondition = fc.oneof(
  words.map((text) => ({ key: "t", match: { text } })),
  words.map((text_any) => ({ key: "t", match: { text_any } })),
);

const corner = fc.record({
  lon: fc.constantFrom(-175, -12, -1, 1, 12, 175),
  lat: fc.constantFrom(-85, -6, -1, 1, 6, 85),
});
const ring = (lon: number, lat: number, size: number) => {
  const corners = [
    [-1, -1],
    [1, -1],
    [1.5, 0],
    [1, 1],
    [-1, 1],
    [-1, -1],
  ] as const;
  return { points: corners.map(([x, y]) => ({ lon: lon + size * x, lat: lat + size * y })) };
};
const placeCondition = fc.oneof(
  fc.tuple(corner, corner).map(([a, b]) => {
    const [north, south] = a.lat > b.lat ? [a, b] : [b, a];
    // A box over the date line that is wider than half of the globe: Qdrant's index finds a part of what lies in it.
    const wide = north.lon > south.lon && north.lon - south.lon < 180;
    const [left, right] = wide ? [south.lon, north.lon] : [north.lon, south.lon];
    return {
      key: "g",
      geo_bounding_box: { top_left: { ...north, lon: left }, bottom_right: { ...south, lon: right } },
    };
  }),
  fc
    .record({ center: corner, radius: fc.constantFrom(1e5, 5e5, 1.5e6, 1e7) })
    .map((geo_radius) => ({ key: "g", geo_radius })),
  fc
    .tuple(fc.constantFrom(-2, 0, 9), fc.constantFrom(-4, 0, 3), fc.constantFrom(1.5, 7, 20), fc.boolean())
    .map(([lon, lat, size, hole]) => ({
      key: "g",
      geo_polygon: { exterior: ring(lon, lat, size), ...(hole && { interiors: [ring(lon, lat, size / 2)] }) },
    })),
);
const slice = fc
  .integer({ min: 1, max: 4 })
  .chain((total) => fc.record({ total: fc.constant(total), index: fc.integer({ min: 0, max: total - 1 }) }))
  .map((slice) => ({ slice }));

const count = fc.constantFrom(0, 1, 2);
const fieldCondition = fc.oneof(
  fc.record({ key, match }),
  fc.record({ key, range }),
  fc.record({ key, values_count: bound(count) }),
  fc.record({ key, is_empty: fc.boolean() }),
  fc.record({ key, is_null: fc.boolean() }),
  key.map((one) => ({ is_empty: { key: one } })),
);

const innerKey = fc.constantFrom("x", "y", "none");
const innerCondition = fc.oneof(
  fc.record({ key: innerKey, match }),
  fc.record({ key: innerKey, range }),
  // `y` may have an index, which Qdrant asks whether all of a list's elements are empty, though one is enough
  fc.record({ key: fc.constantFrom("x", "none"), is_empty: fc.boolean() }),
);
const innerFilter = fc.record(
  { must: list(innerCondition, 2), should: list(innerCondition, 2), must_not: list(innerCondition, 2) },
  { requiredKeys: [] },
);
const nested = fc
  .record({ key: fc.constantFrom("l", "l[]", "o", "k"), filter: innerFilter })
  .map((nested) => ({ nested }));

export interface Conditions {
  readonly ids: readonly (number | string)[];
  /** Conditions on words of `t`. */
  readonly texts: boolean;
  /** `{is_null: {key}}`: without an index, Qdrant up to 1.19 does not look into lists for it. */
  readonly nulls: boolean;
}

export function filters({ ids, texts, nulls }: Conditions) {
  const { filter } = fc.letrec((tie) => ({
    condition: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fieldCondition,
      fieldCondition,
      nested,
      placeCondition,
      slice,
      fc.constantFrom("", "other").map((has_vector) => ({ has_vector })),
      list(fc.constantFrom(...ids), 4).map((has_id) => ({ has_id })),
      ...(texts ? [textCondition] : []),
      ...(nulls ? [key.map((one) => ({ is_null: { key: one } }))] : []),
      tie("filter"),
    ),
    filter: fc.record(
      {
        must: list(tie("condition"), 2),
        should: list(tie("condition"), 3),
        must_not: list(tie("condition"), 2),
        // without a condition, what it means differs between versions of Qdrant
        min_should: fc.record({
          conditions: fc.array(tie("condition"), { minLength: 1, maxLength: 3 }),
          min_count: count,
        }),
      },
      { requiredKeys: [] },
    ),
  }));
  return filter;
}

const dimension = fc.constantFrom(-1, -0.5, 0, 0.25, 1, 2);
/** Three wide; some points have none. */
export const vector = fc.array(dimension, { minLength: 3, maxLength: 3 });
const maybeVector = fc.oneof({ weight: 6, arbitrary: vector }, { weight: 1, arbitrary: fc.constant({}) });

export function point(ids: readonly (number | string)[]) {
  return fc.record({ id: fc.constantFrom(...ids), vector: maybeVector, payload });
}

/** One write: [method, path below `points`, body]. */
export function writes(
  ids: readonly (number | string)[],
  nulls: boolean,
): fc.Arbitrary<readonly [string, string, object]> {
  const filter = filters({ ids, texts: false, nulls });
  const some = fc.array(fc.constantFrom(...ids), { minLength: 1, maxLength: 3 });
  const selection = fc.oneof(
    some.map((points) => ({ points })),
    filter.map((where) => ({ filter: where })),
  );
  const path = fc.constantFrom("o", "o.x", "l[]", "l[0]", "l[0].z", "k", "new.deep", '"p.q"');
  const keys = fc.array(fc.oneof(path, key), { minLength: 1, maxLength: 2 });
  const with_ = (more: fc.Arbitrary<object>) => fc.tuple(selection, more).map(([a, b]) => ({ ...a, ...b }));
  // A null for a point without a payload is kept, for one with an empty payload it is not; ours knows no such difference.
  const patch = payload.map((one) => Object.fromEntries(Object.entries(one).filter(([, value]) => value !== null)));
  const setting = with_(
    fc.oneof(fc.record({ payload: patch }), fc.record({ payload: fc.oneof(payload, inner), key: path })),
  );
  const mode = fc.constantFrom("upsert", "insert_only", "update_only");
  const upsert = fc.record(
    { points: fc.array(point(ids), { minLength: 1, maxLength: 3 }), update_filter: filter, update_mode: mode },
    { requiredKeys: ["points"] },
  );
  const write = <T extends object>(method: string, at: string, body: fc.Arbitrary<T>) =>
    body.map((one) => [method, at, one] as const);
  return fc.oneof(
    { weight: 4, arbitrary: write("PUT", "", upsert) },
    { weight: 3, arbitrary: write("POST", "/payload", setting) },
    { weight: 2, arbitrary: write("PUT", "/payload", setting) },
    { weight: 2, arbitrary: write("POST", "/payload/delete", with_(fc.record({ keys }))) },
    { weight: 1, arbitrary: write("POST", "/payload/clear", selection) },
    { weight: 1, arbitrary: write("POST", "/delete", selection) },
    {
      weight: 1,
      arbitrary: write(
        "PUT",
        "/vectors",
        fc.record({
          points: fc.array(fc.record({ id: fc.constantFrom(...ids), vector }), { minLength: 1, maxLength: 2 }),
        }),
      ),
    },
    { weight: 1, arbitrary: write("POST", "/vectors/delete", with_(fc.constant({ vector: [""] }))) },
  );
}
