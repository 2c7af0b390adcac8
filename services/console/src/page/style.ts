export const style = `
:root { color-scheme: light dark; --ground: #fbfbf9; --card: #fff; --ink: #1d2022; --soft: #6a7073; --line: #e3e4e0; --flow: #0f7a83; --warn: #b4491f; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14181a; --card: #1b2023; --ink: #e8eaea; --soft: #98a1a4; --line: #2c3336; --flow: #4cc0c9; --warn: #f08a5d; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 64rem; padding: 2rem 1.25rem 3rem; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem .75rem; margin-bottom: 1.25rem; }
h1 { font-size: 1.35rem; margin: 0; letter-spacing: -.01em; }
h2 { font-size: 1rem; margin: 2rem 0 .5rem; }
.soft { color: var(--soft); }
.warn { color: var(--warn); }
#state { margin-left: auto; }
#state::before { content: "● "; color: var(--flow); }
#state.warn::before { color: var(--warn); }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .75rem; margin: 0; }
dl div { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .8rem; }
dt { color: var(--soft); font-size: .85rem; }
dd { margin: 0; font-size: 1.3rem; font-variant-numeric: tabular-nums; }
progress { width: 100%; accent-color: var(--flow); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { color: var(--soft); font-size: .85rem; font-weight: 500; text-align: left; }
th, td { padding: .4rem .6rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bar { width: 7rem; padding-top: .85rem; }
.bar i { display: block; height: .35rem; border-radius: 1rem; background: var(--flow); min-width: 1px; }
a { color: var(--flow); }
ul { padding-left: 1.1rem; margin: .25rem 0; }
`;
