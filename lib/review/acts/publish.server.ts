import 'server-only'
import { db, type Refusal, refusedBy, writeAs } from '#lib/db.server.ts'
import type { Diagnostic } from '#lib/promela/diagnostic.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { checkBundle } from '#lib/review/claim/check-bundle.server.ts'
import type { CheckReport } from '#lib/review/claim/check-report.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import { codeOf } from '#lib/review/revision/compiled.server.ts'
import { mailboxOf } from '#lib/review/revision/mailbox.ts'
import { insertRevision } from '#lib/review/revision/write-revision.server.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'

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
}

export type PublishFailure =
  | { readonly kind: 'other-content'; readonly number: number }
  | { readonly kind: 'not-next'; readonly number: number; readonly next: number }
  | { readonly kind: 'other-change-id'; readonly published: string }
  | { readonly kind: 'change-id-taken'; readonly slug: string }
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

export async function publishBundle(
  slug: string,
  bundle: Bundle,
  now = new Date(),
): Promise<Result<Published, PublishFailure>> {
  const number = bundle.cover.revision
  const known = await standingOf(slug, bundle)
  if (!known.ok) return known
  if (known.value === 'published') return ok({ kind: 'unchanged', slug, number, claims: [] })

  const checks = await checkBundle(bundle)
  if (!checks.ok) return err({ kind: 'model', ...checks.error })

  const publisher = await personFor(bundle.cover.authors[0] ?? '')
  try {
    await writeAs(publisher, async (tx) => {
      const proposalId = await insertRevision(tx, { slug, bundle, publisher, checks: checks.value, now })
      const subject = { revision: number, contentHash: bundle.contentHash }
      await recordEvents(tx, [{ proposalId, actor: publisher, kind: 'revision-published', subject }])
    })
  } catch (error) {
    // Another instance was publishing the same at the same time: look again at what there is now.
    if (!PUBLISHED_MEANWHILE.has(refusedBy(error))) throw error
    const meanwhile = await standingOf(slug, bundle)
    if (!meanwhile.ok) return meanwhile
    if (meanwhile.value !== 'published') throw error
    return ok({ kind: 'unchanged', slug, number, claims: [] })
  }
  // Compiled here, the first reader does not wait for it. What fails now is tried again then.
  await Promise.allSettled(bundle.documents.map(codeOf))
  const claims = checks.value.map(({ claim, report }) => ({ id: claim.id, expect: claim.expect, report }))
  return ok({ kind: 'published', slug, number, claims })
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
  const made = await db().person.create({ data: { name }, select: { id: true } })
  // Of two publishers at the same moment one gives the address its person; the other takes that one.
  await db().personAddress.createMany({ data: [{ address, personId: made.id }], skipDuplicates: true })
  const owner = await db().personAddress.findUniqueOrThrow({ where: { address }, select: { personId: true } })
  return owner.personId
}
