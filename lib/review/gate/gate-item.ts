/**
 * What the gate asks of a revision, item by item, and what became of each: plain data, the same on the page, as text, as
 * JSON, at the command line and where something is refused.
 */
import { z } from 'zod'
import { DOCUMENT_IDS } from '#lib/writeup/parse/document-id.ts'

/** States in which an item asks for nothing more. */
export const CLOSED_STATES = ['answered', 'not-applicable', 'as-claimed', 'has-text'] as const
export const OPEN_STATES = [
  'missing',
  'misplaced',
  'empty',
  'placeholder',
  'template',
  'too-short',
  'claim-missing',
  'claim-not-as-claimed',
  'claim-stale',
  'weak',
  'no-text',
  'no-questions',
] as const

export type GateState = (typeof CLOSED_STATES)[number] | (typeof OPEN_STATES)[number]

/** `questionnaire`: there is none to be held to, so nothing can pass. */
export const GATE_SUBJECTS = ['question', 'write-up', 'claim', 'questionnaire'] as const

export type GateItem = {
  readonly subject: (typeof GATE_SUBJECTS)[number]
  /** Of the question, the write-up, the claim, the questionnaire; unique among items of its subject. */
  readonly id: string
  /** Where it belongs; of a claim where it stands. */
  readonly writeup: (typeof DOCUMENT_IDS)[number]
  readonly state: GateState
  readonly isOpen: boolean
  /** What is asked: the question's help, the claim's sentence. */
  readonly asks: string
  /** A sentence or two for who has to do something, or to look. */
  readonly why: string
  /** The first block of the answer, else of where it should stand; null: there is none. */
  readonly blockKey: string | null
  /** In the bundle, with the place of the answer: line and column from 1. Of what is missing: where its write-up begins. */
  readonly file: string
  readonly line: number
  readonly column: number
  /** SHA-256 in hex of the answer's words, white space collapsed; null: no answer, or no question. */
  readonly answerHash: string | null
}

export type WeakMark = {
  readonly id: string
  readonly question: string
  /** Of the words that it was said of: another answer is open no more for it. */
  readonly answerHash: string
  readonly reason: string
  readonly by: { readonly id: string; readonly name: string }
  /** As `momentOf` writes it. */
  readonly at: string
  /** The revision on which it was said. */
  readonly revision: number
}

export type GateResult = {
  readonly passes: boolean
  /** Questions, write-ups without text or with the template's, claims; open ones and others, in the order of the document. */
  readonly items: readonly GateItem[]
  /** Questions that are open. */
  readonly open: number
  /** Questions. */
  readonly of: number
  /** Claims that must be as claimed. */
  readonly claims: { readonly open: number; readonly of: number }
  /** Marks that stand, of these very answers. */
  readonly weak: readonly WeakMark[]
}

const text = z.string().max(600_000)

/** As it is stored with a revision; read as hostile. */
export const storedItems = z
  .array(
    z.object({
      subject: z.enum(GATE_SUBJECTS),
      id: text,
      writeup: z.enum(DOCUMENT_IDS),
      state: z.enum([...CLOSED_STATES, ...OPEN_STATES]),
      isOpen: z.boolean(),
      asks: text,
      why: text,
      blockKey: text.nullable(),
      file: text,
      line: z.int().min(0),
      column: z.int().min(0),
      answerHash: text.nullable(),
    }),
  )
  .max(20_000)
  .readonly()

/** Open items that are about a document as a whole: `without` text, and `begun`, with words of the template in it. */
export function writeupsOpen(items: readonly GateItem[]): { without: number; begun: number } {
  const open = items.filter(({ subject, isOpen }) => subject === 'write-up' && isOpen)
  const begun = open.filter(({ state }) => state === 'template').length
  return { without: open.length - begun, begun }
}

/** The gate of items and of what reviewers said of their answers. */
export function gateResult(items: readonly GateItem[], marks: readonly WeakMark[]): GateResult {
  const standing: WeakMark[] = []
  const told = items.map((item): GateItem => {
    if (item.subject !== 'question' || item.answerHash === null) return item
    const own = marks.filter((mark) => mark.question === item.id && mark.answerHash === item.answerHash)
    standing.push(...own)
    const [first] = own
    if (!first || item.isOpen) return item
    const others = own.length > 1 ? ` (and ${own.length - 1} more)` : ''
    const why = `${first.by.name} says that it does not answer: “${first.reason}”${others}`
    return { ...item, state: 'weak', isOpen: true, why }
  })
  const questions = told.filter(({ subject }) => subject === 'question')
  const claims = told.filter(({ subject }) => subject === 'claim')
  const openIn = (some: readonly GateItem[]) => some.filter(({ isOpen }) => isOpen).length
  return {
    passes: !told.some(({ isOpen }) => isOpen),
    items: told,
    open: openIn(questions),
    of: questions.length,
    claims: { open: openIn(claims), of: claims.length },
    weak: standing,
  }
}
