/** Holds the style of the pages, for light and dark screens. Their security policy names its hash, so no other style applies. */
export const style = `
:root { color-scheme: light dark;
  --ink: light-dark(#1d2330, #dfe4ec); --soft: light-dark(#667085, #8c95a6); --line: light-dark(#e3e6ec, #2b3140);
  --paper: light-dark(#ffffff, #14171f); --card: light-dark(#f7f8fa, #1b1f2a); --link: light-dark(#1759c4, #7fb0ff);
  --good: light-dark(#11723b, #5fd08f); --bad: light-dark(#b3261e, #ff8a80); --busy: light-dark(#1759c4, #7fb0ff);
  --odd: light-dark(#8a5a00, #f0b95a); }
* { box-sizing: border-box; }
body { margin: 0; padding: 0 1.5rem 3rem; background: var(--paper); color: var(--ink);
  font: 14px/1.5 system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'Noto Sans CJK SC', sans-serif; }
header, main, section, footer { max-width: 76rem; margin: 0 auto; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.25rem; padding: 1.25rem 0 .75rem; }
h1 { font-size: 1.25rem; margin: 0; } h1 small { color: var(--soft); font-weight: 400; font-size: .875rem; }
h2 { font-size: .95rem; margin: 1.75rem 0 .5rem; } h2 small { color: var(--soft); font-weight: 400; }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
code, pre, .mono { font-family: ui-monospace, 'SF Mono', Consolas, 'DejaVu Sans Mono', monospace; font-size: .8125rem; }
.soft { color: var(--soft); } .right { text-align: right; } .nowrap { white-space: nowrap; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { color: var(--soft); font-weight: 500; font-size: .75rem; text-align: left; }
th, td { padding: .35rem .75rem; vertical-align: baseline; }
tr + tr td, thead + tbody tr:first-child td { border-top: 1px solid var(--line); }
td.wide { width: 99%; min-width: 11rem; overflow-wrap: anywhere; }
.empty { padding: .75rem; color: var(--soft); }
.state { display: inline-block; padding: 0 .5rem; border-radius: 99px; border: 1px solid currentColor; font-size: .75rem;
  white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .busy { color: var(--busy); } .odd { color: var(--odd); }
.busy.state::before { content: '● '; animation: pulse 1.4s ease-in-out infinite; }
@keyframes pulse { 50% { opacity: .25; } }
@media (prefers-reduced-motion: reduce) { .busy.state::before { animation: none; } }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(24rem, 1fr)); gap: .2rem 2rem; margin: 0; padding: .75rem; }
dl div { display: grid; grid-template-columns: 7rem 1fr; } dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
details { margin: .25rem 0; } summary { cursor: pointer; color: var(--link); }
pre { margin: 0; padding: .75rem; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4; }
#log { max-height: 70vh; overflow-y: auto; }
`;
