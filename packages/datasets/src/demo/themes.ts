import type { Theme } from "./theme.ts";
import { archaeology } from "./themes/archaeology.ts";
import { cars } from "./themes/cars.ts";
import { cooking } from "./themes/cooking.ts";
import { courts } from "./themes/courts.ts";
import { football } from "./themes/football.ts";
import { markets } from "./themes/markets.ts";
import { medicine } from "./themes/medicine.ts";
import { music } from "./themes/music.ts";
import { software } from "./themes/software.ts";
import { space } from "./themes/space.ts";
import { travel } from "./themes/travel.ts";
import { weather } from "./themes/weather.ts";

/** All that the demo stream writes about. The order matters to its seeds: append only. */
export const themes: readonly Theme[] = [
  space,
  cooking,
  football,
  markets,
  medicine,
  weather,
  music,
  software,
  travel,
  courts,
  archaeology,
  cars,
];
