/* SPDX-License-Identifier: ISC */
/* The looks of the page. Colours are variables, so that the dark scheme is a table of its own;
 * every text has a contrast of at least 4.5 to 1 in both. Paper is light. */
#include "render.h"

/* One string to a line: no compiler need take long ones. */
static const char *const style[] = {
    ":root { --bg: #f6f7f8; --card: #fff; --ink: #1b2126; --dim: #535e69; --line: "
    "#d4dae0; --link: #0b57a4;\n",
    "--ok: #17703a; --ok-bg: #e3f4e8; --bad: #b3261e; --bad-bg: #fdeae8; --warn: "
    "#805300; --warn-bg: #fff2d6;\n",
    "--note: #0b57a4; --note-bg: #e6f0fb; --dim-bg: #eceff2; --seg: #1b2126; --full: "
    "#17703a; --grid: #e3e7eb;\n",
    "--absent: #946200; --absent-bg: #fdf1d8; --absent-fg: #efd199; --other: #a8480a; "
    "--other-bg: #fce5d4; --other-fg: #f0bd94;\n",
    "--silent: #626d79; --silent-bg: #eef0f2; --silent-fg: #bcc4cc; --broken: #b3261e; "
    "--broken-bg: #fce2df; --broken-fg: #f0b3ad;\n",
    "--bogus: #8e2a8a; --bogus-bg: #f5e3f4; --bogus-fg: #dcabd9; --present: #17703a; "
    "--present-bg: #d9f1e0; }\n",
    "@media screen and (prefers-color-scheme: dark) { :root { --bg: #12161a; --card: "
    "#1b2026; --ink: #e7ebef;\n",
    "--dim: #a9b4bf; --line: #38414b; --link: #8fc1ff; --ok: #74d391; --ok-bg: #12301d; "
    "--bad: #ff9d95; --bad-bg: #40181a;\n",
    "--warn: #f2c462; --warn-bg: #352809; --note: #8fc1ff; --note-bg: #12283f; --dim-bg: "
    "#2a313a; --seg: #fff; --full: #1c7a3f; --grid: #2c343d;\n",
    "--absent: #d9a441; --absent-bg: #3f2f10; --absent-fg: #5a451b; --other: #e58b4e; "
    "--other-bg: #46280f; --other-fg: #6a3d19;\n",
    "--silent: #8b96a2; --silent-bg: #262d35; --silent-fg: #475260; --broken: #f0736a; "
    "--broken-bg: #45191a; --broken-fg: #6e2a2a;\n",
    "--bogus: #d77fd3; --bogus-bg: #3c1a3b; --bogus-fg: #632c61; --present: #4fb872; "
    "--present-bg: #16391f; } }\n",
    "* { box-sizing: border-box; }\n",
    "body { margin: 0 auto; padding: 1rem; max-width: 76rem; background: var(--bg); "
    "color: var(--ink); font: 1rem/1.5 system-ui, \"Segoe UI\", Roboto, \"Liberation Sans\", "
    "Arial, sans-serif; }\n",
    "h1, h2, h3, p, ul, ol, dl, dd { margin: 0; padding: 0; }\n",
    "h1 { font-size: 1.75rem; line-height: 1.2; }\n",
    "h2 { font-size: 1.2rem; line-height: 1.3; overflow-wrap: anywhere; }\n",
    "h3 { font-size: 1rem; margin: 1.75rem 0 .5rem; }\n",
    "code, .addr, .name { font-family: ui-monospace, \"DejaVu Sans Mono\", \"Liberation "
    "Mono\", Consolas, monospace; }\n",
    "code, .addr { font-size: .875em; overflow-wrap: anywhere; }\n",
    "a { color: var(--link); }\n",
    ".dim, .meta, footer { color: var(--dim); }\n",
    ".i { width: 1em; height: 1em; flex: none; }\n",
    ".i, .i use { fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: "
    "round; stroke-linejoin: round; }\n",
    ".verdict { display: flex; gap: 1rem; padding: 1.25rem 1.5rem; border-radius: "
    ".75rem; border: 1px solid; border-left-width: .5rem; margin-bottom: 1rem; }\n",
    ".verdict h1 + p { color: var(--ink); }\n",
    ".verdict > .i { width: 2.5rem; height: 2.5rem; margin-top: .1rem; }\n",
    ".meta { font-size: .9rem; }\n",
    ".ok { color: var(--ok); background: var(--ok-bg); }\n",
    ".bad { color: var(--bad); background: var(--bad-bg); }\n",
    ".warn { color: var(--warn); background: var(--warn-bg); }\n",
    ".note { color: var(--note); background: var(--note-bg); }\n",
    ".chip.dim { color: var(--dim); background: var(--dim-bg); }\n",
    ".chip { display: inline-flex; align-items: center; gap: .35em; padding: .05em .6em; "
    "border-radius: 1em; font-size: .875rem; font-weight: 600; white-space: nowrap; "
    "max-width: 100%; overflow: hidden; text-overflow: ellipsis; }\n",
    ".card { background: var(--card); border: 1px solid var(--line); border-radius: "
    ".75rem; padding: 1.25rem 1.5rem; margin-bottom: 1rem; }\n",
    ".card > h2 + p { margin-top: .4rem; }\n",
    ".facts { display: flex; flex-wrap: wrap; gap: .75rem 2.5rem; margin-top: 1rem; }\n",
    "dt { font-size: .85rem; color: var(--dim); }\n",
    "dd { overflow-wrap: anywhere; }\n",
    ".findings { list-style: none; display: grid; gap: .6rem; }\n",
    ".finding { border-left: 4px solid; border-radius: .3rem; padding: .6rem .9rem; "
    "overflow-wrap: anywhere; }\n",
    ".finding p { color: var(--ink); }\n",
    ".finding .head { display: flex; flex-wrap: wrap; gap: .2rem .6rem; align-items: "
    "baseline; margin-bottom: .2rem; }\n",
    ".finding .chip { padding-left: 0; align-self: center; }\n",
    ".finding .dim { color: var(--dim); background: none; }\n",
    ".scroll { overflow-x: auto; padding-bottom: .25rem; }\n",
    ".scroll:focus-visible, a:focus-visible, summary:focus-visible { outline: 3px solid "
    "var(--link); outline-offset: 2px; border-radius: .2rem; }\n",
    ".lane { display: grid; grid-template-columns: 17rem 7.5rem minmax(28rem, 1fr); gap: "
    ".75rem; align-items: center; padding: .15rem 0; border-top: 1px solid var(--grid); }\n",
    ".lane:first-child { border-top: 0; }\n",
    ".lane .chip { justify-self: start; }\n",
    ".lane .track { grid-column: 3; width: 100%; height: 30px; display: block; overflow: "
    "hidden; }\n",
    ".axis .track { height: 22px; overflow: visible; }\n",
    ".who { font-size: .9rem; line-height: 1.3; overflow-wrap: anywhere; }\n",
    ".who .addr { display: inline-block; }\n",
    ".track text { font-size: 12px; fill: var(--seg); }\n",
    ".axis .track text { fill: var(--dim); }\n",
    ".axis .mid { text-anchor: middle; }\n",
    ".axis .end { text-anchor: end; font-weight: 600; }\n",
    ".tick { stroke: var(--dim); }\n",
    ".grid { stroke: var(--grid); }\n",
    ".track rect, .swatch rect { stroke-width: 2; }\n",
    ".s-asked rect, .s-unknown rect { fill: var(--card); stroke: var(--silent); "
    "stroke-dasharray: 3 3; }\n",
    ".s-absent rect { fill: url(#p-absent); stroke: var(--absent); }\n",
    ".s-other rect { fill: url(#p-other); stroke: var(--other); }\n",
    ".s-silent rect { fill: url(#p-silent); stroke: var(--silent); }\n",
    ".s-refused rect { fill: url(#p-refused); stroke: var(--broken); }\n",
    ".s-lame rect { fill: url(#p-lame); stroke: var(--broken); }\n",
    ".s-broken rect { fill: url(#p-broken); stroke: var(--broken); }\n",
    ".s-bogus rect { fill: url(#p-bogus); stroke: var(--bogus); }\n",
    ".s-present rect { fill: var(--present-bg); stroke: var(--present); }\n",
    ".s-confirmed rect { fill: var(--full); stroke: var(--present); }\n",
    ".s-relapsed rect { fill: url(#p-relapsed); stroke: var(--broken); }\n",
    ".s-left-out rect { fill: url(#p-left-out); stroke: var(--silent); stroke-dasharray: "
    "6 3; }\n",
    ".track .s-confirmed text { fill: #fff; font-weight: 600; }\n",
    ".legend { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.25rem; "
    "margin-top: .6rem; font-size: .85rem; color: var(--dim); }\n",
    ".legend li { display: flex; align-items: center; gap: .45rem; }\n",
    ".swatch { width: 26px; height: 16px; flex: none; }\n",
    "details { margin-top: .6rem; font-size: .9rem; }\n",
    "details ul { margin: .3rem 0 0 1.2rem; }\n",
    "summary { cursor: pointer; color: var(--link); width: fit-content; }\n",
    ".trust { list-style: none; display: flex; flex-wrap: wrap; gap: .75rem 2rem; }\n",
    ".trust li { position: relative; display: flex; flex-direction: column; gap: .2rem; "
    "align-items: flex-start; border: 1px solid; border-radius: .5rem; padding: .5rem "
    ".8rem; max-width: 24rem; overflow-wrap: anywhere; }\n",
    ".trust li b, .trust .reason { color: var(--ink); }\n",
    ".trust li .chip { padding: 0; background: none; }\n",
    ".trust .dim, .trust .reason { font-size: .85rem; }\n",
    ".trust li + li::before { content: \"\\2192\"; position: absolute; left: -1.55rem; top: "
    "50%; transform: translateY(-50%); color: var(--dim); }\n",
    "table { border-collapse: collapse; width: 100%; font-size: .9rem; }\n",
    "th, td { text-align: left; vertical-align: top; padding: .45rem .75rem .45rem 0; "
    "border-top: 1px solid var(--line); }\n",
    "thead th { border-top: 0; color: var(--dim); font-weight: 600; vertical-align: "
    "bottom; }\n",
    "tbody th { font-weight: 400; min-width: 11rem; max-width: 20rem; overflow-wrap: "
    "anywhere; }\n",
    "td:nth-of-type(1) { min-width: 12rem; max-width: 26rem; overflow-wrap: anywhere; }\n",
    ".n { font-variant-numeric: tabular-nums; white-space: nowrap; }\n",
    ".spread { width: auto; } .spread td:nth-of-type(1) { min-width: 0; }\n",
    ".spread th, .spread td { padding-right: .6rem; }\n",
    ".spread .bar { vertical-align: bottom; min-width: 3.4rem; }\n",
    ".bars { width: 100%; height: 7rem; display: block; border-bottom: 1px solid var(--dim); "
    "overflow: hidden; }\n",
    ".bar .bars { height: 2.5rem; } .swatch.bars { width: 26px; height: 16px; }\n",
    ".bars .shown { fill: var(--present); } .bars .failed { fill: url(#p-relapsed); "
    "stroke: var(--broken); stroke-width: 2; }\n",
    "footer { font-size: .85rem; padding: .5rem; }\n",
    ".drawings { position: absolute; width: 0; height: 0; }\n",
    "@media screen and (max-width: 50rem) { body { padding: .5rem; } .card, .verdict { "
    "padding: 1rem; border-radius: .5rem; }\n",
    ".lane { grid-template-columns: auto 1fr; min-width: 30rem; padding: .4rem 0; gap: "
    ".2rem .6rem; } .lane .track { grid-column: 1 / 3; } .lane .chip { order: -1; } .who "
    "{ max-width: 20rem; }\n",
    ".trust { flex-direction: column; gap: 1.6rem; } .trust li + li::before { content: "
    "\"\\2193\"; left: 1rem; top: -.85rem; } h1 { font-size: 1.4rem; } .facts { gap: .75rem "
    "1.5rem; } }\n",
    "@media print { :root { font-size: 11px; } body { padding: 0; max-width: none; } "
    ".card, .verdict { break-inside: auto; border-radius: 0; } .finding, .lane, tr, "
    ".trust li { break-inside: avoid; }\n",
    "h2, h3 { break-after: avoid; } .scroll { overflow: visible; } details { display: "
    "none; } .lane { grid-template-columns: 12rem 6.5rem 1fr; min-width: 0; } .lane "
    ".track { grid-column: 3; } th, td { padding-right: .4rem; }\n",
    "tbody th, td:nth-of-type(1) { min-width: 9rem; } * { print-color-adjust: exact; "
    "-webkit-print-color-adjust: exact; } }\n",
};

/* Icons, on a field of 16 by 16, and the patterns of the timeline. */
static const char *const drawings[] = {
    "<svg class=\"drawings\" aria-hidden=\"true\">",
    "<symbol id=\"i-ok\" viewBox=\"0 0 16 16\"><path d=\"M2.5 8.5l4 4 7-9\"/></symbol>",
    "<symbol id=\"i-no\" viewBox=\"0 0 16 16\"><path d=\"M3.5 3.5l9 9m0-9l-9 9\"/></symbol>",
    "<symbol id=\"i-wait\" viewBox=\"0 0 16 16\"><circle cx=\"8\" cy=\"8\" r=\"6\"/><path d=\"M8 "
    "4.5V8l2.5 2\"/></symbol>",
    "<symbol id=\"i-warn\" viewBox=\"0 0 16 16\"><path d=\"M8 2L15 14H1zM8 6.5v3.2M8 "
    "11.9v.1\"/></symbol>",
    "<symbol id=\"i-dash\" viewBox=\"0 0 16 16\"><path d=\"M3 8h10\"/></symbol>",
    "<symbol id=\"i-ring\" viewBox=\"0 0 16 16\"><circle cx=\"8\" cy=\"8\" r=\"5\"/></symbol>",
    "<symbol id=\"i-dot\" viewBox=\"0 0 16 16\"><circle cx=\"8\" cy=\"8\" r=\"3\" "
    "fill=\"currentColor\"/></symbol>",
    "<symbol id=\"i-differs\" viewBox=\"0 0 16 16\"><path d=\"M3 6h10M3 10h10M10 3L6 "
    "13\"/></symbol>",
    "<symbol id=\"i-back\" viewBox=\"0 0 16 16\"><path d=\"M3 8a5 5 0 1 0 2-4M3 "
    "2v3h3\"/></symbol>",
    "<pattern id=\"p-absent\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect "
    "width=\"8\" height=\"8\" style=\"fill:var(--absent-bg)\"/><path d=\"M-2 2l4-4M0 8l8-8M6 "
    "10l4-4\" style=\"stroke:var(--absent-fg);stroke-width:2.5\"/></pattern>",
    "<pattern id=\"p-other\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect "
    "width=\"8\" height=\"8\" style=\"fill:var(--other-bg)\"/><path d=\"M4 0v8\" "
    "style=\"stroke:var(--other-fg);stroke-width:3\"/></pattern>",
    "<pattern id=\"p-silent\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect "
    "width=\"8\" height=\"8\" style=\"fill:var(--silent-bg)\"/><circle cx=\"4\" cy=\"4\" r=\"1.6\" "
    "style=\"fill:var(--silent-fg)\"/></pattern>",
    "<pattern id=\"p-refused\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect "
    "width=\"8\" height=\"8\" style=\"fill:var(--broken-bg)\"/><path d=\"M-2 6l4 4M0 0l8 "
    "8M6-2l4 4\" style=\"stroke:var(--broken-fg);stroke-width:2.5\"/></pattern>",
    "<pattern id=\"p-lame\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect "
    "width=\"8\" height=\"8\" style=\"fill:var(--broken-bg)\"/><path d=\"M0 4h5\" "
    "style=\"stroke:var(--broken-fg);stroke-width:3\"/></pattern>",
    "<pattern id=\"p-broken\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect "
    "width=\"8\" height=\"8\" style=\"fill:var(--broken-bg)\"/><path d=\"M4 0v8M0 4h8\" "
    "style=\"stroke:var(--broken-fg);stroke-width:2.5\"/></pattern>",
    "<pattern id=\"p-bogus\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect "
    "width=\"8\" height=\"8\" style=\"fill:var(--bogus-bg)\"/><path d=\"M0 0l8 8M8 0L0 8\" "
    "style=\"stroke:var(--bogus-fg);stroke-width:2\"/></pattern>",
    "<pattern id=\"p-relapsed\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><rect "
    "width=\"6\" height=\"6\" style=\"fill:var(--broken-bg)\"/><rect width=\"6\" height=\"6\" "
    "style=\"fill:var(--broken)\"/><path d=\"M0 3h6\" "
    "style=\"stroke:var(--card);stroke-width:2\"/></pattern>",
    "<pattern id=\"p-left-out\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect "
    "width=\"8\" height=\"8\" style=\"fill:var(--silent-bg)\"/><path d=\"M0 4h8\" "
    "style=\"stroke:var(--silent-fg);stroke-width:1.5\"/></pattern>",
    "</svg>\n",
};

void render_style(struct html *h)
{
	size_t i;

	html_raw(h, "<style>\n");
	for (i = 0; i < sizeof(style) / sizeof(style[0]); i++)
		html_raw(h, style[i]);
	html_raw(h, "</style>\n");
}

void render_drawings(struct html *h)
{
	size_t i;

	for (i = 0; i < sizeof(drawings) / sizeof(drawings[0]); i++)
		html_raw(h, drawings[i]);
}
