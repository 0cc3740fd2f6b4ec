import 'server-only'
import { createHash } from 'node:crypto'
import type { Transaction } from '#lib/db.server.ts'
import { checkerVersion } from '#lib/promela/machine/verdict.ts'
import type { Check } from '#lib/review/claim/check-bundle.server.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import type { Cover } from '#lib/writeup/parse/cover.ts'

const sha256 = (text: string) => new Uint8Array(createHash('sha256').update(text).digest())

/**
 * The one writer of revisions, with all that belongs to one: its proposal's head, files, blocks, claims and what the
 * checker said of them. In the caller's transaction and in the publisher's name; the proposal's id.
 */
export async function insertRevision(
  tx: Transaction,
  input: { slug: string; bundle: Bundle; publisher: string; checks: readonly Check[]; now: Date },
): Promise<string> {
  const { slug, bundle, publisher, checks, now } = input
  const { cover } = bundle
  const { title, area, changeId, revision: number } = cover
  const proposal = await tx.proposal.upsert({
    where: { slug },
    create: { slug, title, area, changeId, currentRevision: number },
    update: { title, area, currentRevision: number },
    select: { id: true },
  })
  await tx.membership.createMany({
    data: [{ proposalId: proposal.id, personId: publisher, role: 'author' as const }],
    skipDuplicates: true,
  })
  const revision = await tx.revision.create({
    data: {
      proposalId: proposal.id,
      number,
      contentSha256: new Uint8Array(Buffer.from(bundle.contentHash, 'hex')),
      textVersion: bundle.textVersion,
      plainText: bundle.text,
      changelog: cover.changelog.join('\n'),
      frontMatter: frontMatterOf(cover),
      publishedBy: publisher,
      publishedAt: now,
    },
    select: { id: true },
  })
  await tx.revisionFile.createMany({
    data: bundle.files.map(({ path, bytes }) => ({
      revisionId: revision.id,
      path,
      bytes: new Uint8Array(bytes),
    })),
  })
  await tx.block.createMany({
    data: bundle.blocks.map((block) => ({
      revisionId: revision.id,
      ord: block.ord,
      key: block.key,
      kind: block.kind,
      writeup: block.writeup,
      textStart: block.start,
      textEnd: block.end,
      textSha256: sha256(block.text),
    })),
  })
  for (const { claim, modelSha256, report } of checks) {
    const trace = report.kind === 'violated' ? [...report.trace] : undefined
    const key = { modelSha256, property: claim.property, checkerVersion }
    // Another proposal may have the same model, and publish at the same moment.
    await tx.checkRun.createMany({
      data: [{ ...key, verdict: report.kind, report, trace }],
      skipDuplicates: true,
    })
    const run = await tx.checkRun.findUniqueOrThrow({
      where: { modelSha256_property_checkerVersion: key },
      select: { id: true },
    })
    await tx.claim.create({
      data: {
        revisionId: revision.id,
        key: claim.id,
        blockKey: claim.blockKey,
        sentence: claim.sentence,
        model: claim.model,
        variant: claim.variant,
        property: claim.property,
        expect: claim.expect,
        required: claim.required,
        checkRunId: run.id,
      },
    })
  }
  return proposal.id
}

/** Plain JSON of the cover; `undefined` has no place in a JSON column. */
const frontMatterOf = (cover: Cover) => JSON.parse(JSON.stringify(cover))
