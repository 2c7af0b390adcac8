import { words } from "../grammar.ts";
import type { Theme } from "../theme.ts";

export const weather: Theme = {
  label: "weather",
  sources: ["Isobar", "Storm Desk", "The Barometer"],
  grammar: {
    title: [
      "Storm {storm#1} brings {hazard#1} to {place#1}",
      "{hazard#1} warning for {place#1} as {system} moves in",
      "{place#1} swelters as temperatures reach {33-46} degrees",
      "Rivers rise in {place#1} after {count} days of rain",
      "{month} was the {warmest|wettest|driest} on record in {country}",
      "Snow closes roads in {place#1}",
    ],
    lead: [
      "Storm {storm#1} hit {place#1} {when} with gusts of {90-190} kilometres an hour and {hazard#1}.",
      "Forecasters have issued a {red|amber|yellow} warning of {hazard#1} for {place#1} as {system} moves in from the {compass}.",
      "Temperatures in {place#1} reached {33-46} degrees {when}, {3-12} degrees above the average for {month}.",
      "Up to {30-280} millimetres of rain fell on {place#1} within {6-48} hours, and rivers burst their banks.",
      "Heavy snow and freezing winds swept across {place#1} {when}, leaving drifts {1-4} metres deep.",
      "A drought in {place#1} has entered its {count}th month, and reservoirs are {12-48} percent full.",
      "Meteorologists expect {system} to bring {hazard#1} to {place#1} {when}.",
    ],
    detail: [
      "About {2-90},000 households lost power as the wind brought down trees and lines.",
      "Firefighters pumped water out of cellars and {count} families were moved to higher ground.",
      "The barometer dropped to {948-985} hectopascals as the front passed.",
      "Humidity stayed near {70-98} percent overnight and thunderclouds built up over the {hills|coast|plains}.",
      "Sea temperatures off the coast are {1.1-3.9} degrees above the seasonal mean.",
      "Winds should ease by {day}, with showers and sunny spells to follow.",
    ],
    closing: [
      '"{remark}," {said} {person} of the weather service.',
      "Ferries and mountain passes stay closed until the wind drops.",
      "Climate researchers say such extremes have become {two|three|four} times as likely.",
      "The outlook for the week is {unsettled|cold and dry|mild with fog|stormy again}.",
    ],
    remark: [
      "stay away from the coast until the surge has passed",
      "the ground is so dry that the rain runs straight off",
      "we expect the heat to break with thunderstorms",
      "a warmer atmosphere simply holds more water",
      "this low is deepening faster than our models had it",
    ],
    storm: words(
      "Agnes, Boris, Celeste, Dirk, Edda, Fergus, Gisela, Henk, Ilona, Jocelyn, Klaus, Lorna, Malik, Nelly, Otto, Piet",
    ),
    hazard: words(
      "heavy rain, flash floods, damaging winds, hail, black ice, dense fog, thunderstorms, blizzards, coastal flooding, extreme heat, freezing rain, dust storms",
    ),
    place: words(
      "the northern highlands, the west coast, the Ebro valley, central {country}, the lowlands around {city}, the Baltic shore, the Alpine foothills, southern {country}, the river delta, the island of Samsund",
    ),
    system: words(
      "a deep Atlantic low, a cold front, a tropical depression, a ridge of high pressure, an Arctic air mass, a stalled front, a jet-stream dip, a monsoon trough",
    ),
    compass: ["north", "west", "south-west", "north-east", "south"],
  },
};
