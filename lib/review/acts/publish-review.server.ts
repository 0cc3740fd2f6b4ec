import 'server-only'
import { randomUUID } from 'node:crypto'
import { refusedBy, type Transaction, writeAs } from '#lib/db.server.ts'
import { err, ok, type Result } from '#lib/result.ts'
import type { ReviewFailure } from '#lib/review/batch/draft.ts'
import { type StoredDraft, storedDrafts } from '#lib/review/batch/read-drafts.server.ts'
import { insertReview, type NewReview, removeDrafts } from '#lib/review/batch/write-drafts.server.ts'
import { reviewMessageId } from '#lib/review/comment/message-id.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import { can, type Viewer } from '#lib/review/person/permission.ts'
import { findReadable } from '#lib/review/person/readable.server.ts'
import { standingIn } from '#lib/review/person/standing.server.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import type { ThreadFailure } from '#lib/review/thread/thread.ts'
import { placeKey } from '#lib/review/thread/whole.ts'
import { lockThreads, type ThreadRow } from '#lib/review/thread/write-threads.server.ts'
import { keepMade, madeWith, oneAtATime, Refused } from './act.server.ts'
import { Asked } from './asked.server.ts'
import { threadRows } from './open-thread.server.ts'
import { RefusedHere } from './proposal-act.server.ts'
import { answerable } from './reply.server.ts'
import { lockProposal, RoleRefused } from './role-act.server.ts'
import { saidRow } from './say.server.ts'
import { type StanceWish, takeStanceIn } from './take-stance.server.ts'
import { type NewComment, writeDiscussion } from './write-discussion.server.ts'

export type ReviewWish = {
  readonly slug: string
  /** What was seen when it was published, each in its version: no word leaves that its writer did not look at. */
  readonly drafts: readonly { readonly id: string; readonly lockVersion: number }[]
  readonly stance: Omit<StanceWish, 'slug'> | null
  readonly clientKey: string
}

/** Carries an expected failure out of the transaction, which rolls back on its way. */
class NotPublished extends Error {
  readonly failure: ReviewFailure
  constructor(failure: ReviewFailure) {
    super(failure.kind)
    this.failure = failure
  }
}

/**
 * All drafts of a review become comments, and the stance is taken, in one transaction: whatever is in the way of one of them
 * leaves all of them drafts. Sent again with the same key it is the same review.
 */
export async function publishReview(
  viewer: Viewer,
  wish: ReviewWish,
  now = new Date(),
): Promise<Result<{ readonly review: string }, ReviewFailure>> {
  if (!viewer) return err({ kind: 'signed-out' })
  try {
    return ok(await writeAs(viewer.personId, (tx) => publishIn(tx, viewer, wish, now)))
  } catch (error) {
    if (error instanceof NotPublished) return err(error.failure)
    if (error instanceof RoleRefused) return err({ kind: 'no-such-proposal' })
    // Of somebody else's form with the same key at the same moment.
    if (refusedBy(error) === 'act_key_is_used_once') return err({ kind: 'key-used' })
    throw error
  }
}

async function publishIn(tx: Transaction, viewer: NonNullable<Viewer>, wish: ReviewWish, now: Date) {
  const { personId } = viewer
  await oneAtATime(tx, personId)
  const key = { key: wish.clientKey, personId, kind: 'publish-review', wish: askedFor(wish) } as const
  const before = await madeWith(tx, key)
  if (before === 'other') throw new NotPublished({ kind: 'key-used' })
  if (before) return { review: before.id }
  const proposalId = await readableProposal(tx, viewer, wish.slug)
  const drafts = await storedDrafts(tx, proposalId, personId)
  if (drafts.length === 0) throw new NotPublished({ kind: 'no-drafts' })
  if (!areAsSeen(drafts, wish.drafts)) throw new NotPublished({ kind: 'drafts-changed' })

  // Threads before the proposal, as everybody locks; and what is deleted or locked meanwhile is found below.
  const answered = drafts.flatMap(({ answered: comment }) => comment?.thread.id ?? [])
  await lockThreads(tx, [...new Set(answered)])
  const said: Said[] = []
  const asked = new Asked(tx, viewer)
  for (const draft of drafts) said.push(await rowsOf(asked, viewer, wish.slug, draft, now))
  const threads = said.flatMap(({ thread }) => thread ?? [])
  const comments = said.map(({ comment }) => comment)
  await writeDiscussion(tx, threads, comments)
  await tx.$executeRaw`SELECT set_config('app.actor', ${personId}, true)`
  const stance = wish.stance === null ? null : await stanceOf(tx, viewer, wish.slug, wish.stance, now)

  const review = randomUUID()
  const ofStance = wish.stance && (await revisionId(tx, proposalId, wish.stance.revision))
  const mails = mailsOf(said, stance === null ? null : ofStance, now)
  await insertReview(tx, { id: review, proposalId, personId, stance, at: now, mails })
  await removeDrafts(tx, personId, { ids: drafts.map(({ id }) => id) })
  const subject = { review, comments: comments.length, ...(stance === null ? {} : { stance }) }
  await recordEvents(tx, [{ proposalId, actor: personId, kind: 'review-published', subject }])
  await tx.$executeRaw`SELECT set_config('app.actor', ${personId}, true)`
  await keepMade(tx, key, review)
  return { review }
}

function askedFor({ slug, drafts, stance }: ReviewWish): readonly unknown[] {
  const seen = drafts.map(({ id, lockVersion }) => `${id}.${lockVersion}`).sort()
  const { value, writeups = [], words, revision } = stance ?? {}
  return [slug, seen, stance === null ? null : [value, [...writeups].sort(), words, revision]]
}

async function readableProposal(tx: Transaction, viewer: NonNullable<Viewer>, slug: string): Promise<string> {
  if (!isSlug(slug)) throw new NotPublished({ kind: 'no-such-proposal' })
  const proposal = await findReadable(viewer, slug, tx)
  if (!proposal) throw new NotPublished({ kind: 'no-such-proposal' })
  if (!can(viewer, 'open-thread', await standingIn(viewer, proposal.id, [], tx)))
    throw new NotPublished({ kind: 'forbidden' })
  return proposal.id
}

function areAsSeen(drafts: readonly StoredDraft[], seen: ReviewWish['drafts']): boolean {
  const versions = new Map(seen.map(({ id, lockVersion }) => [id, lockVersion]))
  return (
    versions.size === drafts.length && drafts.every(({ id, lockVersion }) => versions.get(id) === lockVersion)
  )
}

type Said = {
  readonly thread: ThreadRow | null
  readonly comment: NewComment
  readonly revisionId: string
  readonly frontMatter: unknown
}

/** A refusal says of which draft it is. */
async function rowsOf(
  asked: Asked,
  viewer: NonNullable<Viewer>,
  slug: string,
  draft: StoredDraft,
  now: Date,
): Promise<Said> {
  const refuse = (failure: ThreadFailure) => new NotPublished({ kind: 'draft', draft: draft.id, failure })
  if (draft.body.trim() === '') throw refuse({ kind: 'no-words' })
  try {
    if (draft.answers !== null) {
      const { threadId, proposalId, revisionId, frontMatter } = await answerable(asked, draft.answers)
      const said = {
        threadId,
        proposalId,
        parentId: draft.answers,
        author: viewer.personId,
        body: draft.body,
      }
      return { thread: null, comment: saidRow(said, frontMatter, now), revisionId, frontMatter }
    }
    const { thread, comment, frontMatter } = await threadRows(
      asked,
      viewer.personId,
      {
        ...{ slug, revision: draft.revision?.number ?? 0, step: draft.step ?? undefined },
        blockKey: placeKey({ about: draft.about, blockKey: draft.blockKey ?? '', writeup: draft.writeup }),
        ...{ start: draft.textStart ?? 0, end: draft.textEnd ?? 0, exact: draft.exact ?? '' },
        ...{ body: draft.body, kind: draft.kind ?? 'note', clearsWhen: draft.clearsWhen },
      },
      now,
    )
    return { thread, comment, revisionId: thread.revisionId, frontMatter }
  } catch (error) {
    if (error instanceof Refused) throw refuse(error.failure)
    throw error
  }
}

async function stanceOf(
  tx: Transaction,
  viewer: NonNullable<Viewer>,
  slug: string,
  wish: NonNullable<ReviewWish['stance']>,
  now: Date,
): Promise<string> {
  try {
    const proposalId = await lockProposal(tx, viewer, slug)
    return await takeStanceIn(tx, viewer, { ...wish, proposalId, actor: viewer.personId }, now)
  } catch (error) {
    if (error instanceof RefusedHere) throw new NotPublished({ kind: 'stance', failure: error.failure })
    throw error
  }
}

async function revisionId(tx: Transaction, proposalId: string, number: number): Promise<string | null> {
  const row = await tx.revision.findFirst({ where: { proposalId, number }, select: { id: true } })
  return row?.id ?? null
}

/**
 * One mail for each revision whose threads it speaks in: a mail answers one series. A comment that is alone in its mail leaves
 * as its own, unless the stance goes with it.
 */
function mailsOf(said: readonly Said[], stanceOn: string | null, now: Date): NewReview['mails'] {
  const groups = new Map<string, Said[]>()
  for (const one of said) groups.set(one.revisionId, [...(groups.get(one.revisionId) ?? []), one])
  // Of a stance on a revision of which it says nothing else: with the last one that it speaks of.
  const home = stanceOn === null ? null : groups.has(stanceOn) ? stanceOn : said.at(-1)?.revisionId
  return [...groups].flatMap(([revisionId, group]) => {
    const saysStance = revisionId === home
    if (group.length < 2 && !saysStance) return []
    const id = randomUUID()
    const messageId = reviewMessageId(id, group[0]?.frontMatter, now)
    return [{ id, revisionId, messageId, saysStance, comments: group.map(({ comment }) => comment.id) }]
  })
}
