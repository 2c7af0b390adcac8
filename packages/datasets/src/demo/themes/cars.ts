import { words } from "../grammar.ts";
import type { Theme } from "../theme.ts";

export const cars: Theme = {
  label: "cars",
  sources: ["Gear & Clutch", "The Test Track", "Charge Point"],
  grammar: {
    title: [
      "Test drive: {maker#1} {model#1}, {180-620} horsepower and a {adjective} ride",
      "{maker#1} recalls {4-90},000 {kind#1}s over {fault#1}",
      "{maker#1} unveils electric {kind#1} with {380-760} kilometres of range",
      "Charging an electric {kind#1} in winter: what the {maker#1} really does",
      "Used car check: the {maker#1} {model#1} at {60-190},000 kilometres",
      "{maker#1} ends production of the {model#1}",
    ],
    lead: [
      "The new {maker#1} {model#1} is a {adjective} electric {kind#1} with {180-620} horsepower and a range of {380-760} kilometres.",
      "{maker#1} is calling {4-90},000 {kind#1}s back to the workshop because of a faulty {fault#1}.",
      "On the motorway the {model#1} used {13-26} kilowatt-hours per hundred kilometres, more than {maker#1} claims.",
      "A used {maker#1} {model#1} with {60-190},000 kilometres on the clock costs {4-28},000 euros; watch the {fault#1}.",
      "{maker#1} showed its {adjective} {kind#1} at the motor show in {city} {when}.",
      "We drove the {maker#1} {model#1} over {count} mountain passes to test its {fault#1} and its brakes.",
      "The last {maker#1} {model#1} with a combustion engine left the assembly line {when}.",
    ],
    detail: [
      "It sprints from zero to a hundred in {3.1-11.9} seconds and tops out at {160-280} kilometres an hour.",
      "The battery holds {45-112} kilowatt-hours and charges from ten to eighty percent in {17-49} minutes.",
      "The boot takes {320-690} litres, and the rear seats fold flat.",
      "Steering is {adjective}, the suspension {firm|soft|well damped} and the cabin quiet at speed.",
      "Our test driver missed real buttons: the {gadget} hides in a touchscreen menu.",
      "Tyres of {17-21} inches are standard, and the {gadget} costs {300-2400} euros extra.",
    ],
    closing: [
      '"{remark}," {said} test driver {person}.',
      "Prices start at {19-88},000 euros; the first cars reach dealers in {month}.",
      "Insurance and road tax come to about {600-1900} euros a year.",
      "Rivals from {maker} offer more boot space for less money.",
    ],
    remark: [
      "the brakes bite late but then they bite hard",
      "in the city you will never want another gearbox",
      "it corners like a car half its weight",
      "the {gadget} is clever until it rains",
      "check the {fault#1} before you sign anything",
    ],
    maker: words(
      "Volvara, Auriga, Brennt, Castellan, Daihoku, Ferrente, Kestwick, Lumina Motors, Nordia, Peregrine, Renova, Stellaro",
    ),
    model: words(
      "S4, Lynx, Tourer, E-One, Corsaro, GTX, Vento, Meridian, Solo, K7, Alpina, Nova Sport, T-Cross, Ranger",
    ),
    kind: ["hatchback", "saloon", "estate car", "SUV", "pickup", "roadster", "van"],
    fault: words(
      "brake line, gearbox, airbag sensor, fuel pump, steering rack, battery module, door lock, timing chain, charging port",
    ),
    gadget: words(
      "lane assistant, head-up display, heated steering wheel, parking camera, seat massage, cruise control, panoramic roof, tow bar",
    ),
    adjective: words("agile, compact, comfortable, noisy, precise, sporty, thirsty, roomy, sluggish, refined"),
  },
};
