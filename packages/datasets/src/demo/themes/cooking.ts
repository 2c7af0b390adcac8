import { words } from "../grammar.ts";
import type { Theme } from "../theme.ts";

export const cooking: Theme = {
  label: "cooking",
  sources: ["The Slow Pot", "Market Basket", "Sunday Table"],
  grammar: {
    title: [
      "{adjective} {dish#1} with {vegetable#1} and {herb#1}",
      "How to {method} {vegetable#1} without losing the flavour",
      "A weeknight {dish#1} in {20-55} minutes",
      "Recipe: {grandmother's|baker's|chef's} {dish#1} from {region#1}",
      "Why {herb#1} belongs in your {dish#1}",
      "Three ways to use up leftover {vegetable#1}",
      "The secret of a good {dish#1}? More {fat}",
    ],
    lead: [
      "{method} the {vegetable#1} in {fat} until golden, then stir in the {herb#1} and a pinch of {spice}.",
      "This {adjective} {dish#1} from {region#1} needs {count} ingredients and one heavy pan.",
      "Home cooks in {region#1} make {dish#1} with {vegetable#1}, {herb#1} and plenty of {fat}.",
      "Chef {person} cooks the {vegetable#1} slowly with {spice} before folding it into a {dish#1}.",
      "For {count} people, chop {200-900} grams of {vegetable#1} and {method} it with crushed garlic and {spice}.",
      "Start the {dish#1} the evening before: the dough or the marinade wants {6-24} hours in the fridge.",
      "A spoon of {spice} lifts an ordinary {vegetable#1} {dish#1} into something worth inviting friends for.",
    ],
    detail: [
      "Season with salt and {spice}, cover, and simmer over a low flame for {15-90} minutes.",
      "Bake at {160-230} degrees until the crust is {crisp|brown|blistered} and the filling bubbles.",
      "Whisk {count} eggs with {50-250} millilitres of {liquid} and pour it over slowly.",
      "Scatter toasted {nut} on top and serve with {side}.",
      "Taste the sauce before it thickens: it may want more {liquid} or a squeeze of lemon.",
      "Rinse the {vegetable} well, pat it dry and slice it as thin as you can.",
      "If the {dish#1} turns out too salty, a peeled potato or a splash of {liquid} will save it.",
    ],
    closing: [
      "It keeps for {count} days in the fridge and tastes better the next day.",
      '"{remark}," {said} {person}, who runs a small kitchen in {city}.',
      "Serve warm with {side} and a glass of something cold.",
      "Vegetarians can leave out the stock and use {liquid} instead.",
    ],
    remark: [
      "my grandmother never measured the {spice}",
      "let the {vegetable#1} rest before you cut it",
      "people are afraid of {fat}, and that is why their food is dull",
      "a good {dish#1} starts at the market and not at the stove",
      "you can smell when the onions are ready",
    ],
    dish: words(
      "stew, risotto, flatbread, dumplings, curry, tart, soup, noodle salad, gratin, paella, casserole, pie, omelette, ragu, pilaf, ramen, focaccia, tagine, chowder",
    ),
    vegetable: words(
      "aubergine, leeks, fennel, butternut squash, chickpeas, kale, mushrooms, red cabbage, sweet potato, courgettes, tomatoes, cauliflower, lentils, parsnips, spinach, artichokes, beetroot",
    ),
    herb: words("thyme, coriander, basil, dill, sage, mint, tarragon, parsley, rosemary, chives, oregano, lemongrass"),
    spice: words(
      "smoked paprika, cumin, turmeric, cardamom, saffron, sumac, chilli flakes, nutmeg, star anise, mustard seed, black pepper, cinnamon",
    ),
    fat: ["butter", "olive oil", "ghee", "sesame oil", "duck fat", "browned butter"],
    liquid: ["cream", "vegetable stock", "coconut milk", "white wine", "buttermilk", "tomato passata"],
    nut: ["almonds", "walnuts", "hazelnuts", "pine nuts", "pistachios", "cashews"],
    side: words(
      "crusty bread, steamed rice, pickled cucumber, a green salad, mashed potatoes, couscous, yoghurt, roast carrots",
    ),
    method: ["roast", "braise", "fry", "grill", "steam", "caramelise", "blanch"],
    adjective: words("creamy, smoky, one-pot, crisp, fragrant, hearty, spicy, tangy, slow-cooked, rustic"),
    region: words(
      "Sicily, Oaxaca, Gujarat, Provence, Anatolia, Sichuan, Galicia, Fez, Bavaria, Kyushu, Louisiana, Puglia",
    ),
  },
};
