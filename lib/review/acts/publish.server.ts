import 'server-only'
import { randomUUID } from 'node:crypto'
import { db, type Refusal, refusedBy, type Transaction, writeAs } from '#lib/db.server.ts'
import type { Diagnostic } from '#lib/promela/diagnostic.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { checkBundle } from '#lib/review/claim/check-bundle.server.ts'
import type { CheckReport } from '#lib/review/claim/check-report.ts'
import { verdictsTold } from '#lib/review/claim/verdicts-told.ts'
import { type EventRow, recordEvents } from '#lib/review/event/record-events.server.ts'
import { type GateResult, gateResult } from '#lib/review/gate/gate-item.ts'
import { gateSentence } from '#lib/review/gate/gate-text.ts'
import { examineBundle, insertGate } from '#lib/review/gate/write-gate.server.ts'
import type { Visibility } from '#lib/review/person/visibility.ts'
import { insertPersons } from '#lib/review/person/write-persons.server.ts'
import { addRole } from '#lib/review/person/write-roles.server.ts'
import { codeOf } from '#lib/review/revision/compiled.server.ts'
import { mailboxOf } from '#lib/review/revision/mailbox.ts'
import { insertRevision } from '#lib/review/revision/write-revision.server.ts'
import { sourceText } from '#lib/review/suggestion/place-suggestion.ts'
import { acceptedIn } from '#lib/review/suggestion/read-suggestions.server.ts'
import { setInText } from '#lib/review/suggestion/write-suggestions.server.ts'
import { carryToRevision } from '#lib/review/thread/carry-threads.server.ts'
import { setThreadState } from '#lib/review/thread/write-threads.server.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import { give } from './change-role.server.ts'
import { lookAtSteps } from './look-at-steps.server.ts'
import { settle } from './settle.server.ts'

/**
 * Publishing: a checked bundle becomes an immutable revision, with the verdicts of its claims.
 *
 * The searches run before the transaction, so that no lock waits for them; the transaction then writes everything
 * or nothing. A verdict that is not the expected one does not stop a draft from being published: it is shown.
 */
export type Published = {
  readonly kind: 'published' | 'unchanged'
  readonly slug: string
  readonly number: number
  readonly claims: readonly { readonly id: string; readonly expect: string; readonly report: CheckReport }[]
  /** Null where nothing was published. */
  readonly gate: GateResult | null
}

export type PublishFailure =
  | { readonly kind: 'other-content'; readonly number: number }
  | { readonly kind: 'not-next'; readonly number: number; readonly next: number }
  | { readonly kind: 'other-change-id'; readonly published: string }
  | { readonly kind: 'change-id-taken'; readonly slug: string }
  | { readonly kind: 'incomplete'; readonly gate: GateResult }
  | { readonly kind: 'model'; readonly claim: string; readonly diagnostics: readonly Diagnostic[] }

export function describePublishFailure(slug: string, failure: PublishFailure): string {
  switch (failure.kind) {
    case 'other-content':
      return `${slug} v${failure.number} is published with other content, and a published revision never changes. Raise the version: copy the folder to v${failure.number + 1}, set \`revision: ${failure.number + 1}\` in its cover.mdx and write the changelog.`
    case 'not-next':
      return `${slug} v${failure.number} cannot be published: the next revision is v${failure.next}.`
    case 'other-change-id':
      return `The change-id of ${slug} is ${failure.published} and stays the same in every revision: correct \`change-id\` in cover.mdx.`
    case 'change-id-taken':
      return `This change-id belongs to the proposal ${failure.slug}: choose another in cover.mdx.`
    case 'incomplete':
      return gateSentence(failure.gate)
    case 'model': {
      const lines = failure.diagnostics.map(
        ({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`,
      )
      return `The model of the claim ${failure.claim} cannot be checked:\n${lines.join('\n')}`
    }
  }
}

/** How the database refuses what another instance published a moment before. */
const PUBLISHED_MEANWHILE: ReadonlySet<Refusal | null> = new Set([
  'proposal_slug_is_taken',
  'proposal_change_id_is_taken',
  'revision_number_is_taken',
  'revision_content_is_published',
])

/** What somebody else's act asks for around it. */
export type PublishMore = {
  /** Before anything is written: why it is not to be, or null. */
  readonly judge?: (gate: GateResult) => PublishFailure | null
  /** In the transaction, when all is written; what it throws takes everything back. */
  readonly alsoWrite?: (
    tx: Transaction,
    made: { readonly proposalId: string; readonly number: number },
  ) => Promise<void>
}

export async function publishBundle(
  slug: string,
  bundle: Bundle,
  now = new Date(),
  visibility: Visibility = 'public',
  /** Who publishes; null: nobody in their own name, and then it counts as of the first author that the cover names. */
  named: string | null = null,
  more: PublishMore = {},
): Promise<Result<Published, PublishFailure>> {
  const number = bundle.cover.revision
  const known = await standingOf(slug, bundle)
  if (!known.ok) return known
  if (known.value === 'published') return ok({ kind: 'unchanged', slug, number, claims: [], gate: null })

  const checks = await checkBundle(bundle)
  if (!checks.ok) return err({ kind: 'model', ...checks.error })

  const claims = checks.value.map(({ claim, report }) => ({ id: claim.id, expect: claim.expect, report }))
  const items = await examineBundle(bundle, claims)
  const refused = more.judge?.(gateResult(items, []))
  if (refused) return err(refused)
  const publisher = named ?? (await personFor(bundle.cover.authors[0] ?? ''))
  try {
    await writeAs(publisher, async (tx) => {
      const { proposalId, revisionId } = await insertRevision(tx, {
        ...{ slug, bundle, publisher, checks: checks.value, now, visibility },
      })
      await insertGate(tx, { revisionId, items, stamped: true })
      // Every thread stands in the new revision from its first moment.
      await carryToRevision(tx, { proposalId, revisionId, number })
      await seeSuggestions(tx, { proposalId, publisher, revisionId, number, bundle })
      const subject = { revision: number, contentHash: bundle.contentHash }
      await recordEvents(tx, [
        { proposalId, actor: publisher, kind: 'revision-published', subject },
        ...(await verdictEvents(tx, { proposalId, publisher, number, claims })),
      ])
      // Of a proposal that is new: a role that was taken does not come back with the next revision.
      if (number === 1)
        await makeAuthor(tx, { proposalId, personId: publisher, isNamed: named !== null }, now)
      await keepPromises(tx, { proposalId, publisher, number, now })
      await more.alsoWrite?.(tx, { proposalId, number })
      await settle(tx, { proposalId, actor: publisher, now }, { what: 'published' })
    })
  } catch (error) {
    // Another instance was publishing the same at the same time: look again at what there is now.
    if (!PUBLISHED_MEANWHILE.has(refusedBy(error))) throw error
    const meanwhile = await standingOf(slug, bundle)
    if (!meanwhile.ok) return meanwhile
    if (meanwhile.value !== 'published') throw error
    return ok({ kind: 'unchanged', slug, number, claims: [], gate: null })
  }
  // Compiled here, the first reader does not wait for it. What fails now is tried again then.
  await Promise.allSettled([...bundle.documents.map(codeOf), lookAtSteps()])
  return ok({ kind: 'published', slug, number, claims, gate: gateResult(items, []) })
}

/** What the check found, beside what it found of the revision before. */
async function verdictEvents(
  tx: Transaction,
  of: { proposalId: string; publisher: string; number: number; claims: Published['claims'] },
): Promise<EventRow[]> {
  const { proposalId, number } = of
  const before = await tx.claim.findMany({
    where: { revision: { proposalId, number: number - 1 } },
    select: { key: true, checkRun: { select: { verdict: true } } },
  })
  const told = verdictsTold(
    number,
    of.claims.map(({ id, expect, report }) => ({ id, expect, verdict: report.kind })),
    new Map(before.map(({ key, checkRun }) => [key, checkRun.verdict])),
  )
  return told ? [{ proposalId, actor: of.publisher, kind: 'claims-checked', subject: told }] : []
}

/** Who makes a proposal is its author. What nobody did in their own name is no event of theirs. */
async function makeAuthor(
  tx: Transaction,
  { isNamed, ...of }: { proposalId: string; personId: string; isNamed: boolean },
  now: Date,
): Promise<void> {
  if (isNamed) await give(tx, of.personId, { ...of, role: 'author' }, now)
  else await addRole(tx, { ...of, role: 'author' })
}

/** What of the suggestions that authors accepted the new text has. */
async function seeSuggestions(
  tx: Transaction,
  of: { proposalId: string; publisher: string; revisionId: string; number: number; bundle: Bundle },
): Promise<void> {
  const { proposalId, publisher, revisionId, number, bundle } = of
  if (number === 1) return
  const found = await acceptedIn(tx, proposalId, () => sourceText(bundle.documents))
  await setInText(
    tx,
    found.map(({ commentId }) => commentId),
    revisionId,
  )
  await recordEvents(
    tx,
    found.map(({ commentId, thread }) => ({
      ...{ proposalId, actor: publisher, kind: 'suggestion-in-text' as const },
      subject: { thread, comment: commentId, revision: number },
    })),
  )
}

/** What authors said that the next revision answers is answered by it. */
async function keepPromises(
  tx: Transaction,
  {
    proposalId,
    publisher,
    number,
    now,
  }: { proposalId: string; publisher: string; number: number; now: Date },
): Promise<void> {
  const promised = await tx.thread.findMany({
    where: { proposalId, state: 'open', promisedAt: { not: null } },
    orderBy: { id: 'asc' },
    select: { id: true, number: true, kind: true },
  })
  if (promised.length === 0) return
  const { id: revisionId } = await tx.revision.findUniqueOrThrow({
    where: { proposalId_number: { proposalId, number } },
    select: { id: true },
  })
  const events: EventRow[] = []
  for (const { id: threadId, kind, number: thread } of promised) {
    const answer = { comment: null, revisionId }
    const change = {
      threadId,
      kind,
      from: ['open'] as const,
      to: 'answered' as const,
      by: publisher,
      at: now,
      answer,
    }
    if (await setThreadState(tx, change))
      events.push({
        ...{ proposalId, actor: publisher, kind: 'thread-answered' },
        subject: { thread, revision: number },
      })
  }
  await recordEvents(tx, events)
  await tx.$executeRaw`SELECT set_config('app.actor', ${publisher}, true)`
}

/** Is this revision there, is it the next one, or may it not be published? */
async function standingOf(
  slug: string,
  bundle: Bundle,
): Promise<Result<'published' | 'next', PublishFailure>> {
  const { changeId, revision: number } = bundle.cover
  const proposal = await db().proposal.findUnique({
    where: { slug },
    select: {
      changeId: true,
      currentRevision: true,
      revisions: { where: { number }, select: { contentSha256: true } },
    },
  })
  if (!proposal) {
    const holder = await db().proposal.findUnique({ where: { changeId }, select: { slug: true } })
    if (holder) return err({ kind: 'change-id-taken', slug: holder.slug })
  }
  if (proposal && proposal.changeId !== changeId)
    return err({ kind: 'other-change-id', published: proposal.changeId })
  const [published] = proposal?.revisions ?? []
  if (published) {
    const same = Buffer.from(published.contentSha256).toString('hex') === bundle.contentHash
    return same ? ok('published') : err({ kind: 'other-content', number })
  }
  const next = (proposal?.currentRevision ?? 0) + 1
  return number === next ? ok('next') : err({ kind: 'not-next', number, next })
}

/** The person of an author's address. Its owner gets it when he confirms the address. */
async function personFor(author: string): Promise<string> {
  const { name, address } = mailboxOf(author)
  const known = await db().personAddress.findUnique({ where: { address }, select: { personId: true } })
  if (known) return known.personId
  const made = { id: randomUUID(), name }
  await insertPersons(db(), [made])
  // Of two publishers at the same moment one gives the address its person; the other takes that one.
  await db().personAddress.createMany({ data: [{ address, personId: made.id }], skipDuplicates: true })
  const owner = await db().personAddress.findUniqueOrThrow({ where: { address }, select: { personId: true } })
  return owner.personId
}
