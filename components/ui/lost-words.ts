/**
 * What is said when a form was sent and nothing of ours came back. The browser knows that it asked, not what became of
 * it: nothing here says that something was stored, or that nothing was.
 */

/** @param error what the framework threw: the network's, the server's with a digest, or that the program was replaced */
export function lostWords(error: unknown, isOnline: boolean): string {
  if (error instanceof Error && error.name === 'UnrecognizedActionError')
    return 'The program was replaced since this page was loaded, so it did not take the form. What you typed stays here: open the page again in another tab, and do it there.'
  const refused = error instanceof Error ? refusedWords(error.message) : null
  if (refused !== null) return refused
  const digest = digestOf(error)
  if (digest !== null)
    return `The server could not finish this, and it is not known whether it was done. What you typed stays here: try again, and tell the operator the number ${digest} when it stays so.`
  return isOnline
    ? 'No answer came, so it is not known whether this was done. What you typed stays here: try again in a moment.'
    : 'You are offline, so no answer came. What you typed stays here: try again when the connection is back.'
}

/** By which the server’s log knows an error. */
function digestOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('digest' in error)) return null
  return typeof error.digest === 'string' ? error.digest.slice(0, 40) : null
}

/** What the server refused a form with before it was read (lib/request/refusal-page.ts); null: this is no refusal of ours. */
function refusedWords(body: string): string | null {
  try {
    const said: unknown = JSON.parse(body)
    const isOurs = typeof said === 'object' && said !== null && 'kind' in said && said.kind === 'refused'
    return isOurs && 'words' in said && typeof said.words === 'string' ? said.words.slice(0, 1000) : null
  } catch {
    return null
  }
}
