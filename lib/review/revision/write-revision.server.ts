import 'server-only'
import { createHash } from 'node:crypto'
import type { Transaction } from '#lib/db.server.ts'
import { checkerVersion } from '#lib/promela/machine/verdict.ts'
import type { Check } from '#lib/review/claim/check-bundle.server.ts'
import type { Visibility } from '#lib/review/person/visibility.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import { RULES_VERSION } from '#lib/writeup/bundle/rules-version.ts'
import { MAX_WARNINGS, storedParseOf } from '#lib/writeup/bundle/stored-parse.ts'
import type { Problem } from '#lib/writeup/parse/problem.ts'

const sha256 = (text: string) => new Uint8Array(createHash('sha256').update(text).digest())

/**
 * The one writer of revisions, with all that belongs to one: its proposal's head, files, blocks, claims and what the
 * checker said of them. In the caller's transaction and in the publisher's name.
 */
export async function insertRevision(
  tx: Transaction,
  input: {
    slug: string
    bundle: Bundle
    publisher: string
    checks: readonly Check[]
    now: Date
    /** Of a proposal that is new; one that is there keeps its own. */
    visibility: Visibility
  },
): Promise<{ proposalId: string; revisionId: string }> {
  const { slug, bundle, publisher, checks, now, visibility } = input
  const { cover } = bundle
  const { title, area, changeId, revision: number } = cover
  const proposal = await tx.proposal.upsert({
    where: { slug },
    create: { slug, title, area, changeId, visibility, currentRevision: number },
    update: { title, area, currentRevision: number },
    select: { id: true },
  })
  const revision = await tx.revision.create({
    data: {
      proposalId: proposal.id,
      number,
      contentSha256: new Uint8Array(Buffer.from(bundle.contentHash, 'hex')),
      textVersion: bundle.textVersion,
      plainText: bundle.text,
      changelog: cover.changelog.join('\n'),
      frontMatter: asJson(cover),
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
  await insertParsed(tx, { revisionId: revision.id, bundle, warnings: [] })
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
  await insertPassages(tx, revision.id, bundle.blocks)
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
  return { proposalId: proposal.id, revisionId: revision.id }
}

/** `undefined` has no place in a JSON column. */
const asJson = (value: object) => JSON.parse(JSON.stringify(value))

/** What is stored of a parse; of a revision that has it already, that stays. */
export async function insertParsed(
  tx: Transaction,
  input: { revisionId: string; bundle: Bundle; warnings: readonly Problem[] },
): Promise<void> {
  const { revisionId, bundle, warnings } = input
  await tx.revisionParsed.createMany({
    data: [
      {
        revisionId,
        rulesVersion: RULES_VERSION,
        contentSha256: new Uint8Array(Buffer.from(bundle.contentHash, 'hex')),
        parsed: asJson(storedParseOf(bundle)),
        warnings: asJson(warnings.slice(0, MAX_WARNINGS)),
      },
    ],
    skipDuplicates: true,
  })
}

/** The texts of a revision's blocks, to be searched; of a block that has its already, that stays. */
export async function insertPassages(
  tx: Pick<Transaction, 'passage'>,
  revisionId: string,
  blocks: readonly { readonly key: string; readonly ord: number; readonly text: string }[],
): Promise<void> {
  await tx.passage.createMany({
    data: blocks.map(({ key, ord, text }) => ({ revisionId, blockKey: key, ord, text })),
    skipDuplicates: true,
  })
}
