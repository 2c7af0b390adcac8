import { words } from "../grammar.ts";
import type { Theme } from "../theme.ts";

export const archaeology: Theme = {
  label: "archaeology",
  sources: ["Trench Notes", "Past Layers", "The Dig"],
  grammar: {
    title: [
      "{era#1} {find#1} unearthed near {city#1}",
      "Archaeologists date {find#1} to {era#1} times",
      "{era#1} {site#1} found under {place#1}",
      "What a {find#1} tells about {era#1} life",
      "Dig at {era#1} {site#1} ends with {find#1}",
      "Museum to show {era#1} {find#1}",
    ],
    lead: [
      "Archaeologists have unearthed a {era#1} {find#1} while excavating {place#1} near {city#1}.",
      "A {adjective} {find#1} from the {era#1} period came to light {when} during work on {place#1}.",
      "The remains of a {era#1} {site#1} lie {1-9} metres below {place#1} in {city#1}, a ground survey shows.",
      "Researchers led by {person#1} have dated a {find#1} from {country} to about {300-4900} years ago.",
      "A student on her first excavation found a {adjective} {find#1} in the ruins of a {era#1} {site#1} {when}.",
      "Divers off the coast of {country} recovered a {adjective} {find#1} from a {era#1} wreck.",
      "The museum in {city#1} will put a {era#1} {find#1} on display after {count} years of conservation.",
    ],
    detail: [
      "Radiocarbon tests on {material} from the same layer give a date of around {400-3900} BC.",
      "Beside it lay {count} skeletons, sherds of {adjective} pottery and a lump of {material}.",
      "The trench measured {4-40} metres and was dug by hand with trowels and sieves.",
      "Traces of {material} on the surface suggest that it was traded over {200-2400} kilometres.",
      "The inscription names a {title_of_rank} who is not known from any other source.",
      "Soil samples hold pollen and charred grain from the {era#1} settlement.",
    ],
    closing: [
      '"{remark}," {said} archaeologist {person#1}.',
      "The excavation will go on until {month}.",
      "The find will go to the national museum for conservation.",
      "The site has been covered again to protect it from looters.",
    ],
    remark: [
      "in thirty years of digging I have not held anything like it",
      "somebody buried this {find#1} with great care",
      "we came for a wall and found a cemetery",
      "{material} was worth more than gold to these people",
      "every layer of soil is a page",
    ],
    era: words(
      "Roman, Bronze Age, Viking, Neolithic, Etruscan, Iron Age, Byzantine, Mayan, Phoenician, Hittite, medieval, Ptolemaic, Minoan, Inca",
    ),
    find: words(
      "burial mask, mosaic, hoard of coins, dagger, amphora, clay tablet, sarcophagus, bracelet, bronze mirror, loom weight, statue of a goddess, helmet, papyrus, fish-bone comb, oil lamp",
    ),
    site: words(
      "temple, bath house, burial mound, city gate, granary, shipyard, amphitheatre, palace, hill fort, farmstead",
    ),
    place: words(
      "a car park, a motorway junction, a vineyard, a school yard, a flooded quarry, a railway cutting, a wheat field, the cathedral crypt",
    ),
    material: words("charcoal, amber, lapis lazuli, obsidian, bone, flax, bronze, beeswax, ivory, ochre"),
    adjective: words("painted, broken, well-preserved, gilded, miniature, carved, charred, engraved, heavy, corroded"),
    title_of_rank: ["queen", "governor", "priestess", "scribe", "general", "merchant"],
  },
};
