/** How the page looks: light and dark, on a phone and on paper. */
export const style = `
:root {
  --ground: #ffffff; --ink: #1c1e21; --faint: #5a6068; --rule: #d9dde2; --wash: #f4f6f8; --link: #0b5cad;
  --choice: #0072b2; --wrong: #c04d00; --limit: #6b7280; --met: #00704f; --missed: #b03a00;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #15181c; --ink: #e6e8eb; --faint: #a3abb5; --rule: #353b43; --wash: #1e2329; --link: #7cb8f2;
    --choice: #56b4e9; --wrong: #f0934e; --limit: #9aa3af; --met: #4cc79b; --missed: #ff9a5c;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 2.5rem 1.25rem 5rem; max-width: 47rem;
  background: var(--ground); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, Inter, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: break-word;
}
h1, h2 { line-height: 1.2; text-wrap: balance; letter-spacing: -0.011em; }
h1 { font-size: 2rem; margin: 0 0 0.4rem; }
h2 { font-size: 1.35rem; margin: 3rem 0 0.9rem; padding-top: 0.9rem; border-top: 1px solid var(--rule); }
p { margin: 0 0 1rem; }
a { color: var(--link); }
.source, .caption, figcaption { color: var(--faint); font-size: 0.9rem; line-height: 1.5; }
figcaption strong { color: var(--ink); font-weight: 600; }
nav { margin: 1.25rem 0 1.75rem; font-size: 0.92rem; }
nav ol { display: flex; flex-wrap: wrap; gap: 0.15rem 1.1rem; list-style: none; margin: 0; padding: 0; }
.summary { margin: 0; padding: 1rem 1.25rem 1rem 2.25rem; background: var(--wash); border-radius: 0.5rem; font-size: 1.05rem; }
.summary li + li { margin-top: 0.5rem; }
.note { margin: 0 0 1rem; padding: 0.05rem 0 0.05rem 0.9rem; border-left: 3px solid var(--limit); }
.note p { margin: 0; font-size: 0.95rem; }
.note.choice { border-color: var(--choice); } .note.choice strong { color: var(--choice); }
.note.wrong { border-color: var(--wrong); } .note.wrong strong { color: var(--wrong); }
.note.limit strong { color: var(--limit); }
figure { margin: 1.75rem 0; }
.scroll { overflow-x: auto; margin: 0.4rem 0; }
.scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
table { border-collapse: collapse; min-width: 100%; font-size: 0.92rem; font-variant-numeric: tabular-nums; border-block: 1.5px solid var(--ink); }
th, td { padding: 0.35rem 0.9rem 0.35rem 0; vertical-align: top; }
th:not(:first-child), td:not(:first-child) { padding-left: 0.35rem; }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-weight: 600; border-bottom: 1px solid var(--ink); vertical-align: bottom; }
tbody tr + tr > * { border-top: 1px solid var(--rule); }
tbody th { font-weight: inherit; min-width: 9rem; }
.left { text-align: left; }
.right { text-align: right; }
td.right { white-space: nowrap; }
.emphasis { font-weight: 650; background: var(--wash); }
.met { color: var(--met); white-space: nowrap; } .missed { color: var(--missed); white-space: nowrap; } .not-judged { color: var(--faint); white-space: nowrap; }
.pictures { display: flex; flex-wrap: wrap; gap: 1.5rem; margin: 1.75rem 0; }
.pictures figure { margin: 0; flex: 1 1 19rem; min-width: 0; }
.pictures .column { max-width: 28rem; }
.pictures .page { flex-basis: 100%; }
img { display: block; width: 100%; height: auto; background: #ffffff; border-radius: 0.3rem; margin-bottom: 0.5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.3rem 1.25rem; margin: 0; font-size: 0.92rem; }
dt { color: var(--faint); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) { img { padding: 0.4rem; filter: brightness(0.92); } }
@media (max-width: 34rem) {
  body { padding: 1.5rem 1rem 3rem; }
  h1 { font-size: 1.6rem; }
  .page img { width: 40rem; max-width: none; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 0.6rem; }
}
@media print {
  :root { --ground: #ffffff; --ink: #000000; --faint: #444444; --rule: #cccccc; --wash: #f2f2f2; --link: #000000; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav { display: none; }
  h2 { break-after: avoid; }
  figure, .note, tr { break-inside: avoid; }
  .scroll { overflow: visible; }
  img { filter: none; padding: 0; }
}
`;
