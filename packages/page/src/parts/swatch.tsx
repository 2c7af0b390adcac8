import type { Ink, Shape } from "../map/inks.ts";

const PATHS: Readonly<Record<Shape, string>> = {
  circle: "M6 1.2a4.8 4.8 0 1 1 0 9.6a4.8 4.8 0 0 1 0-9.6z",
  square: "M1.7 1.7h8.6v8.6H1.7z",
  "triangle-up": "M6 1 11.2 10.4H.8z",
  diamond: "M6 .4 11.6 6 6 11.6.4 6z",
};

/** A cluster's mark, as on the map. */
export function Swatch({ ink }: { ink: Ink }) {
  return (
    <svg class="swatch" viewBox="0 0 12 12" aria-hidden="true">
      <path d={PATHS[ink.shape]} fill={ink.colour} />
    </svg>
  );
}
