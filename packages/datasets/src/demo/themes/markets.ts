import { words } from "../grammar.ts";
import type { Theme } from "../theme.ts";

export const markets: Theme = {
  label: "markets",
  sources: ["Closing Bell", "The Ledger", "Basis Point"],
  grammar: {
    title: [
      "{company#1} shares {jump|slide|fall|climb} {2-19} percent on {news}",
      "{bank#1} {raises|cuts|holds} interest rates as inflation {eases|bites}",
      "{commodity#1} prices {hit|fall from|climb to} a {count}-month high",
      "{company#1} to buy {company#2} for {1.1-38.9} billion",
      "Bond yields {rise|fall} ahead of {bank#1} meeting",
      "Investors turn to {asset} as {currency} {weakens|strengthens}",
    ],
    lead: [
      "Shares in {company#1} {rose|fell} {1.1-18.9} percent {when} after the {sector} group reported {news}.",
      "{bank#1} {raised|cut|kept} its benchmark interest rate {at|to} {0.25-7.75} percent {when}, citing {reason}.",
      "{company#1} agreed {when} to take over rival {company#2} in a deal worth {1.1-38.9} billion euros.",
      "The price of {commodity#1} {rose|fell} to {40-990} dollars {when} as traders weighed {reason}.",
      "Stock markets in {city} and {city} closed {higher|lower|mixed} {when}, with {sector} shares leading the move.",
      "The {currency} lost {0.2-3.8} percent against the dollar {when} on worries about {reason}.",
      "Quarterly profit at {company#1} {doubled|slipped|beat forecasts|missed forecasts} as revenue reached {1.1-22.9} billion.",
    ],
    detail: [
      "Analysts had expected earnings of {0.4-6.9} euros a share and margins of {4-31} percent.",
      "The ten-year government bond yield {rose|fell} {2-24} basis points to {1.1-5.9} percent.",
      "Turnover on the exchange was {8-62} percent above its monthly average.",
      "The board proposed a dividend of {0.2-3.9} euros and a buyback of {100-950} million in stock.",
      "Hedge funds have built short positions in {sector} stocks since {month}.",
      "Economists now see growth of {0.1-3.9} percent this year and inflation at {1.1-6.9}.",
    ],
    closing: [
      '"{remark}," {said} {person}, a strategist at {company}.',
      "Futures point to a {cautious|weak|firm} opening {when}.",
      "The stock has gained {5-64} percent since the start of the year.",
      "Regulators must still approve the transaction.",
    ],
    remark: [
      "the market has already priced in {reason}",
      "investors want cash flow and not promises",
      "nobody wants to hold {asset} over the weekend",
      "credit spreads tell a calmer story than equities",
      "this is a valuation problem before it is a growth problem",
    ],
    company: words(
      "Halden Group, Norvik Capital, Corvex, Alstrom Industrie, Pellier SA, Brightwater Holdings, Tessaro, Kaldera Bank, Ostrava Steel, Verdane, " +
        "Minato Trading, Quillon Insurance, Sefton Retail, Larkspur Foods, Omnia Chemicals, Bexley Partners",
    ),
    bank: [
      "the Federal Reserve",
      "the European Central Bank",
      "the Bank of England",
      "the Bank of Japan",
      "Norges Bank",
      "the Reserve Bank of India",
    ],
    commodity: words("gold, crude oil, copper, wheat, natural gas, nickel, coffee, silver, iron ore, palladium"),
    sector: words("banking, insurance, retail, chemicals, steel, utilities, luxury, shipping, semiconductor, mining"),
    asset: words(
      "government bonds, gold, dollar cash, money market funds, dividend stocks, Treasury bills, corporate bonds, small caps",
    ),
    currency: ["euro", "yen", "pound", "krona", "lira", "peso", "rupee"],
    news: words(
      "record profit, weak guidance, a surprise loss, a profit warning, strong quarterly sales, higher costs, a capital increase, rising margins, a dividend cut",
    ),
    reason: words(
      "sticky inflation, weak factory orders, a tight labour market, trade tariffs, slowing growth, falling house prices, public debt, strong retail sales, bank lending",
    ),
  },
};
