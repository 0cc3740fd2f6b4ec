/**
 * Words that were typed and not sent, by passage, for as long as the tab lives: another form or a reload loses none.
 *
 * With them stands the once-only key that they are sent with. It belongs to the words and not to the form: when they
 * were stored and the answer was lost, the same words come back in another form, and must not become a second comment.
 */
export type Draft = { readonly text: string; readonly clientKey: string }

const keyOf = (name: string) => `draft ${location.pathname} ${name}`

/**
 * Null: there is none.
 *
 * @param name of what is written about: `thread <block>`, `reply 7.2`
 */
export function readDraft(name: string): Draft | null {
  try {
    return draftIn(sessionStorage.getItem(keyOf(name)))
  } catch {
    return null // storage is switched off: then a draft lives only in its form
  }
}

/** Without words there is no draft, and no key. */
export function keepDraft(name: string, draft: Draft): void {
  try {
    if (draft.text === '') sessionStorage.removeItem(keyOf(name))
    else sessionStorage.setItem(keyOf(name), JSON.stringify(draft))
  } catch {
    // as above, or full
  }
}

/**
 * After `sent` was stored: its draft goes, key and all. Words that were typed meanwhile stay, with a key of their own,
 * because the other is used up; they are returned.
 */
export function settleDraft(
  name: string,
  { sent, now, freshKey }: { readonly sent: string; readonly now: string; readonly freshKey: string },
): Draft | null {
  const left = now === sent || now === '' ? null : { text: now, clientKey: freshKey }
  keepDraft(name, left ?? { text: '', clientKey: '' })
  return left
}

function draftIn(stored: string | null): Draft | null {
  if (stored === null) return null
  const value: unknown = JSON.parse(stored)
  if (typeof value !== 'object' || value === null) return null
  const { text, clientKey } = value as Record<string, unknown> // whatever an object is, it has names
  return typeof text === 'string' && typeof clientKey === 'string' ? { text, clientKey } : null
}
