import { words } from "../grammar.ts";
import type { Theme } from "../theme.ts";

export const travel: Theme = {
  label: "travel",
  sources: ["Window Seat", "Far & Slow", "The Departure Board"],
  grammar: {
    title: [
      "{count} days in {destination#1}: {sight#1}, {sight#2} and a slow {transport#1}",
      "By {transport#1} from {destination#1} to {destination#2}",
      "Where to stay in {destination#1} on a small budget",
      "Night train to {destination#1} returns after {4-30} years",
      "{destination#1} beyond the crowds",
      "Tourists flock to {destination#1} as {airline} adds flights",
    ],
    lead: [
      "The best way to see {destination#1} is by {transport#1}, with a rucksack and {count} free days.",
      "We took the {transport#1} from {destination#1} to {destination#2}, a journey of {3-26} hours past {sight#1}.",
      "Visitors to {destination#1} head for {sight#1}, but the {adjective} lanes behind the {quarter} are worth an afternoon.",
      "{airline} will fly to {destination#1} {count} times a week from {month}, with return tickets from {49-390} euros.",
      "Our guide {person#1} met us at {sight#1} in {destination#1} at sunrise, before the tour buses came.",
      "A {adjective} guesthouse near the {quarter} of {destination#1} charges {28-140} euros a night, breakfast on the terrace included.",
      "{destination#1} has limited the number of cruise passengers to {2-9},000 a day to protect {sight#1}.",
    ],
    detail: [
      "The hotel has {6-48} rooms, a roof terrace and a view of the {quarter}.",
      "Book the {transport} seats on the left for the view, and bring water.",
      "A day pass for museums and trams costs {9-38} euros at the tourist office.",
      "Hikers follow the coastal path for {6-28} kilometres to a {adjective} beach.",
      "The ferry leaves the harbour {count} times a day and takes {20-95} minutes.",
      "In {month} the hostels are half empty and the light is golden until evening.",
    ],
    closing: [
      '"{remark}," {said} {person#1}, who has led tours here for {count} years.',
      "Travellers need a passport valid for {count} more months and, for some, a visa.",
      "The nearest airport is {15-140} kilometres away, with a bus every hour.",
      "Pack light: the old streets are steep and the luggage lifts rarely work.",
    ],
    remark: [
      "most guests see three sights and miss the town",
      "come in {month} and you will have the beach to yourself",
      "the slow {transport#1} is the holiday and not the way to it",
      "people come for {sight#1} and return for the evenings",
      "a good map is still worth more than a phone",
    ],
    destination: words(
      "Luang Prabang, the Azores, Tbilisi, Essaouira, the Lofoten islands, Oaxaca, Ljubljana, Zanzibar, the Amalfi coast, Hoi An, Patagonia, Cappadocia, Madeira, Samarkand, the Faroe islands, Cartagena, Kyoto, Corsica",
    ),
    sight: words(
      "the old bazaar, a cliff monastery, hot springs, the fishing harbour, a ruined fortress, the waterfall trail, a floating market, the lighthouse, the cathedral square, rice terraces, the botanical garden, a volcano rim",
    ),
    transport: ["sleeper train", "ferry", "overnight bus", "bicycle", "camper van", "cable car", "sailing boat"],
    quarter: ["old town", "harbour", "spice market", "city wall", "fish market", "university quarter"],
    airline: ["Air Meridian", "Skylark", "Nordwing", "a budget airline", "Blue Atlas"],
    adjective: words("quiet, whitewashed, narrow, shady, family-run, remote, cobbled, windswept, sandy"),
  },
};
