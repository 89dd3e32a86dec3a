// Colours, type and the frame of the pages, light and dark.
export const baseStyle = `
:root {
  color-scheme: light dark;
  --paper: #faf8f5; --card: #ffffff; --ink: #211d19; --dim: #625a51; --line: #e3dcd2; --accent: #7c1f3e; --on-accent: #ffffff;
  --good: #1c5a2b; --good-bg: #e2f1e4; --care: #6b4500; --care-bg: #fcecc6; --bad: #8c1d18; --bad-bg: #fbe3e0;
  --busy: #493190; --busy-bg: #eae5f9; --calm: #1b4a7c; --calm-bg: #e0ecf8; --quiet: #514a42; --quiet-bg: #ece8e2;
  --sans: -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans", sans-serif;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, "Liberation Serif", serif;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #161412; --card: #1f1c19; --ink: #ede7df; --dim: #aba296; --line: #38322c; --accent: #f2a7bd; --on-accent: #2b0a16;
    --good: #a3dbad; --good-bg: #16331d; --care: #f3ca72; --care-bg: #3a2b0a; --bad: #f7aea8; --bad-bg: #431715;
    --busy: #c6b8f6; --busy-bg: #2b224a; --calm: #a1c9f3; --calm-bg: #142b45; --quiet: #c0b8ad; --quiet-bg: #2d2924;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 var(--sans); overflow-wrap: anywhere; }
h1, h2, h3, p, ul, ol, dl, dd, figure { margin: 0; }
h1 { font: 600 1.9rem/1.2 var(--serif); letter-spacing: -.01em; text-wrap: balance; }
h2 { font: 600 1.2rem/1.3 var(--serif); }
h3 { font-size: 1rem; font-weight: 600; }
a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
main:focus { outline: none; }
code { font: .88em/1.4 var(--mono); }
em { font-style: italic; color: var(--dim); }
time { white-space: nowrap; }
.dim, .sub, .hint { color: var(--dim); }
.sub { display: block; font-size: .85rem; }
.lead { color: var(--dim); margin-top: .3rem; max-width: 44rem; }
.wide { width: min(72rem, 100% - 2.5rem); margin-inline: auto; }
.narrow { max-width: 30rem; }
main { padding-block: 1.9rem 3rem; }
main > * + * { margin-top: 1.25rem; }
main > h1 + .lead { margin-top: .3rem; }
.skip { position: absolute; inset: .5rem auto auto .5rem; padding: .5rem 1rem; background: var(--accent); color: var(--on-accent); border-radius: 6px; transform: translateY(-200%); z-index: 2; }
.skip:focus { transform: none; }

.top { background: var(--card); border-bottom: 1px solid var(--line); }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.75rem; min-height: 3.6rem; padding-block: .4rem; }
.mark { font: 600 1.5rem/1 var(--serif); color: var(--accent); text-decoration: none; letter-spacing: -.01em; padding: .3rem 0; }
.bar nav { display: flex; gap: .25rem; }
.bar nav a { color: var(--ink); text-decoration: none; padding: .4rem .75rem; border-radius: 6px; }
.bar nav a:hover { background: var(--quiet-bg); }
.bar nav a[aria-current] { background: var(--quiet-bg); font-weight: 600; }
.mode { margin-left: auto; font-size: .85rem; color: var(--dim); }
.mode strong { display: inline-block; color: var(--calm); background: var(--calm-bg); border-radius: 4px; padding: .05rem .5rem; margin-right: .35rem; }
.mode.live strong { color: var(--good); background: var(--good-bg); }
.signout, .stop { margin: 0; }
.stop button { border-color: var(--bad); color: var(--bad); min-height: 2.2rem; padding: .3rem .8rem; font-size: .88rem; }
.foot { border-top: 1px solid var(--line); padding-block: 1rem 2rem; color: var(--dim); font-size: .85rem; }

.heading { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .5rem 1rem; }
.crumb { font-size: .9rem; }
.crumb::before { content: "\\2190\\00a0" / ""; color: var(--dim); }
.crumb + * { margin-top: .35rem; }
.chip { display: inline-flex; align-items: center; gap: .4rem; font-size: .82rem; font-weight: 600; line-height: 1.3; padding: .2rem .6rem; border-radius: 99px; white-space: nowrap; }
.chip::before { content: ""; width: .5rem; height: .5rem; border-radius: 50%; background: currentColor; flex: none; }
.good { --tone: var(--good); --tone-bg: var(--good-bg); } .care { --tone: var(--care); --tone-bg: var(--care-bg); }
.bad { --tone: var(--bad); --tone-bg: var(--bad-bg); } .busy { --tone: var(--busy); --tone-bg: var(--busy-bg); }
.calm { --tone: var(--calm); --tone-bg: var(--calm-bg); } .quiet { --tone: var(--quiet); --tone-bg: var(--quiet-bg); }
.chip { color: var(--tone); background: var(--tone-bg); }
.banner { border: 1px solid var(--tone); border-left-width: 5px; background: var(--tone-bg); border-radius: 8px; padding: .85rem 1.1rem; }
.banner h2 { color: var(--tone); font: 600 1.02rem/1.35 var(--sans); }
.banner > * + * { margin-top: .4rem; }
.banner, .banner .dim { color: var(--ink); }
.banner a { color: inherit; }
.banner ul { padding-left: 1.2rem; }
ul.bare { list-style: none; padding: 0; }
.empty { text-align: center; border: 1px dashed var(--line); border-radius: 10px; padding: 3rem 1rem; color: var(--dim); }
.empty h2 { color: var(--ink); }
`;
