import 'server-only'
import { db, type Transaction } from '#lib/db.server.ts'
import type { Result } from '#lib/result.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import { can, type Viewer } from '#lib/review/person/permission.ts'
import { findReadable } from '#lib/review/person/readable.server.ts'
import { mayInProposal, standingIn } from '#lib/review/person/standing.server.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import { openBundle } from '#lib/review/revision/open-bundle.server.ts'
import {
  codeWords,
  type EditorialRefusal,
  type EditorialWords,
  editorialWords,
} from '#lib/review/stance/editorial.ts'
import { WRITEUPS } from '#lib/review/stance/stance.ts'
import { disputeEditorialRow, insertEditorial } from '#lib/review/stance/write-editorial.server.ts'
import { changesByWriteup } from '#lib/review/thread/interdiff.server.ts'
import { inlineCodeOf } from '#lib/writeup/parse/text-content.ts'
import { type ProposalFailure, proposalAct, RefusedHere } from './proposal-act.server.ts'
import { lockProposal } from './role-act.server.ts'
import { settle } from './settle.server.ts'

/**
 * An author says that what the newest revision changed in a write-up is editorial: who vouched for it need not read it again.
 * The words are looked at here, whatever the author thinks of them; then who reviews may say that it is not so, and what they
 * said is stale after all.
 */
export type EditorialWish = {
  readonly slug: string
  readonly revision: number
  readonly writeup: string
}

/** The number of places that changed. Twice is once. */
export async function markEditorial(
  viewer: Viewer,
  wish: EditorialWish,
  now = new Date(),
): Promise<Result<number, ProposalFailure>> {
  // Texts never change, so they are compared before anything is locked.
  const found = await wordsChanged(viewer, wish)
  return proposalAct(viewer, async (tx, actor) => {
    const proposalId = await lockProposal(tx, viewer, wish.slug)
    if (!can(viewer, 'mark-editorial', await standingIn(viewer, proposalId, [], tx)))
      throw new RefusedHere('forbidden')
    const revisionId = await newest(tx, proposalId, wish)
    if (wish.revision < 2 || !found) throw new RefusedHere('editorial-nothing')
    if (!found.ok) throw new RefusedHere(found.error)
    const key = { revisionId_writeup: { revisionId, writeup: wish.writeup } }
    const before = await tx.editorialChange.findUnique({ where: key, select: { disputedBy: true } })
    if (before?.disputedBy) throw new RefusedHere('editorial-disputed')
    const changes = found.value
    if (before) return changes.length
    await insertEditorial(tx, {
      ...{ revisionId, writeup: wish.writeup, markedBy: actor, markedAt: now, changes },
    })
    const subject = { revision: wish.revision, writeup: wish.writeup, changes: changes.length }
    await recordEvents(tx, [{ proposalId, actor, kind: 'editorial-marked', subject }])
    await settle(tx, { proposalId, actor, now })
    return changes.length
  })
}

/** By who reviews, or whose stance stays by it. False: somebody said so before. */
export function disputeEditorial(
  viewer: Viewer,
  wish: EditorialWish & { readonly reason: string },
  now = new Date(),
): Promise<Result<boolean, ProposalFailure>> {
  return proposalAct(viewer, async (tx, actor) => {
    const proposalId = await lockProposal(tx, viewer, wish.slug)
    const isTheirs = (await tx.stance.count({ where: { proposalId, personId: actor } })) > 0
    const standing = await standingIn(viewer, proposalId, isTheirs ? ['writer'] : [], tx)
    if (!can(viewer, 'dispute-editorial', standing)) throw new RefusedHere('forbidden')
    if (standing.roles.includes('author')) throw new RefusedHere('own-proposal')
    const reason = wish.reason.trim()
    if (reason.length < 10 || reason.length > 2000) throw new RefusedHere('no-reason')
    const revision = await tx.revision.findFirst({
      where: { proposalId, number: wish.revision },
      select: { id: true },
    })
    if (!revision) throw new RefusedHere('no-such-revision')
    const key = { revisionId_writeup: { revisionId: revision.id, writeup: wish.writeup } }
    if (!(await tx.editorialChange.findUnique({ where: key, select: { writeup: true } })))
      throw new RefusedHere('no-such-writeup')
    const of = { revisionId: revision.id, writeup: wish.writeup, by: actor, at: now, reason }
    if (!(await disputeEditorialRow(tx, of))) return false
    const subject = { revision: wish.revision, writeup: wish.writeup, reason }
    await recordEvents(tx, [{ proposalId, actor, kind: 'editorial-disputed', subject }])
    await settle(tx, { proposalId, actor, now })
    return true
  })
}

async function newest(tx: Transaction, proposalId: string, wish: EditorialWish): Promise<string> {
  if (!WRITEUPS.some((one) => one === wish.writeup)) throw new RefusedHere('no-such-writeup')
  const { currentRevision } = await tx.proposal.findUniqueOrThrow({
    where: { id: proposalId },
    select: { currentRevision: true },
  })
  const revision = await tx.revision.findFirst({
    where: { proposalId, number: wish.revision },
    select: { id: true },
  })
  if (!revision) throw new RefusedHere('no-such-revision')
  if (wish.revision !== currentRevision) throw new RefusedHere('stale')
  return revision.id
}

/** Null: there are no such two revisions, or the viewer would be refused: comparing costs something. */
async function wordsChanged(
  viewer: Viewer,
  { slug, revision, writeup }: EditorialWish,
): Promise<Result<readonly EditorialWords[], EditorialRefusal> | null> {
  const proposal = viewer && isSlug(slug) ? await findReadable(viewer, slug) : null
  if (!proposal || !(await mayInProposal(viewer, 'mark-editorial', proposal.id))) return null
  const rows = await db().revision.findMany({
    where: { proposalId: proposal.id, number: { in: [revision - 1, revision] } },
    orderBy: { number: 'asc' },
    select: { id: true },
  })
  const [old, now] = rows
  if (!old || !now) return null
  const changes = await changesByWriteup(old.id, now.id)
  const code = (await Promise.all([old.id, now.id].map((id) => codeIn(id, writeup)))).flat()
  return editorialWords(changes.get(writeup) ?? [], codeWords(code))
}

/** What stands in code in a write-up, beside code of its own lines: the text of a block does not tell it from words. */
async function codeIn(revisionId: string, writeup: string): Promise<string[]> {
  const opened = await openBundle({ revisionId })
  const document = opened.ok ? opened.value.documents.find((one) => one.writeup === writeup) : undefined
  return document ? inlineCodeOf(document.tree) : []
}
