import 'server-only'
import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { env } from '#lib/env.server.ts'
import { log } from '#lib/log.server.ts'
import type { Message } from '#lib/mail/message/message.ts'
import { isAsClaimed } from '#lib/promela/machine/verdict.ts'
import { ok, type Result } from '#lib/result.ts'
import { checkBundle, type UncheckableClaim } from '#lib/review/claim/check-bundle.server.ts'
import type { CheckReport } from '#lib/review/claim/check-report.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { site } from '#lib/review/proposal/address.ts'
import {
  type LoadedRevision,
  loadRevision,
  orUnreadable,
  UnreadableRevision,
} from '#lib/review/revision/revisions.server.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import { ReplyWriter } from './replies.ts'
import { type CheckForMail, coverMessageId, type RenderedSeries, renderSeries } from './series.ts'
import type { ThreadForMail } from './thread-for-mail.ts'
import { threadsForMail } from './threads-for-mail.server.ts'

/** Claims whose verdict is not the one that their sentence needs, by id: what is exported says so, and so does whoever asked. */
type NotAsClaimed = { readonly notAsClaimed: readonly string[] }

/** A revision as the messages of a list; null when there is no such revision for this viewer. */
export async function exportRevision(
  viewer: Viewer,
  slug: string,
  number: number | null,
): Promise<({ readonly number: number; readonly series: RenderedSeries } & NotAsClaimed) | null> {
  const revision = await loadRevision(viewer, slug, number)
  if (!revision) return null
  const notAsClaimed = failing(revision.claims)
  return { number: revision.number, series: await seriesOf(viewer, revision), notAsClaimed }
}

/** A revision and what was said about it. */
export type ExportedDiscussion = NotAsClaimed & {
  readonly number: number
  readonly revision: LoadedRevision
  readonly series: RenderedSeries
  /**
   * The mails of the threads, whole threads at a time, each mail behind the one it answers. Read from the database
   * while they are consumed, so that a discussion of any length is written in bounded memory.
   */
  readonly replies: AsyncIterable<readonly Message[]>
}

/** Threads that are read at once: few enough for memory, enough that the database is not asked for each. */
const THREADS_AT_ONCE = 100

/** A revision with its threads as quoted replies; null when there is no such revision for this viewer. */
export async function exportDiscussion(
  viewer: Viewer,
  slug: string,
  number: number | null,
): Promise<ExportedDiscussion | null> {
  const revision = await loadRevision(viewer, slug, number)
  if (!revision) return null
  const series = await seriesOf(viewer, revision)
  const notAsClaimed = failing(revision.claims)
  return {
    number: revision.number,
    revision,
    series,
    notAsClaimed,
    replies: repliesTo(viewer, revision, series),
  }
}

/** Work after which others are answered: a longest comment of a mail is some milliseconds, a thread may be thousands. */
const WORK_AT_ONCE_MS = 10

/** A thread that breaks the writer costs its own mails, and not the export. */
async function mailsOf(
  writer: ReplyWriter,
  thread: ThreadForMail,
  pause: () => Promise<void>,
): Promise<readonly Message[]> {
  try {
    const mails: Message[] = []
    for (const mail of writer.thread(thread)) {
      mails.push(mail)
      await pause()
    }
    return mails
  } catch (error) {
    log.error('a thread is left out of an export', { thread: thread.number, error })
    return []
  }
}

/** Lets others be answered once there was work for so long, wherever it is called. */
function pauses(): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < WORK_AT_ONCE_MS) return
    await setImmediate()
    since = performance.now()
  }
}

async function* repliesTo(
  viewer: Viewer,
  revision: LoadedRevision,
  series: RenderedSeries,
): AsyncGenerator<readonly Message[]> {
  const writer = writerOf(revision, series)
  const pause = pauses()
  let after = 0
  for (;;) {
    const threads = await threadsForMail(viewer, revision.revisionId, { after, take: THREADS_AT_ONCE })
    const last = threads.at(-1)
    if (!last) return
    after = last.number
    const mails: Message[] = []
    for (const thread of threads) {
      mails.push(...(await mailsOf(writer, thread, pause)))
    }
    yield mails
  }
}

/**
 * Series as they were rendered, by revision and verdicts: the same for everybody, and a tenth of a second of work that
 * nobody else is answered in. Revisions never change; a check that is run again has another report.
 */
const rendered = new Map<string, Promise<RenderedSeries>>()
const RENDERED_KEPT = 16

export function seriesOf(viewer: Viewer, revision: LoadedRevision): Promise<RenderedSeries> {
  const checks = revision.claims.map(({ id, report }) => [id, report])
  const hash = createHash('sha256').update(JSON.stringify(checks)).digest('hex')
  const key = `${revision.revisionId} ${revision.slug} ${hash} ${env.publicUrl}`
  const series = rendered.get(key) ?? render(viewer, revision)
  rendered.delete(key) // to the end: the first key is the one used longest ago
  rendered.set(key, series)
  series.catch(() => rendered.delete(key)) // a database that was away is asked again
  for (const old of [...rendered.keys()].slice(0, -RENDERED_KEPT)) rendered.delete(old)
  return series
}

async function render(viewer: Viewer, revision: LoadedRevision): Promise<RenderedSeries> {
  const { slug, number, bundle } = revision
  const before = number > 1 ? await loadRevision(viewer, slug, number - 1).catch(orUnreadable) : null
  // This one takes the place of one that cannot be read any more: it leaves without naming that.
  const previous = before instanceof UnreadableRevision ? null : before
  return renderSeries({
    slug,
    bundle,
    checks: new Map(revision.claims.map(({ id, report }) => [id, checkForMail(report)])),
    siteUrl: env.publicUrl,
    previousCover: previous ? coverMessageId({ slug, bundle: previous.bundle }) : null,
  })
}

/** What writes the replies to a series, with what it found out of the series: kept as long as that is. */
const writers = new WeakMap<RenderedSeries, ReplyWriter>()

export function writerOf({ slug, bundle }: LoadedRevision, series: RenderedSeries): ReplyWriter {
  const { blocks, cover } = bundle
  const proposalUrl = `${cover.baseUrl ?? env.publicUrl}${site.proposal(slug)}`
  const writer =
    writers.get(series) ?? new ReplyWriter({ series, blocks, mailDomain: cover.mailDomain, proposalUrl })
  writers.set(series, writer)
  return writer
}

/** A bundle that is nowhere published, checked here and now: needs no database. */
export async function exportBundle(
  slug: string,
  bundle: Bundle,
  siteUrl: string,
): Promise<Result<RenderedSeries & NotAsClaimed, UncheckableClaim>> {
  const checks = await checkBundle(bundle)
  if (!checks.ok) return checks
  const notAsClaimed = failing(
    checks.value.map(({ claim, report }) => ({ id: claim.id, expect: claim.expect, report })),
  )
  return ok({
    ...renderSeries({
      slug,
      bundle,
      checks: new Map(checks.value.map(({ claim, report }) => [claim.id, checkForMail(report)])),
      siteUrl,
      // The revision before is not in this folder, and an id that may be wrong is worse than none.
      previousCover: null,
    }),
    notAsClaimed,
  })
}

function failing(
  claims: readonly { readonly id: string; readonly expect: string; readonly report: CheckReport }[],
): readonly string[] {
  return claims.filter(({ expect, report }) => !isAsClaimed(expect, report.kind)).map(({ id }) => id)
}

function checkForMail(report: CheckReport): CheckForMail {
  if (report.kind !== 'violated') return { verdict: report, trace: [], traceStatements: 0 }
  return { verdict: report, trace: report.table, traceStatements: report.trace.length }
}
