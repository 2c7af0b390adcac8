import { words } from "../grammar.ts";
import type { Theme } from "../theme.ts";

export const space: Theme = {
  label: "space",
  sources: ["Orbit Weekly", "Skywatch", "The Launch Log"],
  grammar: {
    title: [
      "{craft#1} {reaches|enters orbit around|flies past} {body_in_space#1}",
      "Rocket carrying {craft#1} lifts off from {pad}",
      "Astronomers find {finding} near {body_in_space#1}",
      "{agency#1} delays {craft#1} mission by {count} weeks",
      "{instrument} spots {finding}",
      "Crew of {count} {prepares for spacewalk|docks with orbital station}",
      "New images of {body_in_space#1} puzzle planetary scientists",
    ],
    lead: [
      "The {craft#1} spacecraft sent back its first {data} from {body_in_space#1} {when}, {agency#1} mission control confirmed.",
      "A {adjective} rocket lifted off from {pad} {when} with the {craft#1} probe on board, bound for {body_in_space#1}.",
      "Astronomers using {instrument} have detected {finding} around {body_in_space#1}, {3-900} light-years from Earth.",
      "{agency#1} engineers are working on a fault in the {part} of {craft#1} that {appeared|was noticed} {when}.",
      "Astronaut {person} spent {4-8} hours outside the orbital station {when}, replacing a {part}.",
      "A {adjective} satellite burned up over the Pacific {when} after {4-19} years in orbit.",
      "Scientists at {agency#1} say {data} from {craft#1} point to {finding} beneath the surface of {body_in_space#1}.",
    ],
    detail: [
      "Telemetry showed the {part} working at {60-99} percent as the orbiter passed {120-900} kilometres above the surface.",
      "The lander carries {count} instruments, among them a {part} built in {city}.",
      "Gravity there is {0.1-0.9} of Earth's and the solar wind strips the atmosphere of {element}.",
      "The burn of the upper stage lasted {80-600} seconds and put the payload on its transfer orbit.",
      "Spectra taken by {instrument} show traces of {element} and {element}.",
      "The next launch window opens in {month}, when the planets line up again.",
    ],
    closing: [
      '"{remark}," {said} mission scientist {person}.',
      "A sample return to Earth is planned for {2031-2039}.",
      "The mission has cost {200-980} million so far and is funded for {count} more years in orbit.",
      "Amateur astronomers can see it with a small telescope low in the {eastern|western|southern} sky before dawn.",
    ],
    remark: [
      "we have never seen a crater like this one",
      "every orbit teaches us something about how planets form",
      "the spacecraft is healthy and the trajectory is perfect",
      "that signal travelled {40-90} minutes through the solar system to reach us",
      "nobody expected {finding} so far from its star",
    ],
    craft: words(
      "Heron, Meridian-2, Calypso, Long March Lark, Borealis, Pathseeker, Aurora-7, Tern, Wayfarer, Icebreaker, Solace, " +
        "Kestrel-3, Halcyon, Sextant, Lodestar, Corvid-1, Nightjar",
    ),
    body_in_space: words(
      "Europa, Titan, the asteroid Psyche, Mars, Enceladus, Mercury, the Moon's south pole, Ganymede, a red dwarf star, Venus, " +
        "Ceres, Triton, a distant exoplanet, comet 412P, Neptune, Phobos, Saturn's rings",
    ),
    finding: words(
      "plumes of water vapour, a hidden ocean, an unknown ring of dust, frozen methane lakes, a young exoplanet, traces of phosphine, " +
        "a burst of radio waves, a binary asteroid, buried ice, a lopsided magnetic field, volcanic glass, a rogue planet, organic molecules",
    ),
    instrument: words(
      "the Webb telescope, a radio dish in Chile, the Vera Rubin observatory, an infrared camera, the Hubble telescope, a cubesat spectrometer, " +
        "the Very Large Telescope, a stratospheric balloon, an X-ray observatory",
    ),
    part: words(
      "star tracker, solar array, reaction wheel, high-gain antenna, heat shield, xenon thruster, parachute, magnetometer boom, cooling pump, landing radar, docking latch",
    ),
    data: words(
      "images, radar maps, measurements, spectra, photographs, gravity readings, temperature maps, telemetry",
    ),
    agency: ["NASA", "ESA", "JAXA", "ISRO", "the Nordic space agency", "the lunar consortium"],
    pad: words("Kourou, Cape Canaveral, Baikonur, Sriharikota, Tanegashima, Andoya, Vandenberg, Wallops Island"),
    element: words("sodium, methane, ammonia, hydrogen, sulphur, carbon dioxide, helium, argon, water ice"),
    adjective: words("reusable, ageing, two-stage, privately built, solar-powered, heavy-lift, tiny, methane-fuelled"),
  },
};
