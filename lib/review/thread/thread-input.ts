import { z } from 'zod'
import { groupDigits } from '#lib/figures.ts'
import { commentInput, refusalWords } from '#lib/review/comment/comment-input.ts'
import { SLUG } from '#lib/review/proposal/address.ts'
import { MAX_SUGGESTED } from '#lib/review/suggestion/suggestion.ts'
import { ACT_NAMES, THREAD_KINDS } from './state.ts'

/** What the forms of threads send. What their text becomes before anything looks at it says `comment-input.ts`. */
const body = z.string().transform((typed, context) => {
  const input = commentInput(typed)
  if (input.ok) return input.value.text
  context.addIssue({ code: 'custom', message: refusalWords(input.error) })
  return z.NEVER
})

/** Made with the form, sent with each try: a double click or a retry makes one comment. */
const clientKey = z.uuid('The form lost its key; load the page again (copy your text first).')

const counted = z.coerce.number().int().positive().max(999_999_999)

/** Longer than anybody quotes, and shorter than what would be sent to be awkward. */
export const MAX_QUOTE = 10_000

/** Of the link to a step: the longest run of a page, in the words of its address. */
export const MAX_STEP = 30_000

/** Of words that were selected; a form about a whole passage leaves it empty. */
const offset = z
  .union([z.literal('').transform(() => undefined), z.coerce.number().int().nonnegative().max(10_000_000)], {
    message: 'The place of the quoted words is damaged. Your text stays here: select the words again.',
  })
  .optional()

const quote = {
  /** UTF-16 offsets in the block's text; `end` is exclusive. */
  start: offset,
  end: offset,
  /** The words as they were seen. */
  exact: z
    .string()
    .max(
      MAX_QUOTE,
      `A quote has at most ${groupDigits(MAX_QUOTE)} characters. Your text stays here: select fewer words.`,
    )
    .optional(),
}

/** Beside a comment's words: cleaned as they are, bounded in size, and possibly empty. */
const MAX_ASIDE = 2000
export const aside = z.string().transform((typed, context) => {
  if (typed.trim() === '') return ''
  const input = commentInput(typed)
  const refusal = input.ok
    ? input.value.text.length > MAX_ASIDE
      ? `At most ${MAX_ASIDE} characters here. Say the essence; a comment has room for more.`
      : null
    : refusalWords(input.error)
  if (refusal === null) return input.ok ? input.value.text.trim() : ''
  context.addIssue({ code: 'custom', message: refusal })
  return z.NEVER
})

/** What is suggested in place of source: cleaned as words are, and empty where it takes words away. */
const suggested = z.string().transform((typed, context) => {
  if (typed.trim() === '') return ''
  const input = commentInput(typed)
  const refusal = !input.ok
    ? refusalWords(input.error)
    : input.value.text.length > MAX_SUGGESTED
      ? `A suggestion has at most ${groupDigits(MAX_SUGGESTED)} characters. Your text stays here: suggest less at once.`
      : null
  if (input.ok && refusal === null) return input.value.text
  context.addIssue({ code: 'custom', message: `The suggestion: ${refusal}` })
  return z.NEVER
})

/** Which passage. `slug` is the address's. */
export const OpenThreadInput = z.object({
  slug: z.string().regex(SLUG),
  revision: z.coerce.number().int().positive().max(999),
  blockKey: z.string().regex(/^[\x21-\x7e]{1,200}$/),
  ...quote,
  /** Of a step of the simulation that the block is: the fragment that opens it there. It is gone to before anything is written. */
  step: z
    .string()
    .max(
      MAX_STEP,
      'This schedule is longer than a comment can point at. Your text stays here: comment on the simulation.',
    )
    .default(''),
  /** A form that was opened before there were kinds has none. */
  kind: z.union([z.literal('').transform(() => 'note' as const), z.enum(THREAD_KINDS)]).default('note'),
  /** Of an objection; of other kinds it is left where it was typed. */
  clearsWhen: aside.default(''),
  /** `yes`: `suggestion` is one. Otherwise it is what a browser kept. */
  suggests: z.string().optional(),
  suggestion: suggested.optional(),
  body,
  clientKey,
})

/** As the act takes it. */
type Suggesting = Pick<z.output<typeof OpenThreadInput>, 'suggests' | 'suggestion'>
export const newThreadOf = <Input extends Suggesting>({ suggests, suggestion, ...input }: Input) => ({
  ...input,
  suggestion: suggests === 'yes' ? suggestion : undefined,
})

/** Which comment: its thread's number and its own. */
const place = { slug: z.string().regex(SLUG), thread: counted, comment: counted }

export const ReplyInput = z.object({ ...place, body, clientKey })

export const EditInput = z.object({
  ...place,
  /** The version that the editor saw: someone with an older one is told, and loses nothing. */
  lockVersion: z.coerce.number().int().nonnegative().max(999_999_999),
  body,
})

const seen = (text: string) => ({ thread: Number(text.split('.')[0]), comment: Number(text.split('.')[1]) })
/** `7.2`: one button carries what it is about. */
export const DeletionInput = z.object({
  slug: place.slug,
  comment: z
    .string()
    .regex(/^[1-9]\d{0,8}\.[1-9]\d{0,8}$/)
    .transform(seen),
})

/** `lock 7`: maintainers alone add to thread 7 from then on; or `unlock 7`. */
export const LockInput = z.object({
  slug: place.slug,
  act: z
    .string()
    .regex(/^(?:un)?lock [1-9]\d{0,8}$/)
    .transform((text) => ({
      wish: text.startsWith('un') ? ('unlock' as const) : ('lock' as const),
      thread: Number(text.split(' ')[1]),
    })),
})

/** Where thread 7 stands in the newest revision: a passage, or words of it by their offsets or by themselves. */
export const PinInput = z.object({
  slug: place.slug,
  thread: counted,
  revision: z.coerce.number().int().positive().max(999),
  blockKey: z.string().regex(/^[\x21-\x7e]{1,200}$/, 'Choose a passage.'),
  ...quote,
})

/** `7.1`: the suggestion of the first comment of thread 7. */
export const suggestionNamed = (text: string) =>
  /^[1-9]\d{0,8}\.[1-9]\d{0,8}$/.test(text) ? seen(text) : null

/** `accept 7.1`. Beside it the words of an author's own, for a text that moved on: they are looked at by the act. */
export const SuggestionInput = z.object({
  slug: place.slug,
  act: z
    .string()
    .regex(/^(?:accept|decline) [1-9]\d{0,8}\.[1-9]\d{0,8}$/)
    .transform((text) => ({
      wish: text.startsWith('accept') ? ('accept' as const) : ('decline' as const),
      ...seen(text.split(' ')[1] ?? ''),
    })),
  revision: z.coerce.number().int().positive().max(999).optional(),
  there: z.string().optional(),
  words: z.string().optional(),
})

/** `resolve 7`: an act of the table and a thread's number. */
export const StateInput = z.object({
  slug: place.slug,
  act: z
    .string()
    .regex(/^[a-z-]{1,40} [1-9]\d{0,8}$/)
    .transform((text) => {
      const [wish, number] = text.split(' ')
      return { wish, thread: Number(number) }
    })
    .pipe(z.object({ wish: z.enum(ACT_NAMES), thread: z.number() })),
})

/** Acts of the table that bring words, reasons or points, and `condition`: what would clear an objection. */
export const WORDED_ACTS = ['answer', 'keep', 'split', 'challenge', 'override', 'condition'] as const
export type WordedAct = (typeof WORDED_ACTS)[number]
export const isWordedAct = (text: string): text is WordedAct => WORDED_ACTS.some((act) => act === text)

/** Points of one form: `words1` and `clears1` to the last. */
export const MAX_ROWS = 20
export const rowNames = (row: number) => ({ words: `words${row}`, clears: `clears${row}` })
export const ROW_FIELDS: readonly string[] = Array.from({ length: MAX_ROWS }, (_, at) =>
  Object.values(rowNames(at + 1)),
).flat()

const act = z.object({ slug: place.slug, thread: counted, clientKey, intent: z.string().max(20) })

/** An answer, or that it is kept open: words that go out as a comment. */
const SpokenInput = act.extend({ act: z.enum(['answer', 'keep']), body })
/** The next revision answers it: nothing is said. */
const PromiseInput = act.extend({ act: z.literal('answer'), intent: z.literal('promise') })
const ReasonInput = act.extend({ act: z.enum(['challenge', 'override', 'condition']), body: aside })
const SplitInput = act.extend({
  act: z.literal('split'),
  ...Object.fromEntries(ROW_FIELDS.map((name) => [name, aside.default('')])),
})

/** By what a form says that it is: a union would hide which field is wrong. */
export function actInputOf(form: { readonly act?: string; readonly intent: string }) {
  switch (form.act) {
    case 'split':
      return SplitInput.transform(({ slug, thread, clientKey, ...rest }) => {
        const typed = z.record(z.string(), z.unknown()).parse(rest)
        const rows = Array.from({ length: MAX_ROWS }, (_, at) => rowNames(at + 1)).map(
          ({ words, clears }) => ({
            body: String(typed[words] ?? ''),
            clearsWhen: String(typed[clears] ?? ''),
          }),
        )
        const points = rows.filter((row) => row.body !== '' || row.clearsWhen !== '')
        return { slug, thread, clientKey, act: 'split' as const, points }
      })
    case 'answer':
      return form.intent === 'promise'
        ? PromiseInput.transform((input) => ({ ...input, body: null }))
        : SpokenInput
    case 'keep':
      return SpokenInput
    default:
      return ReasonInput
  }
}
export type ActInput = z.output<ReturnType<typeof actInputOf>>
