import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import type { EventRow } from '#lib/review/event/record-events.server.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import type { Role } from '#lib/review/person/permission.ts'
import { insertSuggestions } from '#lib/review/suggestion/write-suggestions.server.ts'
import { isOpen, waitsForAfter } from '#lib/review/thread/state.ts'
import {
  insertComments,
  insertThreads,
  type LockedThread,
  lockThreads,
  setWaiting,
  type ThreadRow,
} from '#lib/review/thread/write-threads.server.ts'
import { settle } from './settle.server.ts'
import { type Suggesting, suggestionsIn } from './suggestions-in.server.ts'

/**
 * Words enter a discussion: new threads, and comments in them or in threads that stand. One comment of a form, or all
 * that a batch of mails says, whose rows each name an author of their own. Who lets them in has been asked before.
 */
export type NewComment = Suggesting & {
  readonly proposalId: string
  /** Opens its thread. */
  readonly isFirst: boolean
  /** The Message-ID of the mail that it came by, for the log. */
  readonly mail: string | null
}

/** Number of the thread and position in it, by comment. */
export type Written = ReadonlyMap<string, { readonly thread: number; readonly seq: number }>

export async function writeDiscussion(
  tx: Transaction,
  threads: readonly ThreadRow[],
  said: readonly NewComment[],
): Promise<Written> {
  const { comments, suggestions } = await suggestionsIn(tx, threads, said)
  const opened = new Set(threads.map(({ id }) => id))
  const answered = [...new Set(comments.map(({ threadId }) => threadId))].filter((id) => !opened.has(id))
  const stood = await lockThreads(tx, answered)
  const numbers = new Map([...stood].map(([id, { number }]) => [id, number]))
  for (const [id, number] of await insertThreads(tx, threads)) numbers.set(id, number)
  const seqs = await insertComments(tx, comments)
  await insertSuggestions(tx, suggestions)
  const numberOf = ({ threadId }: NewComment) => numbers.get(threadId) ?? 0
  await recordEvents(
    tx,
    comments.map((comment): EventRow => {
      const { id, proposalId, author: actor, isFirst, mail } = comment
      const subject = { thread: numberOf(comment), comment: id, ...(mail === null ? {} : { mail }) }
      return { proposalId, actor, kind: isFirst ? 'thread-opened' : 'comment-added', subject }
    }),
  )
  await follow(tx, threads, comments, stood)
  return new Map(
    comments.map((comment) => [comment.id, { thread: numberOf(comment), seq: seqs.get(comment.id) ?? 0 }]),
  )
}

/** What follows from new words: who speaks next in a thread, and of a proposal what `settle` makes. */
async function follow(
  tx: Transaction,
  threads: readonly ThreadRow[],
  comments: readonly NewComment[],
  stood: ReadonlyMap<string, LockedThread>,
): Promise<void> {
  const asking = threads.filter(({ kind }) => kind !== 'note')
  const replied = new Map(
    comments.flatMap((comment) => {
      const thread = stood.get(comment.threadId)
      return thread && thread.kind !== 'note' && isOpen(thread.state) ? [[comment.threadId, comment]] : []
    }),
  )
  if (asking.length + replied.size === 0) return
  const proposals = [...asking, ...replied.values()].map(({ proposalId }) => proposalId)
  const roles = await rolesIn(tx, proposals)
  const has = (person: string, proposalId: string, wanted: readonly Role[]) =>
    wanted.some((role) => roles.has(`${proposalId} ${person} ${role}`))
  const waiting = [...replied].flatMap(([threadId, comment]) => {
    const thread = stood.get(threadId)
    const isAuthor = has(comment.author, comment.proposalId, ['author'])
    const waitsFor =
      thread && waitsForAfter(thread, { isAuthor, isOpener: thread.openedBy === comment.author })
    return waitsFor ? [{ threadId, waitsFor }] : []
  })
  const turned = await setWaiting(tx, waiting)
  const settled = [...asking.map(({ proposalId }) => proposalId), ...turned]
  for (const proposalId of [...new Set(settled)].sort()) {
    const [last] = comments.filter((comment) => comment.proposalId === proposalId).slice(-1)
    if (!last) continue
    const kinds = asking.filter(
      (thread) =>
        thread.proposalId === proposalId &&
        isOpen(thread.state) &&
        has(thread.author, proposalId, ['reviewer', 'maintainer']),
    )
    const kind = kinds.some((thread) => thread.kind === 'objection') ? 'objection' : kinds[0]?.kind
    await settle(
      tx,
      { proposalId, actor: last.author, now: last.at },
      kind && kind !== 'note' ? { what: 'asked', kind } : { what: 'looked' },
    )
  }
}

/** `<proposal> <person> <role>`, for all roles in these proposals. */
async function rolesIn(tx: Transaction, proposals: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx.membership.findMany({
    where: { proposalId: { in: [...new Set(proposals)] } },
    select: { proposalId: true, personId: true, role: true },
  })
  return new Set(rows.map(({ proposalId, personId, role }) => `${proposalId} ${personId} ${role}`))
}
