import { words } from "../grammar.ts";
import type { Theme } from "../theme.ts";

export const medicine: Theme = {
  label: "medicine",
  sources: ["Ward Round", "Clinical Notes", "The Health Desk"],
  grammar: {
    title: [
      "{drug#1} {cuts|lowers|halves} risk of {disease#1} in trial",
      "Hospitals report {rise|fall} in {disease#1} cases",
      "New {therapy#1} helps patients with {disease#1}",
      "{habit} linked to {lower|higher} risk of {disease#1}",
      "Doctors urge screening for {disease#1} from age {35-60}",
      "Vaccine against {infection#1} protects {children|older adults}, study finds",
    ],
    lead: [
      "Patients with {disease#1} who took {drug#1} had {12-58} percent fewer {outcome} than those on placebo, a trial of {200-9800} people found.",
      "A {adjective} {therapy#1} eased symptoms of {disease#1} in {count} out of every dozen patients, doctors in {city} report.",
      "Health officials recorded {120-4900} new infections with {infection#1} {when} and asked people to get vaccinated.",
      "People who {habit_verb} were {8-44} percent less likely to develop {disease#1}, according to a study of {2-88},000 adults.",
      "Surgeons at a hospital in {city} have used {therapy#1} for the first time on a patient with {disease#1}.",
      "Regulators approved {drug#1} {when} for adults whose {disease#1} does not respond to standard treatment.",
      "General practitioners see more {disease#1} in young adults than {count} years ago, a review of medical records shows.",
    ],
    detail: [
      "The most common side effects were {symptom} and {symptom}.",
      "Participants were followed for {2-14} years and gave blood samples every {count} months.",
      "The effect was strongest in patients over {50-75} with high {marker}.",
      "Nurses measured {marker} and {marker} at each visit to the clinic.",
      "One in {4-30} patients stopped the treatment because of {symptom}.",
      "The randomised study was run in {3-60} hospitals in {country} and {country}.",
    ],
    closing: [
      '"{remark}," {said} Dr {person}, who led the study.',
      "Patients should not stop their medicine without talking to a doctor.",
      "A larger clinical trial is to begin in {month}.",
      "The findings appear in a peer-reviewed medical journal.",
    ],
    remark: [
      "early diagnosis still saves more lives than any drug",
      "this gives patients with {disease#1} a real choice",
      "we need longer follow-up before we change the guidelines",
      "sleep and diet matter as much as the tablets",
      "{symptom} is often the first sign and is easily missed",
    ],
    disease: words(
      "type 2 diabetes, asthma, heart failure, migraine, breast cancer, arthritis, high blood pressure, depression, kidney disease, stroke, osteoporosis, epilepsy, psoriasis, dementia",
    ),
    infection: words(
      "influenza, measles, RSV, dengue fever, whooping cough, shingles, malaria, hepatitis B, norovirus",
    ),
    drug: words(
      "lorvatinib, a weekly insulin, semazitide, cardoxaban, a statin, low-dose aspirin, tebrolimab, an antibody infusion, velmorafen, a beta blocker, dexaprine",
    ),
    therapy: words(
      "gene therapy, physiotherapy programme, keyhole operation, cell transplant, nerve stimulation, immunotherapy, breathing training, dialysis at home, talking therapy, robotic surgery",
    ),
    habit: [
      "Regular walking",
      "Poor sleep",
      "A diet rich in fibre",
      "Evening shift work",
      "Smoking",
      "Strength training",
    ],
    habit_verb: [
      "walked half an hour a day",
      "slept at least seven hours",
      "ate more fibre",
      "gave up smoking",
      "lifted weights twice a week",
    ],
    outcome: ["hospital admissions", "heart attacks", "relapses", "attacks", "deaths", "complications"],
    symptom: words(
      "nausea, headache, tiredness, dizziness, a dry cough, joint pain, a skin rash, short breath, poor appetite",
    ),
    marker: ["blood pressure", "blood sugar", "cholesterol", "heart rate", "body weight", "lung function"],
    adjective: ["new", "experimental", "cheap", "shorter", "gentler", "personalised"],
  },
};
