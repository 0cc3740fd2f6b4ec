import 'server-only'
import { randomUUID } from 'node:crypto'
import { makeSelector } from '#lib/anchor/selector.ts'
import type { Transaction } from '#lib/db.server.ts'
import { err, invariant, type Result } from '#lib/result.ts'
import { commentMessageId } from '#lib/review/comment/message-id.ts'
import { isCondition } from '#lib/review/objection/objection.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { sourcesOf } from '#lib/review/suggestion/read-suggestions.server.ts'
import { describeNoSuggestion, suggestOn } from '#lib/review/suggestion/suggest-on.ts'
import { NO_WORDS } from '#lib/review/suggestion/suggestion.ts'
import type { ThreadKind } from '#lib/review/thread/state.ts'
import type { ThreadFailure } from '#lib/review/thread/thread.ts'
import { writeupOfWhole } from '#lib/review/thread/whole.ts'
import type { ThreadRow } from '#lib/review/thread/write-threads.server.ts'
import type { StepSeen } from '#lib/simulation/step-shown.ts'
import { act, type Place, Refused } from './act.server.ts'
import { Asked } from './asked.server.ts'
import { sameWordsOn } from './same-words.server.ts'
import { type NewComment, writeDiscussion } from './write-discussion.server.ts'

export type NewThread = {
  readonly slug: string
  readonly revision: number
  /** Of a block; or `wholeOf` a write-up, of the cover for the whole proposal. */
  readonly blockKey: string
  /** A step of the simulation that the block is, which the program has gone to: never what a form says that it is. */
  readonly step?: StepSeen | undefined
  /** UTF-16 offsets in the block's text, and the words that were seen there; none: the whole block. */
  readonly start?: number | undefined
  readonly end?: number | undefined
  readonly exact?: string | undefined
  readonly body: string
  readonly clientKey: string
  /** A note, where nothing is said. */
  readonly kind?: ThreadKind
  /** Of an objection: what would clear it. */
  readonly clearsWhen?: string
  /** Source in place of that of these words; none: the comment has only its own. */
  readonly suggestion?: string | undefined
}

/** Opens a thread on a block of a revision, or on words of it, with its first comment. */
export function openThread(
  viewer: Viewer,
  input: NewThread,
  now = new Date(),
): Promise<Result<Place, ThreadFailure>> {
  const kind = input.kind ?? 'note'
  const clearsWhen = kind === 'objection' ? (input.clearsWhen ?? '').trim() : ''
  const once = {
    key: input.clientKey,
    kind: 'open-thread',
    target: [
      ...[input.slug, input.revision, input.blockKey, ...quoted(input)],
      ...(input.step === undefined ? [] : [stepName(input.step)]),
      // A note's key was made of less before there were kinds.
      ...(kind === 'note' ? [] : [kind, clearsWhen]),
      ...(input.suggestion === undefined ? [] : ['suggestion', input.suggestion]),
    ],
    words: input.body,
    saidBefore: (tx: Transaction, author: string) => sameWordsOn(tx, author, input, now),
  } as const
  return act(viewer, once, async (tx, author) => {
    const { thread, comment } = await threadRows(new Asked(tx, viewer), author, input, now)
    const place = (await writeDiscussion(tx, [thread], [comment])).get(comment.id)
    invariant(place, 'what was written has a place')
    return { slug: input.slug, thread: place.thread, comment: place.seq }
  })
}

/**
 * A thread with its first comment as rows that may be written: whoever opens it was asked for, and what it points at stands in
 * this revision. For one that is sent alone, and for one of a review.
 */
export async function threadRows(
  asked: Asked,
  author: string,
  input: Omit<NewThread, 'clientKey'>,
  now: Date,
): Promise<{ readonly thread: ThreadRow; readonly comment: NewComment; readonly frontMatter: unknown }> {
  const kind = input.kind ?? 'note'
  const clearsWhen = kind === 'objection' ? (input.clearsWhen ?? '').trim() : ''
  const revision = await asked.revision(input.slug, input.revision)
  if (!revision) throw new Refused({ kind: 'no-such-revision' })
  const { id: revisionId, proposalId } = revision
  await asked.mustBeAllowed(kind === 'objection' ? 'open-objection' : 'open-thread', proposalId)
  if (kind === 'objection' && !isCondition(clearsWhen)) throw new Refused({ kind: 'no-condition' })

  const { block, about } = await pointedAt(asked.tx, revisionId, input)
  const pointed = makeSelector(
    {
      text: revision.plainText,
      textVersion: revision.textVersion,
      blocks: [{ key: block.key, start: block.textStart, end: block.textEnd }],
    },
    block.key,
    about === 'passage' ? rangeOf(input) : undefined,
  )
  if (!pointed.ok) throw new Refused({ kind: 'quote-outside' })
  const { exact } = pointed.value
  if (about === 'passage' && input.exact !== undefined && input.exact !== '' && input.exact !== exact)
    throw new Refused({ kind: 'quote-differs', there: exact.slice(0, SHOWN_OF_A_QUOTE) })

  const suggestion = await suggestionOf(revisionId, input, about)
  const [threadId, id] = [randomUUID(), randomUUID()]
  const clearCondition = kind === 'objection' ? clearsWhen : null
  return {
    frontMatter: revision.frontMatter,
    thread: {
      ...{ id: threadId, proposalId, revisionId, author, at: now, selector: pointed.value },
      ...{ kind, state: 'open', clearCondition, about, step: input.step ?? null },
    },
    comment: {
      ...{ id, proposalId, threadId, parentId: null, author, body: input.body, origin: 'web' },
      messageId: commentMessageId(id, revision.frontMatter, now),
      otherId: null,
      at: now,
      isDeleted: false,
      isFirst: true,
      mail: null,
      suggestion,
    },
  }
}

/** The block that a thread hangs on: of a whole write-up its first, since that has no text of its own. */
async function pointedAt(
  tx: Transaction,
  revisionId: string,
  { blockKey, step }: Pick<NewThread, 'blockKey' | 'step'>,
) {
  const select = { key: true, kind: true, textStart: true, textEnd: true } as const
  const writeup = writeupOfWhole(blockKey)
  const block =
    writeup === null
      ? await tx.block.findUnique({ where: { revisionId_key: { revisionId, key: blockKey } }, select })
      : await tx.block.findFirst({ where: { revisionId, writeup }, orderBy: { ord: 'asc' }, select })
  if (!block) {
    if (writeup !== null) throw new Refused({ kind: 'writeup-empty', writeup })
    throw new Refused({ kind: 'block-gone', blockKey })
  }
  if (step === undefined)
    return { block, about: writeup === null ? ('passage' as const) : ('whole' as const) }
  if (step.simulation !== block.key || block.kind !== 'simulation')
    throw new Refused({ kind: 'step-not-there', why: { kind: 'no-simulation' } })
  return { block, about: 'step' as const }
}

/** Which step it is, for who asks whether it is another one. */
export const stepName = ({ variant, storeBuffers, schedule }: StepSeen): string =>
  JSON.stringify([variant, storeBuffers, schedule])

/** A form in which the words were left as they are is a comment and no suggestion. */
async function suggestionOf(
  revisionId: string,
  input: Omit<NewThread, 'clientKey'>,
  about: 'passage' | 'whole' | 'step',
): Promise<NonNullable<NewComment['suggestion']> | null> {
  if (input.suggestion === undefined) return null
  const sources = about === 'passage' ? await sourcesOf(revisionId) : null
  const said = { old: null, replacement: input.suggestion }
  const made = sources ? suggestOn(sources, input, said) : err({ kind: 'no-source' } as const)
  if (made.ok) return { ...made.value, revisionId }
  if (made.error.kind === 'same' && input.body !== NO_WORDS) return null
  throw new Refused({ kind: 'no-suggestion', words: describeNoSuggestion(made.error) })
}

/** Of the words that stand where others were quoted: enough to see what happened. */
const SHOWN_OF_A_QUOTE = 200

type Quote = Pick<NewThread, 'start' | 'end'>

/** Another quote in the same block is another thing to say. */
const quoted = ({ start, end }: Quote) =>
  start === undefined && end === undefined ? [] : [start ?? 0, end ?? 0]

/** One end without the other is a form that is damaged: a range that is in no block. */
const rangeOf = ({ start, end }: Quote) =>
  start === undefined && end === undefined ? undefined : { start: start ?? 0, end: end ?? 0 }
