import type { Refusal, RequestHead } from './admit.ts'
import type { Failure } from './failure.ts'

export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * A refusal as whoever asked can read it: a page for a browser, JSON for a script of ours, a line for a program. The page
 * stands by itself, because nothing that draws the others has run; it loads nothing, and its policy says so.
 */
export function refusalAnswer(
  refusal: Refusal | Failure,
  { target, headers }: Pick<RequestHead, 'target' | 'headers'>,
): Answer {
  const { status, title, words } = refusal
  const common = { 'cache-control': 'no-store', ...refusal.headers }
  const accept = String(headers.accept ?? '')
  if (headers['next-action'] !== undefined) {
    // The framework hands the body on to who sent the form only with just this type (components/ui/lost-words.ts).
    return {
      status,
      headers: { ...common, 'content-type': 'text/plain' },
      body: JSON.stringify({ kind: 'refused', words }),
    }
  }
  if (accept.includes('application/json')) {
    return {
      status,
      headers: { ...common, 'content-type': 'application/json; charset=utf-8' },
      body: `${JSON.stringify({ kind: 'refused', words })}\n`,
    }
  }
  if (target.startsWith('/api/') || !accept.includes('text/html')) {
    return {
      status,
      headers: { ...common, 'content-type': 'text/plain; charset=utf-8' },
      body: `${title}. ${words}\n`,
    }
  }
  return {
    status,
    headers: { ...common, 'content-type': 'text/html; charset=utf-8' },
    body: page(title, words),
  }
}

const page = (title: string, words: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)} · Coherent</title>
<style>
:root { color-scheme: light dark; font: 1.0625rem/1.6 Georgia, serif }
body { max-width: 38rem; margin: 3rem auto; padding: 0 1rem; overflow-wrap: anywhere }
</style>
<main>
<h1>${escaped(title)}</h1>
<p role="alert">${escaped(words)}</p>
<p><a href="/rfc">All proposals</a></p>
</main>
</html>
`

const escaped = (text: string) =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? '&quot;')
