import { words } from "../grammar.ts";
import type { Theme } from "../theme.ts";

export const football: Theme = {
  label: "football",
  sources: ["Touchline", "Full Time", "The Back Post"],
  grammar: {
    title: [
      "{team#1} {0-5}-{0-4} {team#2}: {person#1} {settles|lights up|spoils} the {derby|cup tie}",
      "{person#1} {scores twice|hits a hat-trick|misses penalty} as {team#1} face {team#2}",
      "{team#1} sign {position} {person#1} from {team#2}",
      "Coach {person#2} leaves {team#1} after {count} defeats",
      "{team#1} climb to {second|third|fourth|top} in the league",
      "Injury rules {team#1} {position} out of the semi-final",
    ],
    lead: [
      "{person#1} scored in the {1-90}th minute as {team#1} beat {team#2} in front of {8-78},000 fans {when}.",
      "A {adjective} {goal#1} from {position} {person#1} gave {team#1} a {point|win|draw} away at {team#2} {when}.",
      "{team#1} have signed {position} {person#1} from {team#2} on a {count}-year contract for {2-85} million.",
      "{team#1} sacked head coach {person#2} {when} after a run of {count} games without a win.",
      "{team#2} were knocked out of the cup {when} when {team#1} won a penalty shoot-out {3-7}-2.",
      "Two late goals by substitute {person#1} turned the match for {team#1} against {team#2}.",
      "Striker {person#1} limped off with a {injury} injury during {team#1}'s league match at {team#2}.",
    ],
    detail: [
      "The referee showed {2-9} yellow cards and sent off the visitors' {position} just before half-time.",
      "The home side had {51-74} percent of the ball but only {1-9} shots on target.",
      "Goalkeeper {person} saved {count} times, once from a {adjective} {goal}.",
      "The equaliser came from a corner, headed in at the far post by {person}.",
      "The video assistant took {2-6} minutes to rule out a goal for offside.",
      "With {3-12} matches of the season left, they are {1-9} points clear of relegation.",
    ],
    closing: [
      '"{remark}," {said} coach {person#2} after the final whistle.',
      "They meet {team} in the next round {when}.",
      "It was the striker's {7-29}th league goal of the season.",
      "Supporters sang for the team long after full time.",
    ],
    remark: [
      "the lads ran until their legs were gone",
      "we defended badly at set pieces and were punished",
      "one point away from home in this league is never bad",
      "he is the best {position} I have coached",
      "the crowd was our twelfth player tonight",
    ],
    team: words(
      "Harbour Rovers, Sporting Vidal, Northgate United, Real Almeria Norte, Dynamo Karsk, Elmwood Town, FC Altona Sud, Racing Tulcan, Millbrook City, " +
        "Atletico Rivera, Union Brenner, Lakeside Athletic, Olympique Sablon, Redcliff Wanderers, Galatea SK, Inter Portola, Kingsferry Albion",
    ),
    position: ["midfielder", "striker", "left-back", "winger", "centre-half", "goalkeeper", "forward"],
    goal: words("free kick, volley, long-range shot, header, solo run, lob, penalty, tap-in, overhead kick"),
    injury: ["hamstring", "knee", "ankle", "groin", "shoulder", "calf"],
    adjective: words("stunning, deflected, late, curling, thunderous, clever, scrappy, disputed, first-half"),
  },
};
