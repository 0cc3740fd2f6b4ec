/**
 * Words that were typed and not sent, for as long as they are not: another form at the same place, a reload, Back, another
 * tab or a browser that was closed loses none.
 *
 * With them stands the once-only key that they are sent with. It belongs to the words and not to the form: when they
 * were stored and the answer was lost, the same words come back in another form, and must not become a second comment.
 */
export type Draft = {
  readonly text: string
  readonly clientKey: string
  /** Of an edit: the version whose words were changed. Empty otherwise. */
  readonly lockVersion: string
  /** What was chosen and typed beside the words, by the names of the fields. */
  readonly more?: Readonly<Record<string, string>>
}

/** What is written about, by whom: `4711beef futex thread 1 <block>`, `… reply 7.2`, `… edit 7.2`. */
export type DraftName = string

const PREFIX = 'draft '
/** Of one browser, over all proposals: the oldest go. */
export const MOST_DRAFTS = 100

/** Null: there is none. */
export function readDraft(name: DraftName): Draft | null {
  try {
    return draftIn(localStorage.getItem(PREFIX + name))
  } catch {
    return null // storage is switched off: then a draft lives only in its form
  }
}

/**
 * Without words there is no draft, and no key.
 *
 * @returns whether the browser has it: when not, leaving the page loses it
 */
export function keepDraft(name: DraftName, draft: Draft, now: number): boolean {
  try {
    if (draft.text === '') localStorage.removeItem(PREFIX + name)
    else {
      if (localStorage.getItem(PREFIX + name) === null) forgetOldest()
      localStorage.setItem(PREFIX + name, JSON.stringify({ ...draft, at: now }))
    }
    return true
  } catch {
    return draft.text === '' // switched off, or full
  }
}

/**
 * After `sent` was stored under `key`: its draft goes, key and all. Words that took their place meanwhile, in this form or
 * in another, stay with a key of their own, because the other is used up; they are returned.
 */
export function settleDraft(
  name: DraftName,
  of: { readonly sent: string; readonly key: string; readonly freshKey: string; readonly now: number },
): Draft | null {
  const kept = readDraft(name)
  if (kept === null) return null
  if (kept.text === of.sent) {
    keepDraft(name, { ...kept, text: '' }, of.now)
    return null
  }
  if (kept.clientKey !== of.key) return kept
  const left = { ...kept, clientKey: of.freshKey }
  keepDraft(name, left, of.now)
  return left
}

function forgetOldest(): void {
  const names = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))
  if (names.length < MOST_DRAFTS) return
  const ages = names.map((name) => ({ name, at: timeIn(localStorage.getItem(name)) }))
  const oldestFirst = ages.sort((a, b) => a.at - b.at)
  for (const { name } of oldestFirst.slice(0, names.length - MOST_DRAFTS + 1)) localStorage.removeItem(name)
}

function valuesIn(stored: string | null): Record<string, unknown> {
  if (stored === null) return {}
  try {
    const value: unknown = JSON.parse(stored)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {} // somebody else's, or an older program's
  }
}

const timeIn = (stored: string | null) => Number(valuesIn(stored).at) || 0

function draftIn(stored: string | null): Draft | null {
  const { text, clientKey, lockVersion, more } = valuesIn(stored)
  if (typeof text !== 'string' || typeof clientKey !== 'string') return null
  const draft = { text, clientKey, lockVersion: typeof lockVersion === 'string' ? lockVersion : '' }
  if (typeof more !== 'object' || more === null) return draft
  const pairs = Object.entries(more).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
  return { ...draft, more: Object.fromEntries(pairs) }
}
