import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import type { Result } from '#lib/result.ts'
import { commentInput, refusalWords } from '#lib/review/comment/comment-input.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { fitsIn, sameTokens } from '#lib/review/suggestion/place-suggestion.ts'
import { suggestionFor } from '#lib/review/suggestion/read-suggestions.server.ts'
import { describeNoSuggestion } from '#lib/review/suggestion/suggest-on.ts'
import {
  MAX_SUGGESTED,
  type Replacement,
  SUGGESTION_TABLE,
  type SuggestionAct,
  suggestionRefusal,
} from '#lib/review/suggestion/suggestion.ts'
import { decideOn } from '#lib/review/suggestion/write-suggestions.server.ts'
import type { ThreadFailure } from '#lib/review/thread/thread.ts'
import { lockThreads } from '#lib/review/thread/write-threads.server.ts'
import { act, mustBeAllowed, type Place, Refused } from './act.server.ts'

/** An author's own words for a passage that moved on, from a suggestion that does not fit it any more. */
export type ByHand = {
  /** The newest, as whoever wrote them knows. */
  readonly revision: number
  /** What they were written in place of. */
  readonly there: string
  readonly words: string
}

/**
 * The suggestion of a comment is taken: it is kept until a revision has it. Where the text moved on so that it does not fit, an
 * author brings the words. Twice is once.
 */
export function acceptSuggestion(
  viewer: Viewer,
  commentId: string,
  hand: ByHand | null = null,
  now = new Date(),
): Promise<Result<Place, ThreadFailure>> {
  return decide(viewer, commentId, 'accept', async (tx, found, actor) => {
    const { newest, placed } = found
    if (!newest) throw new Refused({ kind: 'no-such-revision' })
    const from = SUGGESTION_TABLE.accept.from
    const decision = { commentId, from, to: 'accepted' as const, by: actor, at: now }
    if (hand) {
      if (hand.revision !== newest.number)
        throw new Refused({ kind: 'newer-revision', newest: newest.number })
      const made = { ...byHand(found, hand), revisionId: newest.id }
      return (await decideOn(tx, { ...decision, hand: made })) ? { byHand: true } : null
    }
    if (placed?.kind !== 'fits' && placed?.kind !== 'in-text')
      throw new Refused({ kind: 'suggestion-moved-on' })
    const isIn = placed.kind === 'in-text'
    if (!(await decideOn(tx, { ...decision, appliedIn: isIn ? newest.id : null }))) return null
    return isIn ? { revision: newest.number } : {}
  })
}

/** An author does not take it; that can be taken back until the text has it. Twice is once. */
export function declineSuggestion(
  viewer: Viewer,
  commentId: string,
  now = new Date(),
): Promise<Result<Place, ThreadFailure>> {
  return decide(viewer, commentId, 'decline', async (tx, _, actor) => {
    const from = SUGGESTION_TABLE.decline.from
    return (await decideOn(tx, { commentId, from, to: 'declined', by: actor, at: now })) ? {} : null
  })
}

type Found = NonNullable<Awaited<ReturnType<typeof suggestionFor>>>
/** What is recorded beside it; null: somebody was faster. */
type Decided = { readonly byHand?: true; readonly revision?: number } | null

function decide(
  viewer: Viewer,
  commentId: string,
  wish: SuggestionAct,
  work: (tx: Transaction, found: Found, actor: string) => Promise<Decided>,
): Promise<Result<Place, ThreadFailure>> {
  return act(viewer, null, async (tx, actor) => {
    const comment = await tx.comment.findUnique({ where: { id: commentId }, select: { threadId: true } })
    if (!comment) throw new Refused({ kind: 'no-such-comment' })
    // As whoever deletes the comment does.
    await lockThreads(tx, [comment.threadId])
    const found = await suggestionFor(tx, viewer, commentId)
    if (!found) throw new Refused({ kind: 'no-such-comment' })
    const { slug, thread, proposalId, state, isInText } = found
    const place = { slug, thread, comment: found.comment }
    await mustBeAllowed(tx, viewer, 'decide-suggestion', proposalId)
    const refusal = suggestionRefusal(wish, { state, isInText })
    if (refusal === 'done') return place
    if (refusal !== null) throw new Refused({ kind: refusal === 'in-text' ? 'suggestion-in-text' : refusal })
    const decided = await work(tx, found, actor)
    if (!decided) throw new Refused({ kind: 'other-state' })
    const about = { thread, comment: commentId }
    const { byHand: isByHand, revision } = decided
    await recordEvents(tx, [
      wish === 'accept'
        ? {
            proposalId,
            actor,
            kind: 'suggestion-accepted',
            subject: { ...about, ...(isByHand ? { byHand: true } : {}) },
          }
        : { proposalId, actor, kind: 'suggestion-declined', subject: about },
      ...(revision === undefined
        ? []
        : [{ proposalId, actor, kind: 'suggestion-in-text' as const, subject: { ...about, revision } }]),
    ])
    return place
  })
}

/** In place of the passage as it is now, or of what the suggestion would replace. */
function byHand({ placed, now }: Found, { there, words }: ByHand): Replacement {
  const at = placed?.kind === 'fits' ? placed.at : placed?.kind === 'conflict' ? placed.at : null
  if (!at || !now) throw new Refused({ kind: 'suggestion-moved-on' })
  if (at.old !== there.replace(/\r\n?/g, '\n')) throw new Refused({ kind: 'other-state' })
  const input = commentInput(words)
  if (!input.ok && input.error.kind !== 'empty')
    throw new Refused({ kind: 'no-suggestion', words: refusalWords(input.error) })
  const replacement = input.ok ? input.value.text.trim() : ''
  const refuse = (failure: Parameters<typeof describeNoSuggestion>[0]) =>
    new Refused({ kind: 'no-suggestion', words: describeNoSuggestion(failure) })
  if (replacement.length > MAX_SUGGESTED || at.old.length > MAX_SUGGESTED) throw refuse({ kind: 'too-long' })
  if (sameTokens(at.old, replacement)) throw refuse({ kind: 'same' })
  const made = { ...at, replacement }
  const problems = fitsIn(now, made)
  if (problems) throw refuse({ kind: 'breaks', problems })
  return made
}
