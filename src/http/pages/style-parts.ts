// Styles of lists, tables, steps, messages and forms.
export const partsStyle = `
button, .button { font: inherit; font-size: .95rem; font-weight: 600; display: inline-block; cursor: pointer; text-decoration: none; color: var(--ink); background: var(--card); border: 1px solid var(--dim); border-radius: 7px; padding: .5rem 1rem; min-height: 2.6rem; }
button:hover, .button:hover { border-color: var(--accent); color: var(--accent); }
button.first, .button { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button.first:hover, .button:hover { color: var(--on-accent); filter: brightness(1.12); }
button.plain { border: 0; background: none; padding: .2rem .3rem; min-height: 0; font-size: .85rem; font-weight: 400; color: var(--accent); text-decoration: underline; text-underline-offset: .18em; }
.buttons { display: flex; flex-wrap: wrap; gap: .6rem; margin-top: .6rem; }
input, select, textarea { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--dim); border-radius: 7px; padding: .5rem .7rem; min-height: 2.6rem; width: 100%; max-width: 100%; }
input::placeholder { color: var(--dim); opacity: 1; }
fieldset { border: 0; padding: 0; margin: 0; min-width: 0; }
legend { font-weight: 600; padding: 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem; }
.card > * + * { margin-top: .9rem; }
.card.tall { display: grid; gap: 1.1rem; max-width: 40rem; }
.card.tall > * { margin: 0; }
.field label { font-weight: 600; }
.field label .dim { font-weight: 400; }
.hint, .mistake { font-size: .88rem; }
.mistake { color: var(--bad); font-weight: 600; }
.field input, .field textarea { margin-top: .3rem; }
[aria-invalid] { border-color: var(--bad); border-width: 2px; }
.examples { display: flex; flex-wrap: wrap; gap: .3rem 1rem; }

.tabs { display: flex; flex-wrap: wrap; gap: .4rem; }
.tabs a { display: inline-flex; align-items: center; gap: .45rem; color: var(--ink); text-decoration: none; background: var(--card); border: 1px solid var(--line); border-radius: 99px; padding: .3rem .85rem; font-size: .92rem; }
.tabs a:hover { border-color: var(--accent); }
.tabs a[aria-current] { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
.count { font-variant-numeric: tabular-nums; font-size: .85em; color: var(--dim); }
.tabs a[aria-current] .count { color: inherit; }
h2 .count { font: 400 .95rem var(--sans); }
.filter { display: flex; flex-wrap: wrap; align-items: end; gap: .75rem; }
.filter label { display: grid; gap: .2rem; font-size: .85rem; color: var(--dim); }
.filter input, .filter select { font-size: 1rem; }
.filter .grow { flex: 1 1 18rem; }
.filter .clear { padding: .6rem .2rem; font-size: .92rem; }

table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; color: var(--dim); font-size: .85rem; padding-bottom: .4rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .9rem .5rem 0; border-top: 1px solid var(--line); font-weight: 400; }
thead th { border-top: 0; color: var(--dim); font-size: .8rem; padding-block: .3rem; white-space: nowrap; }
td:last-child, th:last-child { padding-right: 0; }
.scroll { overflow-x: auto; margin-top: 1rem; }
.scroll td { min-width: 4.5rem; overflow-wrap: break-word; } #versions code { overflow-wrap: anywhere; }
.cases { background: var(--card); border: 1px solid var(--line); border-radius: 10px; border-spacing: 0; border-collapse: separate; }
.cases caption { padding: 0 0 .5rem; }
.cases th, .cases td { padding: .8rem 1rem; }
.cases thead th { padding-block: .55rem; }
.cases tbody th a { font-weight: 600; color: var(--ink); text-decoration-color: var(--line); }
.cases tbody tr:hover th a { color: var(--accent); text-decoration-color: currentColor; }
.cases tbody th { width: 27%; } .cases .decided { width: 36%; } .cases .when { color: var(--dim); font-size: .85rem; }
.cases .steps { white-space: nowrap; font-size: .88rem; }
.dots { display: flex; flex-wrap: wrap; gap: 3px; margin: .4rem 0 .25rem; max-width: 7.5rem; }
.dots i { width: .8rem; height: .38rem; border-radius: 3px; background: var(--tone); }
.dots i.quiet { background: var(--line); }
.paging { display: flex; justify-content: space-between; gap: 1rem; } .paging [rel=next] { margin-left: auto; }

.columns { display: grid; grid-template-columns: minmax(0, 1fr) 19rem; gap: 2rem 2.75rem; align-items: start; }
.columns section + section { margin-top: 1.9rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
section > h2 + *, section > details > summary + * { margin-top: .6rem; }
.reason { font-size: 1.08rem; }
.verdict { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem; } .verdict + p { margin-top: .4rem; }
.pairs { display: grid; grid-template-columns: minmax(4.2rem, max-content) minmax(0, 1fr); gap: .25rem 1.25rem; }
.pairs div { display: grid; grid-template-columns: subgrid; grid-column: 1 / -1; align-items: baseline; }
.pairs dt { color: var(--dim); font-size: .88rem; max-width: 11rem; } .pairs dd { min-width: 0; }
.reason + .pairs { margin-top: .7rem; }
.writes { list-style: none; padding: 0; display: grid; gap: .8rem; }
.write { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .95rem 1.1rem; } .write.open { border: 2px solid var(--care); }
.together { font-size: .85rem; color: var(--dim); margin-bottom: .6rem; }
.step + .step { border-top: 1px solid var(--line); margin-top: .85rem; padding-top: .85rem; }
.step header { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem .7rem; } .step header .sub { margin-left: auto; } .step > * + * { margin-top: .5rem; }
.dim + .writes { margin-top: .6rem; } ul.banner.bare { padding: .85rem 1.1rem; }
.told li + li { margin-top: .7rem; } .told .chip { margin-left: .4rem; }
.question { border-top: 1px solid var(--line); margin-top: 1rem; padding-top: .9rem; }
summary { cursor: pointer; color: var(--dim); font-size: .9rem; } summary h2 { display: inline; color: var(--ink); } summary + .pairs { margin-top: .6rem; }
details + details { margin-top: .6rem; }
.letter { white-space: pre-wrap; background: var(--paper); border-left: 3px solid var(--line); border-radius: 0 6px 6px 0; padding: .75rem 1rem; margin-top: .5rem; font-size: .95rem; }
.tag { display: inline-block; font: .85rem var(--mono); background: var(--quiet-bg); color: var(--quiet); border-radius: 4px; padding: .1rem .5rem; }
.timeline { list-style: none; padding: 0; border-left: 2px solid var(--line); margin-left: .35rem; }
.timeline li { position: relative; padding: 0 0 .8rem 1.1rem; font-size: .92rem; } .timeline li:last-child { padding-bottom: 0; }
.timeline li::before { content: ""; position: absolute; left: -6px; top: .45rem; width: .6rem; height: .6rem; border-radius: 50%; background: var(--dim); border: 2px solid var(--paper); }
.timeline time { display: block; color: var(--dim); font-size: .82rem; }
.inboxes { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(19rem, 100%), 1fr)); gap: 1.75rem; align-items: start; }
.received { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .9rem 1rem; margin-top: .75rem; } .received .sub { margin-top: .5rem; }
.received .pairs { font-size: .92rem; }

@media (max-width: 60rem) { .columns { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 46rem) {
  .wide { width: calc(100% - 2rem); } h1 { font-size: 1.55rem; } main { padding-top: 1.25rem; }
  .mode { margin-left: 0; } .mode span { display: none; } .bar { gap: .1rem .9rem; } .bar nav a { padding-inline: .6rem; }
  .tabs a { font-size: .88rem; padding: .3rem .7rem; }
  .cases, .cases caption, .cases tbody, .cases tr, .cases tbody th, .cases td { display: block; width: auto; }
  .cases { background: none; border: 0; }
  .cases thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .cases tr { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .85rem 1rem; margin-bottom: .7rem; }
  .cases tbody th, .cases td, .cases .decided { border: 0; padding: .15rem 0; width: auto; } .cases tbody th { padding-top: .4rem; }
  .cases .steps { display: flex; align-items: center; gap: .6rem; padding-top: .4rem; } .dots { margin: 0; max-width: none; }
  .card { padding: 1rem; } .write { padding: .85rem .9rem; } .pairs dt { max-width: 8rem; }
}
@media print { .top nav, .filter, .tabs, .question, .foot { display: none; } body { background: none; } }
`;
