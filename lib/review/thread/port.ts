/**
 * Where a thread stands in a revision that came after its own, and the words for how that was found. `lib/anchor` says what
 * the states mean.
 */
import type { PlaceState } from '#lib/anchor/carry.ts'
import { fateWords, STEP_FATES, type StepFate } from '#lib/simulation/step-shown.ts'

export type PortRow = {
  readonly thread: string
  readonly revision: string
  readonly state: string
  /** Null of an orphan, as are the offsets: UTF-16 units from the start of the block's text. */
  readonly key: string | null
  readonly start: number | null
  readonly end: number | null
  /** 0 to 1. */
  readonly survival: number
}

/** How a thread came to stand where it is shown. */
export type Carried = {
  readonly state: PlaceState
  readonly survival: number
  /** The revision that it was opened on. */
  readonly from: number
  /** Who said by hand that it stands here, or where it stood in an earlier revision; null: nobody. */
  readonly pinnedBy: string | null
  /** That earlier revision, from whose place it was carried on; left out: they said it of this one. */
  readonly pinnedIn?: number
  /** The words, in UTF-16 units from the start of the block; null: no words, but a block or nothing. */
  readonly words: { readonly blockKey: string; readonly start: number; readonly end: number } | null
  /** Left out: it is about a passage. */
  readonly about?: 'whole' | 'step'
  /** Of a step: whether the model still goes there; null: nobody has looked. */
  readonly fate?: StepFate | null
}

/** What of a place depends on what the thread is about. */
export const aboutOf = (
  about: string | null | undefined,
  fate: string | null | undefined,
): Pick<Carried, 'about' | 'fate'> =>
  about === 'whole'
    ? { about }
    : about === 'step'
      ? { about, fate: STEP_FATES.find((one) => one === fate) ?? null }
      : {}

/** From a row of the database, for the revision that is shown. */
export const pinnedOf = (
  row: { readonly pinned_by: string | null; readonly pinned_in: number | null },
  shown: number,
): Pick<Carried, 'pinnedBy' | 'pinnedIn'> => ({
  pinnedBy: row.pinned_by,
  ...(row.pinned_in === null || row.pinned_in === shown ? {} : { pinnedIn: row.pinned_in }),
})

/** For a reader, as the end of a line about the thread: `from v1, edited: 85 % of the quoted words are here`. */
export function carriedWords(carried: Carried): string {
  const { about, fate = null, from, state } = carried
  if (about === 'whole') return `from v${from}, on the whole`
  if (about === 'step' && carried.pinnedBy === null && state !== 'orphaned')
    return `from v${from}: ${fateWords(fate)}`
  const words = placedWords(carried)
  return about === 'step' ? `${words}; ${fateWords(fate)}` : words
}

function placedWords({ state, survival, from, pinnedBy, pinnedIn }: Carried): string {
  if (pinnedBy !== null && pinnedIn === undefined) return `from v${from}, placed by hand by ${pinnedBy}`
  const origin =
    pinnedBy === null ? `from v${from}` : `from v${from}, placed by hand in v${pinnedIn} by ${pinnedBy}`
  // What somebody pointed at by hand is not what the thread quotes.
  const words = pinnedBy === null ? 'the quoted words' : 'the words there'
  const share = `${Math.round(survival * 100)} % of ${words}`
  switch (state) {
    case 'exact':
      return `${origin}, ${words} are unchanged`
    case 'moved':
      return `${origin}, ${words} moved here`
    case 'edited':
      return `${origin}, edited: ${share} are here`
    case 'approximate':
      return `${origin}, probably here: ${share} are`
    case 'block':
      return `${origin}, ${words} are gone; this is the passage that they stood in`
    case 'orphaned':
      return `${origin}, ${words} are gone from this text`
  }
}

/** The same where there is room for a few words: `from v1, edited`. `share`: and how much is left. */
export function carriedBriefly(
  { state, survival, from, pinnedBy, about, fate }: Omit<Carried, 'words'>,
  share: boolean,
): string {
  if (about === 'whole') return `from v${from}`
  if (about === 'step' && pinnedBy === null && state !== 'orphaned')
    return `from v${from}, ${BRIEF_FATES[fate ?? 'unseen']}`
  if (pinnedBy !== null) return `from v${from}, placed by hand`
  const left = share ? ` (${Math.round(survival * 100)} % left)` : ''
  switch (state) {
    case 'exact':
      return `from v${from}, unchanged`
    case 'moved':
      return `from v${from}, moved`
    case 'edited':
      return `from v${from}, edited${left}`
    case 'approximate':
      return `from v${from}, probably here${left}`
    case 'block':
      return `from v${from}, its words are gone`
    case 'orphaned':
      return `from v${from}, its passage is gone`
  }
}

const BRIEF_FATES = {
  same: 'the same model',
  replays: 'the model changed, the step is there',
  gone: 'the model changed, the step is gone',
  unseen: 'its model was not looked at yet',
} as const

/** Where threads stand whose passage is gone: at the head of its write-up. No block has such a key. */
export const goneFrom = (writeup: string): string => `gone:${writeup}`

/** The write-up of such a place; null: it is a block's key. */
export const writeupGoneFrom = (key: string): string | null =>
  key.startsWith('gone:') ? key.slice('gone:'.length) : null
