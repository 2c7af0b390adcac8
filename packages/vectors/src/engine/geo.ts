import { asNumber } from "./exact-json.ts";
import { badFormat, isObject } from "./refusal.ts";

/** `{lon, lat}` in degrees. */
export interface GeoPoint {
  readonly lon: number;
  readonly lat: number;
}

const KINDS = ["geo_bounding_box", "geo_radius", "geo_polygon"] as const;
export type GeoArea = { readonly [kind in (typeof KINDS)[number]]?: unknown };

/** The geographic operator of a condition as a test of one value; undefined where it has none. Borders are outside, as in Qdrant. */
export function compileGeo(condition: GeoArea): ((value: unknown) => boolean) | undefined {
  const kind = KINDS.find((one) => condition[one] !== undefined && condition[one] !== null);
  if (!kind) return undefined;
  const area = condition[kind];
  if (!isObject(area)) throw badFormat(`invalid type: \`${kind}\` must be an object`);
  const inside = { geo_bounding_box: inBox, geo_radius: inCircle, geo_polygon: inPolygon }[kind](area);
  return (value) => {
    const point = asGeoPoint(value);
    return point !== undefined && inside(point);
  };
}

export function asGeoPoint(value: unknown): GeoPoint | undefined {
  if (!isObject(value)) return undefined;
  const [lon, lat] = [asNumber(value.lon), asNumber(value.lat)];
  return lon === undefined || lat === undefined ? undefined : { lon, lat };
}

type Inside = (point: GeoPoint) => boolean;

function inBox({ top_left, bottom_right }: Record<string, unknown>): Inside {
  const [from, to] = [requirePoint(top_left, "top_left"), requirePoint(bottom_right, "bottom_right")];
  // a box may cross the 180th meridian
  const eastWest: Inside =
    from.lon > to.lon ? ({ lon }) => lon > from.lon || lon < to.lon : ({ lon }) => from.lon < lon && lon < to.lon;
  return (point) => to.lat < point.lat && point.lat < from.lat && eastWest(point);
}

/** Mean radius, in metres (IUGG). */
const EARTH = 6_371_008.771_415;

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** In metres, by the haversine formula. */
export function geoDistance(a: GeoPoint, b: GeoPoint): number {
  const [north, east] = [Math.sin(radians(b.lat - a.lat) / 2), Math.sin(radians(b.lon - a.lon) / 2)];
  const haversine = north ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * east ** 2;
  return 2 * EARTH * Math.asin(Math.sqrt(haversine));
}

function inCircle({ center, radius }: Record<string, unknown>): Inside {
  const middle = requirePoint(center, "center");
  if (typeof radius !== "number") throw badFormat("missing field `radius`");
  return (point) => geoDistance(middle, point) < radius;
}

function inPolygon({ exterior, interiors }: Record<string, unknown>): Inside {
  const outer = requireRing(exterior);
  const holes = (Array.isArray(interiors) ? interiors : []).map(requireRing);
  return (point) => sideOf(outer, point) > 0 && holes.every((hole) => sideOf(hole, point) < 0);
}

/** +1 within, 0 on the line, −1 without: by the crossings of a ray to the east. */
function sideOf(ring: readonly GeoPoint[], { lon, lat }: GeoPoint): number {
  let within = false;
  for (let i = 1; i < ring.length; i += 1) {
    const [a, b] = [ring[i - 1]!, ring[i]!];
    const turn = (b.lon - a.lon) * (lat - a.lat) - (b.lat - a.lat) * (lon - a.lon);
    const beside = Math.min(a.lon, b.lon) <= lon && lon <= Math.max(a.lon, b.lon);
    if (turn === 0 && beside && Math.min(a.lat, b.lat) <= lat && lat <= Math.max(a.lat, b.lat)) return 0;
    if (a.lat > lat !== b.lat > lat && turn > 0 === b.lat > a.lat) within = !within;
  }
  return within ? 1 : -1;
}

function requireRing(line: unknown): readonly GeoPoint[] {
  const points = isObject(line) && Array.isArray(line.points) ? line.points : undefined;
  if (!points) throw badFormat("missing field `points`");
  const ring = points.map((point) => requirePoint(point, "points"));
  if (ring.length < 4) throw badFormat(`polygon invalid, the size must be at least 4, got ${ring.length}`);
  const [first, last] = [ring[0]!, ring.at(-1)!];
  if (first.lon !== last.lon || first.lat !== last.lat)
    throw badFormat("polygon invalid, the first and the last points should be the same to form a closed line");
  return ring;
}

export function requirePoint(value: unknown, field: string): GeoPoint {
  const point = asGeoPoint(value);
  if (!point) throw badFormat(`missing field \`${field}\``);
  const { lon, lat } = point;
  if (Math.abs(lon) > 180 || Math.abs(lat) > 90)
    throw badFormat(
      `Wrong format of GeoPoint payload: expected \`lat\` = ${lat} within [-90;90] and \`lon\` = ${lon} within [-180;180]`,
    );
  return point;
}
