import 'server-only'
import { z } from 'zod'
import { db } from '#lib/db.server.ts'
import { env } from '#lib/env.server.ts'
import { log } from '#lib/log.server.ts'
import { indexSeries } from '#lib/mail/import/mailed-series.ts'
import { subjectKey } from '#lib/mail/import/read/reply-subject.ts'
import { parseRfc3339 } from '#lib/mail/message/date.ts'
import type { MessageId } from '#lib/mail/message/message.ts'
import { partMessageId } from '#lib/mail/message/message-id.ts'
import { invariant } from '#lib/result.ts'
import { seriesOf } from '#lib/review/export/export.server.ts'
import { loadRevision, UnreadableRevision } from '#lib/review/revision/revisions.server.ts'
import { hashOf, lateAfter } from '#lib/review/revision/see-step.server.ts'
import { stepModelOf } from '#lib/review/revision/simulation-of-revision.ts'
import { decodePermalink } from '#lib/simulation/permalink.ts'
import { seeStep } from '#lib/simulation/step-seen.ts'
import type { RevisionForImport } from './plan.ts'
import { seriesForImport } from './series-for-import.ts'

/**
 * The revisions that mail can be about.
 *
 * The Message-IDs of a revision are a function of what its row says, so that a mail that names one is recognised
 * without rendering anything, for every revision there ever was. What the mail quotes needs the rendered text, indexed;
 * that is made for a revision when the first mail answers it, and kept. Revisions never change, so nothing is stale.
 */
export type KnownRevision = {
  readonly id: string
  readonly proposalId: string
  readonly slug: string
  readonly number: number
  readonly mailDomain: string
  /** Of cover and parts. */
  readonly messageIds: readonly MessageId[]
}

export type LoadedForImport = RevisionForImport & { readonly revision: KnownRevision }

/** The front matter as far as Message-IDs need it; parsed, since the column is JSON. */
const FrontMatter = z.object({ date: z.string(), mailDomain: z.string() })
/** Cover and four write-ups. */
const PARTS = 5

const revisions = new Map<string, KnownRevision>()
const loaded = new Map<string, Promise<LoadedForImport>>()
/** Each is a text of about 100 KB with its index. */
const LOADED_KEPT = 24
const subjects = new Map<string, readonly string[]>()

/** Of one proposal, or of all. Asks the database for their numbers each time, for the rest of each once. */
export async function knownRevisions(slug: string | null): Promise<KnownRevision[]> {
  const rows = await db().revision.findMany({
    where: slug === null ? {} : { proposal: { slug } },
    orderBy: [{ proposalId: 'asc' }, { number: 'asc' }],
    select: { id: true },
  })
  const missing = rows.map(({ id }) => id).filter((id) => !revisions.has(id))
  for (let at = 0; at < missing.length; at += READ_AT_ONCE)
    for (const row of await readRevisions(missing.slice(at, at + READ_AT_ONCE))) revisions.set(row.id, row)
  return rows.flatMap(({ id }) => revisions.get(id) ?? [])
}

/** Of an instance that has just begun: all there are, a statement for each thousand. */
const READ_AT_ONCE = 1000

async function readRevisions(ids: readonly string[]): Promise<KnownRevision[]> {
  const rows = await db().revision.findMany({
    where: { id: { in: [...ids] } },
    select: {
      id: true,
      number: true,
      proposalId: true,
      contentSha256: true,
      frontMatter: true,
      proposal: { select: { slug: true } },
    },
  })
  return rows.flatMap(({ id, number, proposalId, contentSha256, frontMatter, proposal: { slug } }) => {
    const matter = FrontMatter.safeParse(frontMatter)
    const date = matter.success ? parseRfc3339(matter.data.date) : null
    // Written by something else than `publish`: it was never mailed, so no mail answers it.
    if (!matter.success || !date?.ok) return []
    const { mailDomain } = matter.data
    const contentHash = Buffer.from(contentSha256).toString('hex')
    const of = { date: date.value, slug, revision: number, contentHash, mailDomain }
    const messageIds = Array.from({ length: PARTS }, (_, part) => partMessageId({ ...of, part }))
    return [{ id, proposalId, slug, number, mailDomain, messageIds }]
  })
}

function loadForImport(revision: KnownRevision): Promise<LoadedForImport> {
  let made = loaded.get(revision.id)
  if (!made) {
    made = render(revision)
    made.catch(() => loaded.delete(revision.id)) // a database that was away is asked again
  }
  loaded.delete(revision.id) // to the end: the first key is the one used longest ago
  loaded.set(revision.id, made)
  const oldest = loaded.keys().next().value
  if (loaded.size > LOADED_KEPT && oldest !== undefined) loaded.delete(oldest)
  return made
}

/** Of each mail that names a step; mails are taken in one after the other. */
const LONGEST_OF_A_STEP_MS = 1000

const told = new Set<string>()

/**
 * Null: the present rules refuse this revision, so that nothing can be found in it. It costs what is about it, and
 * nothing else: mail to every other revision goes on.
 */
export async function loadIfReadable(revision: KnownRevision): Promise<LoadedForImport | null> {
  try {
    return await loadForImport(revision)
  } catch (error) {
    if (!(error instanceof UnreadableRevision)) throw error
    if (!told.has(revision.id))
      log.error('a revision is not readable for mail', { revision: revision.id, error: error.name })
    told.add(revision.id)
    return null
  }
}

async function render(revision: KnownRevision): Promise<LoadedForImport> {
  const { id, slug, number } = revision
  const stored = await loadRevision('program', slug, number)
  invariant(stored, `revision ${slug} v${number} is published`)
  const { blocks, text, textVersion } = stored.bundle
  const [present, first] = await Promise.all([seriesOf('program', stored), seriesOf('program', stored, 1)])
  const series = seriesForImport(id, number, present, blocks, [first])
  const stepAt = (key: string, link: string) => {
    const model = stepModelOf(stored.bundle, key)
    const read = model && decodePermalink(key, `#${link}`)
    const seen =
      model && read?.ok ? seeStep(model, read.value, hashOf(model), lateAfter(LONGEST_OF_A_STEP_MS)) : null
    return seen?.ok ? seen.value : null
  }
  return { revision, indexed: indexSeries(series), blocks, text, textVersion, stepAt }
}

/** The revision a part of which has this subject, the newest first: for mail that lost every other trace. */
export async function revisionOfSubject(
  subject: string,
  among: readonly KnownRevision[],
): Promise<KnownRevision | null> {
  const wanted = subjectKey(subject)
  if (wanted === '') return null
  for (const revision of among.toReversed()) {
    let known = subjects.get(revision.id)
    if (!known) {
      const parts = (await loadIfReadable(revision))?.indexed.parts ?? []
      known = parts.flatMap((part) => (part.subjectKey === null ? [] : [part.subjectKey]))
      subjects.set(revision.id, known)
    }
    if (known.includes(wanted)) return revision
  }
  return null
}

/** Where relative links of comments lead from. */
export const siteUrl = () => env.publicUrl
