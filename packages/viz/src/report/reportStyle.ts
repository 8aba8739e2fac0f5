/** The look of the page: system fonts, light and dark, from a phone to a desk. */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --page: #fbfbf9; --panel: #ffffff; --ink: #1b1d21; --muted: #5a616b; --line: #e1e2e0;
  --first: #0b62a8; --second: #b84e00; --third: #00785a; --shade: #f2b134; --warn: #fff4dc;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #121417; --panel: #1a1d21; --ink: #e8eaed; --muted: #a2a9b3; --line: #2f343b;
    --first: #62b0ee; --second: #f2914a; --third: #3fc79a; --shade: #7d5600; --warn: #362b12;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; max-width: 1120px; padding: 40px 32px 80px; background: var(--page); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
  overflow-wrap: anywhere;
}
h1, h2, h3, p, dl, dd, ul, figure { margin: 0; }
h1 { font-size: 1.15rem; font-weight: 600; }
h2 { font-size: 1.35rem; line-height: 1.25; letter-spacing: -0.01em; margin-bottom: 6px; }
h3 { font-size: 0.95rem; font-weight: 600; }
.overline { color: var(--muted); font-size: 0.8rem; letter-spacing: 0.08em; text-transform: uppercase; }
.verdict {
  font-size: clamp(1.5rem, 1rem + 2.2vw, 2.3rem); line-height: 1.2; letter-spacing: -0.02em; font-weight: 650;
  max-width: 26em; margin-top: 12px; text-wrap: balance;
}
.about { max-width: 46em; color: var(--muted); margin-top: 14px; font-size: 1.05rem; }
.page-head { padding-bottom: 12px; }
section { margin-top: 44px; padding-top: 28px; border-top: 1px solid var(--line); }
section h3 { margin: 24px 0 8px; }
.lead { max-width: 46em; color: var(--muted); margin-bottom: 18px; }
.small { color: var(--muted); font-size: 0.875rem; line-height: 1.45; max-width: 46em; }
.muted { color: var(--muted); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
code { font: 0.9em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
:focus-visible { outline: 2px solid var(--first); outline-offset: 3px; border-radius: 4px; }

.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(280px, 1fr)); gap: 14px; }
.card { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 16px 18px; }
.card h3 { margin: 0; color: var(--muted); }
.figure { font-size: 1.9rem; font-weight: 650; letter-spacing: -0.02em; line-height: 1.25; font-variant-numeric: tabular-nums; }
.card.first .figure { color: var(--first); }
.range-text { color: var(--muted); font-variant-numeric: tabular-nums; }
.card .small { margin-top: 10px; }
.interval-bar {
  display: block; position: relative; height: 6px; margin-top: 6px; min-width: 64px; border-radius: 3px;
  background: var(--line); overflow: hidden;
}
.interval-bar > span { position: absolute; top: 0; bottom: 0; }
.interval-bar .filled { left: 0; background: var(--first); opacity: 0.35; }
.interval-bar .range { background: var(--first); min-width: 3px; }
.references { display: grid; gap: 8px; }
.references > div { display: grid; grid-template-columns: minmax(150px, 230px) 1fr; gap: 4px 18px; }
.references dt { color: var(--muted); }

.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(320px, 100%), 1fr)); gap: 28px 48px; align-items: start; }
.chart { max-width: 480px; min-width: 0; }
.chart svg { display: block; width: 100%; height: auto; }
.chart [stroke='#0072b2'] { stroke: var(--first); } .chart [fill='#0072b2'] { fill: var(--first); }
.chart [stroke='#d55e00'] { stroke: var(--second); } .chart [fill='#d55e00'] { fill: var(--second); }
.plain + .small { margin-top: 10px; }
.plain { list-style: none; padding: 0; margin: 18px 0 0; display: grid; gap: 6px; max-width: 60em; }

.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; width: 100%; max-width: 760px; font-size: 0.95rem; }
caption { text-align: start; font-weight: 600; font-size: 0.95rem; padding-bottom: 4px; }
th, td { text-align: start; padding: 8px 16px 8px 0; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: 400; }
th .small, td .small { display: block; }
td .small { white-space: nowrap; max-width: none; margin-inline-start: auto; }
thead th { color: var(--muted); font-size: 0.85rem; white-space: nowrap; overflow-wrap: normal; }
tbody th { font-weight: 500; min-width: 6.5em; }
.cards + details { margin-top: 14px; }
.number { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; overflow-wrap: normal; }
td.number:last-child, th.number:last-child { padding-right: 0; }
.count-bar { display: block; height: 3px; margin: 4px 0 0 auto; background: var(--first); opacity: 0.5; border-radius: 2px; }
.counts td { width: 45%; }
.facts td { font: 0.85rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre-wrap; }
.warning { background: var(--warn); border-inline-start: 3px solid var(--second); border-radius: 4px; padding: 8px 14px; margin-bottom: 14px; max-width: 60em; }

.note { max-width: 46em; margin-bottom: 18px; }
.reading { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 16px 20px; margin-bottom: 22px; }
.reading h3 { margin: 0 0 6px; }
.reading ul { padding-inline-start: 1.1em; display: grid; gap: 4px; max-width: 62em; }
.scale { display: inline-block; width: 84px; height: 0.75em; border-radius: 2px; vertical-align: baseline; }
.with-script { display: none; }
.has-script .with-script { display: list-item; }
.samples { display: grid; gap: 18px; }
.sample {
  background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 16px 20px 20px;
  display: grid; grid-template-columns: minmax(0, 440px) minmax(0, 1fr); gap: 12px 28px;
}
.sample > header { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; font-size: 0.9rem; }
.badge { font-weight: 650; white-space: nowrap; }
.badge.right { color: var(--first); } .badge.wrong { color: var(--second); } .badge.unknown { color: var(--muted); }
.pictures { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; align-items: start; }
.picture figcaption { color: var(--muted); font-size: 0.85rem; margin-top: 5px; min-height: 2.6em; line-height: 1.3; }
.frame { position: relative; border-radius: 6px; overflow: hidden; background: var(--line); }
.frame[role='button'] { cursor: pointer; }
.frame img { display: block; width: 100%; height: auto; max-height: 420px; }
.frame img.tiny { image-rendering: pixelated; }
.frame img.bare { display: none; position: absolute; inset: 0; height: 100%; }
.frame.is-bare img.bare { display: block; }
.word-map { position: absolute; display: grid; pointer-events: none; }
.no-picture { grid-column: 1 / -1; color: var(--muted); padding: 32px 16px; text-align: center; border: 1px dashed var(--line); border-radius: 6px; }
.facts-of-sample { display: grid; gap: 14px; align-content: start; min-width: 0; }
.facts-of-sample dl { display: grid; gap: 5px; }
.facts-of-sample dl > div { display: grid; grid-template-columns: 128px 1fr; gap: 0 12px; }
.facts-of-sample dt { color: var(--muted); }
.text { font-size: 1.05rem; line-height: 1.8; max-height: 22em; overflow: auto; unicode-bidi: isolate; }
.words span[style] { background: color-mix(in srgb, var(--shade) calc(var(--w) * 100%), transparent); border-radius: 3px; padding: 1px 2px; }
.words .active { outline: 2px solid var(--ink); }
details { border-bottom: 1px solid var(--line); }
summary { cursor: pointer; padding: 10px 0; font-weight: 600; }
details .scroll { padding-bottom: 18px; }

@media (max-width: 760px) {
  body { padding: 24px 16px 60px; }
  section { margin-top: 32px; padding-top: 22px; }
  .sample { grid-template-columns: minmax(0, 1fr); padding: 14px 14px 18px; }
  .cards { grid-template-columns: repeat(auto-fill, minmax(min(280px, 100%), 1fr)); gap: 10px; }
  .card .small { margin-top: 6px; }
  .card { padding: 12px 14px; }
  .figure { font-size: 1.55rem; }
  .references > div { grid-template-columns: minmax(0, 1fr); }
  .facts-of-sample dl > div { grid-template-columns: 92px 1fr; }
  th, td { padding-right: 10px; }
  .interval-bar { min-width: 44px; }
}
@media print {
  body { max-width: none; padding: 0; }
  .sample, .card, .chart { break-inside: avoid; }
  .text { max-height: none; }
}
`;
