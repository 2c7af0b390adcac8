import { words } from "../grammar.ts";
import type { Theme } from "../theme.ts";

export const courts: Theme = {
  label: "courts",
  sources: ["The Docket", "Bench & Bar", "Court Reporter"],
  grammar: {
    title: [
      "{court#1} {upholds|overturns} {crime#1} conviction",
      "{role#1} jailed for {count} years for {crime#1}",
      "Jury {clears|convicts} {role#1} in {crime#1} trial",
      "Judge dismisses lawsuit over {dispute#1}",
      "Appeal judges to hear {dispute#1} case in {month}",
      "{role#1} pleads {guilty|not guilty} to {crime#1}",
    ],
    lead: [
      "A judge in {city} sentenced a {role#1} to {count} years in prison for {crime#1} {when}.",
      "{court#1} {upheld|overturned} the {crime#1} conviction of {role#1} {person#1} {when}, finding that {flaw}.",
      "Jurors in {city} {acquitted|convicted} {role#1} {person#1} of {crime#1} after {4-60} hours of deliberation.",
      "{court#1} agreed {when} to hear an appeal in a long-running lawsuit over {dispute#1}.",
      "Prosecutors charged a {role#1} with {count} counts of {crime#1} {when} after an investigation of {count} months.",
      "A civil court ordered a {role#1} to pay {20-950},000 in damages in a dispute over {dispute#1}.",
      "Defence lawyer {person#2} asked {court#1} {when} to throw out evidence in the {crime#1} trial of {person#1}.",
    ],
    detail: [
      "The prosecution called {3-40} witnesses, among them a former {role} who testified behind a screen.",
      "Defence counsel argued that {flaw} and that the search warrant was invalid.",
      "In a {12-140}-page ruling the presiding judge wrote that the statute leaves no room for such a claim.",
      "The defendant showed no emotion as the verdict was read out.",
      "Bail was set at {10-800},000 and the hearing adjourned until {month}.",
      "One of the {three|five|seven} judges dissented, holding that {flaw}.",
    ],
    closing: [
      '"{remark}," defence lawyer {person#2} {said} outside the courthouse.',
      "The verdict can be appealed within {14-60} days.",
      "Sentencing is set for {month}.",
      "The plaintiff's lawyers announced an appeal.",
    ],
    remark: [
      "my client has waited {count} years for this judgment",
      "the law was applied, but justice was not done",
      "the jury saw through a weak case",
      "we will take this to {court#1} if we must",
      "no court should rest a conviction on one witness",
    ],
    court: [
      "the court of appeal",
      "the supreme court",
      "the constitutional court",
      "the regional court",
      "the high court",
      "the criminal court in {city}",
    ],
    crime: words(
      "fraud, burglary, perjury, bribery, arson, money laundering, tax evasion, manslaughter, forgery, embezzlement, smuggling, blackmail, armed robbery",
    ),
    role: words(
      "former mayor, accountant, lorry driver, property developer, police officer, pharmacist, customs officer, headteacher, estate agent, art dealer, contractor, notary",
    ),
    dispute: words(
      "a will, a patent licence, unpaid overtime, land rights, a defamation claim, a building permit, child custody, asylum rules, a broken lease, data privacy, a cartel fine",
    ),
    flaw: words(
      "the jury had been misdirected, key evidence was withheld, the trial judge erred in law, the confession was obtained under pressure, the witness was not credible, the time limit had run out, the police search was unlawful, the sentence was excessive",
    ),
  },
};
