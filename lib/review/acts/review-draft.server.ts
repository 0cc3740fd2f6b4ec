import 'server-only'
import { refusedBy, type Transaction, writeAs } from '#lib/db.server.ts'
import { err, ok, type Result } from '#lib/result.ts'
import {
  insertDraft,
  MOST_BYTES,
  MOST_DRAFTS,
  type NewDraft,
  removeDrafts,
  replaceDraft,
  sizeOfReview,
} from '#lib/review/batch/write-drafts.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { readableBy } from '#lib/review/person/readable.server.ts'
import { withSuggestion } from '#lib/review/suggestion/suggestion-lines.ts'
import type { ThreadKind } from '#lib/review/thread/state.ts'
import type { ThreadFailure } from '#lib/review/thread/thread.ts'
import { keepMade, madeWith, mustBeAllowed, oneAtATime, Refused } from './act.server.ts'
import { Asked } from './asked.server.ts'
import { type NewThread, stepName, threadRows } from './open-thread.server.ts'
import { answerable, type NewReply } from './reply.server.ts'

/**
 * What a reviewer writes and does not publish yet. Nobody else sees it, so no event is recorded of it; what may not be said
 * is refused here already, while its writer is at it, and again when it is published.
 */
export type KeptDraft = { readonly id: string; readonly slug: string; readonly count: number }

async function draftAct<T>(
  viewer: Viewer,
  work: (tx: Transaction, personId: string) => Promise<T>,
): Promise<Result<T, ThreadFailure>> {
  if (!viewer) return err({ kind: 'signed-out' })
  try {
    return ok(await writeAs(viewer.personId, (tx) => work(tx, viewer.personId)))
  } catch (error) {
    if (error instanceof Refused) return err(error.failure)
    // Of somebody else's form with the same key at the same moment.
    if (refusedBy(error) === 'act_key_is_used_once') return err({ kind: 'draft-kept-before' })
    throw error
  }
}

/**
 * A comment on a passage, or a reply, for the review. The same form sent twice is one draft, also where that has other words by
 * then; once it is published or deleted the form makes no other one.
 */
export function keepDraft(
  viewer: Viewer,
  input: NewThread | NewReply,
  now = new Date(),
): Promise<Result<KeptDraft, ThreadFailure>> {
  return draftAct(viewer, async (tx, personId) => {
    await oneAtATime(tx, personId)
    const key = { key: input.clientKey, personId, kind: 'keep-draft', wish: wishOf(input) } as const
    const made = await madeWith(tx, key)
    if (made === 'other') throw new Refused({ kind: 'draft-kept-before' })
    if (made) return keptBefore(tx, viewer, personId, made.id)
    const { slug, draft } = await draftFor(new Asked(tx, viewer), personId, input, now)
    const { proposalId } = draft
    const { count, bytes } = await sizeOfReview(tx, proposalId, personId)
    if (count >= MOST_DRAFTS) throw new Refused({ kind: 'too-many-drafts' })
    if (bytes + bytesOf(draft) > MOST_BYTES) throw new Refused({ kind: 'review-too-long' })
    const id = await insertDraft(tx, draft)
    // Kept before keys of drafts were.
    if (id === null) throw new Refused({ kind: 'draft-kept-before' })
    await keepMade(tx, key, id)
    return { id, slug, count: count + 1 }
  })
}

/** All that a form asks for. */
function wishOf(input: NewThread | NewReply): readonly unknown[] {
  if ('commentId' in input) return ['reply', input.commentId, input.body]
  const {
    slug,
    revision,
    blockKey,
    start,
    end,
    exact,
    kind = 'note',
    clearsWhen,
    body,
    step,
    suggestion,
  } = input
  return [
    ...['thread', slug, revision, blockKey, start ?? null, end ?? null, exact ?? '', kind],
    ...[kind === 'objection' ? (clearsWhen ?? '').trim() : '', body],
    ...(step === undefined ? [] : [stepName(step)]),
    ...(suggestion === undefined ? [] : ['suggestion', suggestion]),
  ]
}

async function keptBefore(tx: Transaction, viewer: Viewer, personId: string, id: string): Promise<KeptDraft> {
  const draft = await tx.reviewDraft.findFirst({
    where: { id, personId },
    select: { proposalId: true, proposal: { select: { slug: true } } },
  })
  if (!draft) throw new Refused({ kind: 'draft-gone' })
  const { slug } = draft.proposal
  await proposalFor(tx, viewer, slug)
  return { id, slug, count: (await sizeOfReview(tx, draft.proposalId, personId)).count }
}

const bytesOf = ({ body, clearsWhen = '' }: { readonly body: string; readonly clearsWhen?: string }) =>
  Buffer.byteLength(body) + Buffer.byteLength(clearsWhen)

async function draftFor(
  asked: Asked,
  personId: string,
  input: NewThread | NewReply,
  at: Date,
): Promise<{ slug: string; draft: NewDraft }> {
  const { clientKey, body } = input
  if ('commentId' in input) {
    const { slug, proposalId } = await answerable(asked, input.commentId)
    return { slug, draft: { proposalId, personId, clientKey, body, at, answers: input.commentId } }
  }
  const { thread, comment } = await threadRows(asked, personId, input, at)
  const { proposalId, revisionId, kind, clearCondition, selector, about = 'passage', step = null } = thread
  const { key: blockKey, start: textStart, end: textEnd, exact } = selector
  const draft = {
    ...{ proposalId, personId, clientKey, at, revisionId, blockKey, textStart, textEnd, exact, kind },
    ...{ about, step },
    // Its lines are read when it is published.
    body: comment.suggestion ? withSuggestion(body, comment.suggestion) : body,
    clearsWhen: clearCondition ?? '',
  }
  return { slug: input.slug, draft }
}

export type DraftChange = {
  readonly slug: string
  readonly id: string
  /** The version that its writer saw: who has an older one is told, and loses nothing. */
  readonly lockVersion: number
  readonly body: string
  /** Of a comment on a passage; of a reply it is left. */
  readonly kind?: ThreadKind | undefined
  readonly clearsWhen?: string | undefined
}

/** Other words of a draft. @returns its version from now on */
export function changeDraft(
  viewer: Viewer,
  change: DraftChange,
  now = new Date(),
): Promise<Result<{ readonly lockVersion: number }, ThreadFailure>> {
  return draftAct(viewer, async (tx, personId) => {
    // Of two that grow at once the second finds what the first has.
    await oneAtATime(tx, personId)
    const draft = await ownDraft(tx, viewer, personId, change)
    const kind = draft.kind === null ? null : (change.kind ?? draft.kind)
    const clearsWhen = draft.kind === null ? '' : (change.clearsWhen ?? draft.clearsWhen)
    // Sent again after a lost answer, it is as it was wished: nothing is lost by saying so.
    const isSame = draft.body === change.body && draft.kind === kind && draft.clearsWhen === clearsWhen
    if (isSame) return { lockVersion: draft.lockVersion }
    const growth = bytesOf({ body: change.body, clearsWhen }) - bytesOf(draft)
    const { bytes } = await sizeOfReview(tx, draft.proposalId, personId)
    // What is too long already may become shorter.
    if (growth > 0 && bytes + growth > MOST_BYTES) throw new Refused({ kind: 'review-too-long' })
    const seen = { id: change.id, personId, lockVersion: change.lockVersion }
    if (await replaceDraft(tx, seen, { body: change.body, kind, clearsWhen }, now))
      return { lockVersion: change.lockVersion + 1 }
    const there = await ownDraft(tx, viewer, personId, change)
    throw new Refused({ kind: 'edited-meanwhile', theirs: there.body, lockVersion: there.lockVersion })
  })
}

/** Takes a draft away. Twice is once. */
export function dropDraft(
  viewer: Viewer,
  { slug, id }: { readonly slug: string; readonly id: string },
): Promise<Result<{ readonly isGone: boolean }, ThreadFailure>> {
  return draftAct(viewer, async (tx, personId) => {
    await proposalFor(tx, viewer, slug)
    return { isGone: (await removeDrafts(tx, personId, { ids: [id] })) > 0 }
  })
}

async function proposalFor(tx: Transaction, viewer: Viewer, slug: string): Promise<string> {
  const proposal = await tx.proposal.findUnique({
    where: { slug, ...readableBy(viewer) },
    select: { id: true },
  })
  if (!proposal) throw new Refused({ kind: 'no-such-draft' })
  await mustBeAllowed(tx, viewer, 'open-thread', proposal.id)
  return proposal.id
}

async function ownDraft(
  tx: Transaction,
  viewer: Viewer,
  personId: string,
  { slug, id }: { readonly slug: string; readonly id: string },
) {
  const proposalId = await proposalFor(tx, viewer, slug)
  const draft = await tx.reviewDraft.findFirst({
    where: { id, personId, proposalId },
    select: { body: true, kind: true, clearsWhen: true, lockVersion: true },
  })
  if (!draft) throw new Refused({ kind: 'no-such-draft' })
  return { ...draft, proposalId }
}
