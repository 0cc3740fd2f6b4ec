import 'server-only'
import { randomUUID } from 'node:crypto'
import type { Transaction } from '#lib/db.server.ts'
import { invariant, type Result, unreachable } from '#lib/result.ts'
import { commentMessageId } from '#lib/review/comment/message-id.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import { challengeableFrom, isCondition, overrideRefusal } from '#lib/review/objection/objection.ts'
import type { Relation, Viewer } from '#lib/review/person/permission.ts'
import { readableBy } from '#lib/review/person/readable.server.ts'
import { standingIn } from '#lib/review/person/standing.server.ts'
import { isOpen, refusalOf, rowFor, type ThreadAct, type ThreadState } from '#lib/review/thread/state.ts'
import { readStep } from '#lib/review/thread/step-row.ts'
import type { ThreadFailure } from '#lib/review/thread/thread.ts'
import { MAX_ROWS } from '#lib/review/thread/thread-input.ts'
import { ABOUT } from '#lib/review/thread/whole.ts'
import {
  insertChallenge,
  lessenObjection,
  lockThreads,
  setCondition,
  setPromise,
  setThreadState,
} from '#lib/review/thread/write-threads.server.ts'
import { act, mustBeOpenTo, type Place, Refused } from './act.server.ts'
import { sameWordsThen } from './same-words.server.ts'
import { sayIn } from './say.server.ts'
import { settle } from './settle.server.ts'
import { writeDiscussion } from './write-discussion.server.ts'

/** What an act brings beside its press, as the table's `needs` says. */
export type Brought = {
  /** Of `answer` and `keep`: the words, as a comment, and which comment they answer (else the first). */
  readonly words?: { readonly body: string; readonly clientKey: string; readonly commentId?: string }
  /** The words are said already, by the mail whose line does it. */
  readonly said?: { readonly id: string; readonly seq: number }
  /** The Message-ID of that mail. */
  readonly mail?: string
  /** Of `answer`: nothing is said, the next revision does it. */
  readonly isPromise?: boolean
  /** Of `challenge` and `override`. */
  readonly reason?: string
  /** Of `split`. */
  readonly points?: readonly { readonly body: string; readonly clearsWhen: string }[]
}

/** What the table of `thread/state.ts` allows. Twice is once. */
export function changeThread(
  viewer: Viewer,
  threadId: string,
  wish: ThreadAct,
  brought: Brought = {},
  now = new Date(),
): Promise<Result<Place, ThreadFailure>> {
  const { words } = brought
  const once = words
    ? ({
        key: words.clientKey,
        kind: 'change-thread',
        target: [threadId, wish],
        words: words.body,
        saidBefore: (tx: Transaction, author: string) =>
          sameWordsThen(tx, author, { threadId, body: words.body, to: STATE_AFTER[wish] }, now),
      } as const)
    : null
  return act(viewer, once, (tx, actor) => changeThreadIn(tx, { viewer, actor, threadId, wish, brought, now }))
}

/** The same in the caller's transaction, which is in the name of `actor`: a line of a mail does it. */
export async function changeThreadIn(
  tx: Transaction,
  asked: {
    readonly viewer: Viewer
    readonly actor: string
    readonly threadId: string
    readonly wish: ThreadAct
    readonly brought: Brought
    readonly now: Date
  },
): Promise<Place> {
  const { viewer, actor, threadId, wish, brought, now } = asked
  const { words } = brought
  const thread = await threadForChange(tx, viewer, threadId)
  const { proposalId, number } = thread
  const place = { slug: thread.proposal.slug, thread: number, comment: 1 }
  const relations: Relation[] = thread.openedBy === actor ? ['opener'] : []
  const refusal = refusalOf(wish, thread, viewer, await standingIn(viewer, proposalId, relations, tx))
  // Somebody was faster. A press changes nothing then; words would be lost, so they stay in their form.
  if (refusal === 'done' && words) throw new Refused({ kind: 'other-state' })
  if (refusal === 'done') return place
  if (refusal !== null) throw new Refused({ kind: refusal })
  if (words) await mustBeOpenTo(tx, viewer, thread)
  const row = rowFor(wish, thread.kind)
  invariant(row, 'an act that is allowed has its row')
  const mail = brought.mail === undefined ? {} : { mail: brought.mail }
  const record = (kind: SimpleEvent) =>
    recordEvents(tx, [{ proposalId, actor, kind, subject: { thread: number, ...mail } }])
  const become = (change: Partial<Parameters<typeof setThreadState>[1]> = {}) => {
    invariant(row.to, `${wish} leads to a state`)
    const to = row.to
    return setThreadState(tx, {
      threadId,
      kind: thread.kind,
      from: row.from,
      to,
      by: actor,
      at: now,
      ...change,
    })
  }
  const said = async () => {
    if (brought.said) return brought.said
    if (!words) throw new Refused({ kind: 'no-words' })
    const parentId = words.commentId ?? thread.comments[0]?.id
    if (!parentId) throw new Refused({ kind: 'no-such-comment' })
    const parent = await tx.comment.findUnique({
      where: { id: parentId },
      select: { threadId: true, redactedAt: true },
    })
    if (parent?.threadId !== threadId) throw new Refused({ kind: 'no-such-comment' })
    if (parent.redactedAt && words.commentId) throw new Refused({ kind: 'comment-deleted' })
    const at = parent.redactedAt ? ((await lastStanding(tx, threadId)) ?? parentId) : parentId
    const comment = { threadId, proposalId, parentId: at, author: actor, body: words.body }
    const one = await sayIn(tx, comment, thread.revision.frontMatter, now)
    await tx.$executeRaw`SELECT set_config('app.actor', ${actor}, true)`
    return one
  }

  switch (wish) {
    case 'resolve':
      if (await become()) await record('thread-resolved')
      break
    case 'reopen':
      if (await become()) await record('thread-reopened')
      break
    case 'drop':
      if (await become()) await record('thread-dropped')
      break
    case 'answer': {
      if (brought.isPromise) {
        if (await setPromise(tx, threadId, now)) {
          const subject = { thread: number, promised: true }
          await recordEvents(tx, [{ proposalId, actor, kind: 'answer-promised', subject }])
        }
        break
      }
      const comment = await said()
      if (await become({ answer: { comment: comment.id, revisionId: null } })) {
        const subject = { thread: number, comment: comment.id }
        await recordEvents(tx, [{ proposalId, actor, kind: 'thread-answered', subject }])
      }
      await settle(tx, { proposalId, actor, now })
      return { ...place, comment: comment.seq }
    }
    case 'keep': {
      const comment = await said()
      if (await become()) {
        const subject = { thread: number, comment: comment.id, ...mail }
        await recordEvents(tx, [{ proposalId, actor, kind: 'thread-kept', subject }])
      }
      await settle(tx, { proposalId, actor, now })
      return { ...place, comment: comment.seq }
    }
    case 'lessen':
      if (await lessenObjection(tx, threadId)) await record('objection-lessened')
      break
    case 'split':
      await splitInto(tx, { thread, actor, now }, brought.points ?? [], become)
      break
    case 'challenge': {
      const reason = reasonOf(brought)
      const from = challengeableFrom(await silenceOf(tx, thread))
      if (from === null || now.getTime() < from) throw new Refused({ kind: 'not-silent' })
      if (await insertChallenge(tx, { threadId, personId: actor, reason, at: now })) {
        const subject = { thread: number, reason }
        await recordEvents(tx, [{ proposalId, actor, kind: 'objection-challenged', subject }])
      }
      break
    }
    case 'override': {
      const reason = reasonOf(brought)
      const challenges = await tx.objectionChallenge.findMany({ where: { threadId }, select: { at: true } })
      const times = challenges.map(({ at }) => ({ at: at.getTime() }))
      const early = overrideRefusal(await silenceOf(tx, thread), times)
      if (early) throw new Refused({ kind: early })
      if (await become({ overrideReason: reason })) {
        const subject = { thread: number, reason }
        await recordEvents(tx, [{ proposalId, actor, kind: 'objection-overridden', subject }])
      }
      break
    }
    default:
      return unreachable(wish)
  }
  if (thread.kind !== 'note') await settle(tx, { proposalId, actor, now })
  return place
}

/** Of the acts whose words become a comment. */
const STATE_AFTER: Partial<Record<ThreadAct, ThreadState>> = { answer: 'answered', keep: 'open' }

type SimpleEvent = 'thread-resolved' | 'thread-reopened' | 'thread-dropped' | 'objection-lessened'

function reasonOf({ reason = '' }: Brought): string {
  const words = reason.trim()
  if (words.length < 10) throw new Refused({ kind: 'no-reason' })
  if (words.length > 2000) throw new Refused({ kind: 'reason-too-long' })
  return words
}

/** What would clear it, said by whoever raised it without. */
export function stateCondition(
  viewer: Viewer,
  threadId: string,
  condition: string,
  now = new Date(),
): Promise<Result<Place, ThreadFailure>> {
  return act(viewer, null, (tx, actor) => stateConditionIn(tx, { viewer, actor, threadId, condition, now }))
}

/** The same in the caller's transaction, which is in the name of `actor`. */
export async function stateConditionIn(
  tx: Transaction,
  asked: {
    readonly viewer: Viewer
    readonly actor: string
    readonly threadId: string
    readonly condition: string
    readonly mail?: string
    readonly now: Date
  },
): Promise<Place> {
  const { viewer, actor, threadId, condition, mail, now } = asked
  const thread = await threadForChange(tx, viewer, threadId)
  const { proposalId, number } = thread
  const place = { slug: thread.proposal.slug, thread: number, comment: 1 }
  if (thread.kind !== 'objection') throw new Refused({ kind: 'other-kind' })
  if (thread.openedBy !== actor) throw new Refused({ kind: 'forbidden' })
  if (!isCondition(condition)) throw new Refused({ kind: 'no-condition' })
  if (await setCondition(tx, threadId, condition.trim())) {
    const subject = { thread: number, ...(mail === undefined ? {} : { mail }) }
    await recordEvents(tx, [{ proposalId, actor, kind: 'objection-condition', subject }])
    await settle(tx, { proposalId, actor, now })
  }
  return place
}

type ForChange = Awaited<ReturnType<typeof threadForChange>>

async function threadForChange(tx: Transaction, viewer: Viewer, threadId: string) {
  // Locked before it is read: of two who close at once the second finds it closed.
  await lockThreads(tx, [threadId])
  const thread = await tx.thread.findUnique({
    where: { id: threadId, proposal: readableBy(viewer) },
    select: {
      id: true,
      number: true,
      kind: true,
      state: true,
      openedBy: true,
      openedOn: true,
      openedAt: true,
      proposalId: true,
      lockedAt: true,
      conditionAskedAt: true,
      proposal: { select: { slug: true } },
      revision: { select: { frontMatter: true } },
      anchor: true,
      comments: { where: { seq: 1 }, select: { id: true } },
    },
  })
  if (!thread) throw new Refused({ kind: 'no-such-thread' })
  return thread
}

async function lastStanding(tx: Transaction, threadId: string): Promise<string | null> {
  const last = await tx.comment.findFirst({
    where: { threadId, redactedAt: null },
    orderBy: { seq: 'desc' },
    select: { id: true },
  })
  return last?.id ?? null
}

async function silenceOf(tx: Transaction, { id, openedBy, openedAt, conditionAskedAt }: ForChange) {
  const [row] = await tx.$queryRaw<{ own: Date | null; others: Date | null }[]>`
    SELECT max(created_at) FILTER (WHERE author_id = ${openedBy}::uuid) AS own,
      max(created_at) FILTER (WHERE author_id <> ${openedBy}::uuid) AS others
    FROM comment WHERE thread_id = ${id}::uuid`
  return {
    lastWords: (row?.own ?? openedAt).getTime(),
    lastAnswer: row?.others?.getTime() ?? null,
    conditionAskedAt: conditionAskedAt?.getTime() ?? null,
  }
}

/** An objection gives way to objections of one point each, at the same passage and by the same person. */
async function splitInto(
  tx: Transaction,
  { thread, actor, now }: { thread: ForChange; actor: string; now: Date },
  points: NonNullable<Brought['points']>,
  become: () => Promise<boolean>,
): Promise<void> {
  if (points.length < 2 || points.length > MAX_ROWS) throw new Refused({ kind: 'no-points' })
  for (const { body, clearsWhen } of points) {
    if (body.trim() === '') throw new Refused({ kind: 'no-words' })
    if (!isCondition(clearsWhen)) throw new Refused({ kind: 'no-condition' })
  }
  if (!thread.anchor) throw new Refused({ kind: 'other-kind' })
  const { blockKey: key, textStart: start, textEnd: end, exact, prefix, suffix, textVersion } = thread.anchor
  const selector = { key, start, end, exact, prefix, suffix, textVersion }
  const about = ABOUT.find((one) => one === thread.anchor?.about) ?? 'passage'
  const step = readStep(thread.anchor.step)
  const made = points.map(({ body, clearsWhen }) => {
    const [threadId, id] = [randomUUID(), randomUUID()]
    const common = { proposalId: thread.proposalId, author: actor, at: now }
    return {
      thread: {
        ...{ ...common, id: threadId, revisionId: thread.openedOn, selector, splitFrom: thread.id },
        ...{ about, step },
        ...{ kind: 'objection' as const, state: 'open' as const, clearCondition: clearsWhen.trim() },
      },
      comment: {
        ...{ ...common, id, threadId, parentId: null, body, origin: 'web' as const, otherId: null },
        messageId: commentMessageId(id, thread.revision.frontMatter, now),
        ...{ isDeleted: false, isFirst: true, mail: null },
      },
    }
  })
  const written = await writeDiscussion(
    tx,
    made.map((one) => one.thread),
    made.map(({ comment }) => comment),
  )
  await tx.$executeRaw`SELECT set_config('app.actor', ${actor}, true)`
  if (!isOpen(thread.state) || !(await become())) throw new Refused({ kind: 'other-state' })
  const into = made.map(({ comment }) => written.get(comment.id)?.thread ?? 0)
  const subject = { thread: thread.number, into }
  await recordEvents(tx, [{ proposalId: thread.proposalId, actor, kind: 'objection-split', subject }])
}
