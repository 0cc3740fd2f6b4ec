import { Html, html } from '#components/ui/html.ts'

/**
 * A page for the answer to a form that was sent without scripts, whole in itself: it has to carry somebody's words
 * through whatever happened, also when the program was replaced meanwhile and the page that they were typed on has
 * styles that no longer exist. So it has its own few rules and asks for nothing else.
 */
export function answerPage(title: string, content: Html, theme: string | undefined): string {
  const page = html`<!doctype html><html lang="en" data-theme="${theme ?? ''}"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><link rel="icon" href="/icon.svg">
    <title>${title} · Coherent</title><style>${new Html(STYLE)}</style></head><body><main>
    <h1>${title}</h1>${content}</main></body></html>`
  return page.text
}

/** The colours of app/tokens.css, and what a form needs. */
const STYLE = `
:root{color-scheme:light dark;--paper:#fcfbf8;--ink:#1d1b18;--soft:#524e48;--rule:#d8d4ca;--accent:#0b4f8a;--alarm:#961b1b}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){--paper:#16171a;--ink:#e7e4dd;--soft:#b5b1a8;--rule:#3b3e44;--accent:#93c4f4;--alarm:#ffa39a}}
:root[data-theme=dark]{color-scheme:dark;--paper:#16171a;--ink:#e7e4dd;--soft:#b5b1a8;--rule:#3b3e44;--accent:#93c4f4;--alarm:#ffa39a}
:root[data-theme=light]{color-scheme:light}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 ui-sans-serif,system-ui,"Segoe UI",Arial,sans-serif;overflow-wrap:anywhere}
main{max-width:42rem;margin:0 auto;padding:24px 16px}
h1{font-size:1.5rem;line-height:1.25}h4{margin:16px 0 8px;color:var(--soft)}
a{color:var(--accent)}label{display:block;margin:16px 0 8px;font-weight:600}
textarea{box-sizing:border-box;width:100%;min-height:14rem;padding:8px 12px;border:1px solid var(--soft);background:none;color:inherit;font:.875rem/1.5 ui-monospace,monospace}
input:not([type=hidden]){box-sizing:border-box;width:100%;max-width:26rem;min-height:2.5rem;padding:8px 12px;border:1px solid var(--soft);background:none;color:inherit;font:inherit}
fieldset{margin:16px 0;border:1px solid var(--rule)}
[role=alert]{color:var(--alarm)}form p:not([role=alert]){color:var(--soft);font-size:.875rem}
button{min-height:2.5rem;margin:0 12px 8px 0;padding:8px 16px;border:1px solid var(--accent);border-radius:3px;background:none;color:var(--accent);font:inherit}
button[value=send]{background:var(--accent);color:var(--paper);font-weight:600}
blockquote{margin:8px 0;padding-left:12px;border-left:2px solid var(--rule);color:var(--soft)}
pre,[data-kind]{font:.875rem/1.5 ui-monospace,monospace;white-space:pre-wrap}
section{margin-top:16px;border-top:1px solid var(--rule)}
@media (prefers-contrast:more){textarea,button{border-width:2px}}
`
