import { type Grammar, words } from "./grammar.ts";

/** A subject that the demo stream writes about. Its grammar has `title`, `lead`, `detail` and `closing`. */
export interface Theme {
  readonly label: string;
  readonly sources: readonly string[];
  readonly grammar: Grammar;
}

/** Slots that every theme can use. */
export const common: Grammar = {
  body: [
    "{lead} {detail}",
    "{lead} {detail} {closing}",
    "{lead} {closing}",

    "{lead} {detail} {detail}",
  ],
  person: ["{first} {last}"],
  first: words(
    "Amara, Bruno, Chiara, Daniel, Elif, Farid, Greta, Hugo, Ines, Jonas, Kavya, Leila, Marek, Nadia, Oskar, Priya, " +
      "Quentin, Rosa, Samir, Tessa, Ulrich, Vera, Wanda, Xavier, Yara, Zoltan, Aiko, Bastien, Carmen, Dmitri, Esther, " +
      "Fiona, Gabriel, Hana, Ivan, Joanna, Kofi, Lucia, Mateo, Noor, Olga, Pedro, Ruth, Stefan, Thandi, Viktor",
  ),
  last: words(
    "Abara, Berg, Castellano, Dufour, Eriksen, Farouk, Grieg, Haddad, Ibarra, Jansen, Kowalski, Lindqvist, Moreau, Nakata, " +
      "Okafor, Petrov, Quiroga, Rahman, Sorensen, Tanaka, Ulloa, Varga, Weiss, Yilmaz, Zielinski, Ashworth, Brandt, Costa, " +
      "Diallo, Engel, Fontaine, Gupta, Holt, Iyer, Juarez, Keller, Lowe, Mbeki, Novak, Osei, Park, Reyes, Silva, Thorne, Voss",
  ),
  city: words(
    "Lisbon, Osaka, Nairobi, Montreal, Krakow, Valparaiso, Leeds, Hamburg, Jaipur, Perth, Bergen, Marseille, Denver, Izmir, " +
      "Accra, Porto, Ghent, Busan, Tallinn, Cordoba, Bristol, Turin, Dakar, Seattle, Graz, Malmo, Lyon, Cork, Utrecht, Basel, " +
      "Sarajevo, Auckland, Quito, Hanoi, Tunis, Riga, Bilbao, Dundee, Austin, Kochi",
  ),
  country: words(
    "Norway, Chile, Kenya, Japan, Portugal, Canada, India, Poland, Brazil, Morocco, Iceland, Vietnam, Mexico, Greece, Ghana, " +
      "Australia, Finland, Peru, Turkey, Ireland, Austria, Indonesia, Spain, Egypt, Estonia, Argentina",
  ),
  day: words("Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday"),
  month: words("January, February, March, April, May, June, July, August, September, October, November, December"),
  count: words("two, three, four, five, six, seven, eight, nine, ten, a dozen"),
  said: ["said", "explained", "noted", "added", "argued"],
  when: ["on {day}", "this week", "late on {day}", "early on {day}", "in {month}", "last {day}", "over the weekend"],
};
