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
import { traceTables } from '#lib/review/claim/trace-in-words.ts'
import { stampOfRevision } from '#lib/review/gate/gate.server.ts'
import { stampOf } from '#lib/review/gate/stamp.ts'
import { examineBundle } from '#lib/review/gate/write-gate.server.ts'
import type { Reader } from '#lib/review/person/permission.ts'
import { site } from '#lib/review/proposal/address.ts'
import {
  type LoadedRevision,
  loadRevision,
  orUnreadable,
  UnreadableRevision,
} from '#lib/review/revision/revisions.server.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import type { ListTextEdition } from '#lib/writeup/list-text/list-text.ts'
import { asSent, type SeriesAsSent } from './as-sent.server.ts'
import { type MailsOfSeveral, ReplyWriter } from './replies.ts'
import { type CheckForMail, coverMessageId, type RenderedSeries, renderSeries } from './series.ts'
import type { CommentForMail, ThreadForMail } from './thread-for-mail.ts'
import { mailedAmong, threadsForMail } from './threads-for-mail.server.ts'

/** Claims whose verdict is not the one that their sentence needs, by id: what is exported says so, and so does whoever asked. */
type NotAsClaimed = { readonly notAsClaimed: readonly string[] }

/** What the cover of an incomplete revision says first; empty: complete, or published before there was a gate. */
type Stamped = { readonly stamp: string }

/** A revision as the messages of a list; null when there is no such revision for this viewer. */
export async function exportRevision(
  viewer: Reader,
  slug: string,
  number: number | null,
  wish: Pick<ExportWish, 'today'> = {},
): Promise<({ readonly number: number; readonly series: RenderedSeries } & NotAsClaimed & Stamped) | null> {
  const revision = await loadRevision(viewer, slug, number)
  if (!revision) return null
  const notAsClaimed = failing(revision.claims)
  const { series } = await seriesAsSent(viewer, revision, wish)
  return { number: revision.number, series, notAsClaimed, stamp: await stampOfRevision(revision.revisionId) }
}

/** The series of a revision as people have it, or will. */
export function seriesAsSent(
  viewer: Reader,
  revision: LoadedRevision,
  { today = null }: { readonly today?: Date | null } = {},
): Promise<SeriesAsSent> {
  return asSent((edition) => seriesOf(viewer, revision, edition), today)
}

/** A revision and what was said about it. */
export type ExportedDiscussion = NotAsClaimed & {
  readonly number: number
  readonly revision: LoadedRevision
  readonly series: RenderedSeries
  /** The series left before, and has the date and the texts that it had then. */
  readonly wasSent: boolean
  /**
   * The mails of the threads, whole threads at a time, each mail behind the one it answers. Read from the database
   * while they are consumed, so that a discussion of any length is written in bounded memory.
   */
  readonly replies: AsyncIterable<readonly Message[]>
  /**
   * The mails of earlier pieces that those of the last piece answer: a mail of a list that says several things stands
   * with the first of the threads it is in.
   */
  readonly answeredBefore: () => readonly Message[]
}

export type ExportWish = {
  /**
   * For a list: the Message-IDs of the comments that are about to leave for it. Whatever else was said here and never
   * left is answered by none of the mails: a list has to have what is answered on it. They are dated `at`, seconds since
   * 1970: a mail has the date of the day on which it is sent.
   */
  readonly leaving?: { readonly ids: ReadonlySet<string>; readonly at: number }
  /** Without the threads that were carried to it. */
  readonly isOwnOnly?: boolean
  /** The series is about to leave, and has this day if it never did. */
  readonly today?: Date
}

/** Threads that are read at once: few enough for memory, enough that the database is not asked for each. */
const THREADS_AT_ONCE = 100

/** A revision with its threads as quoted replies; null when there is no such revision for this viewer. */
export async function exportDiscussion(
  viewer: Reader,
  slug: string,
  number: number | null,
  wish: ExportWish = {},
): Promise<ExportedDiscussion | null> {
  const revision = await loadRevision(viewer, slug, number)
  if (!revision) return null
  const { series, wasSent } = await seriesAsSent(viewer, revision, wish)
  const notAsClaimed = failing(revision.claims)
  const written: MailsOfSeveral = new Map()
  const before: Message[] = []
  return {
    number: revision.number,
    revision,
    series,
    wasSent,
    notAsClaimed,
    replies: repliesTo(viewer, revision, series, { wish, written, before }),
    answeredBefore: () => before,
  }
}

/** Work after which others are answered: a longest comment of a mail is some milliseconds, a thread may be thousands. */
const WORK_AT_ONCE_MS = 10

/** A thread that breaks the writer costs its own mails, and not the export. */
async function mailsOf(
  writer: ReplyWriter,
  thread: ThreadForMail,
  written: MailsOfSeveral,
  pause: () => Promise<void>,
): Promise<readonly Message[]> {
  try {
    const mails: Message[] = []
    for (const mail of writer.thread(thread, written)) {
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

type SaidOnList = Pick<CommentForMail, 'origin' | 'writtenAt' | 'isOnList'>

async function* repliesTo(
  viewer: Reader,
  revision: LoadedRevision,
  series: RenderedSeries,
  { wish, written, before }: { wish: ExportWish; written: MailsOfSeveral; before: Message[] },
): AsyncGenerator<readonly Message[]> {
  const writer = writerOf(revision, series)
  const pause = pauses()
  let after = 0
  for (;;) {
    const threads = await threadsForMail(viewer, revision.revisionId, {
      ...{ after, take: THREADS_AT_ONCE, isOwnOnly: wish.isOwnOnly ?? false },
    })
    const last = threads.at(-1)
    if (!last) return
    after = last.number
    const { leaving } = wish
    const mailed = leaving && (await mailedAmong(revision.revisionId, threads))
    /** With the date that its mail has on the list, if that has it or will. */
    const dated = <T extends SaidOnList>(said: T, name: string): T => {
      if (!leaving || said.origin === 'mail') return said
      const at = leaving.ids.has(name) ? leaving.at : mailed?.get(name)
      return at === undefined ? { ...said, isOnList: false } : { ...said, writtenAt: at }
    }
    const forList = (comment: CommentForMail): CommentForMail => {
      const { cameBy } = comment
      if (!leaving || !cameBy?.review) return dated(comment, comment.messageId)
      const comments = cameBy.comments.map((one) =>
        one.answers ? { ...one, answers: dated(one.answers, one.answers.messageId) } : one,
      )
      // A comment of a review leaves with it.
      return { ...dated(comment, cameBy.messageId), cameBy: { ...cameBy, comments } }
    }
    before.splice(0, before.length, ...[...written.values()].map(({ message }) => message))
    const mails: Message[] = []
    for (const thread of threads) {
      const comments = thread.comments.map(forList)
      mails.push(...(await mailsOf(writer, { ...thread, comments }, written, pause)))
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

export function seriesOf(
  viewer: Reader,
  revision: LoadedRevision,
  edition: ListTextEdition = 3,
): Promise<RenderedSeries> {
  const checks = revision.claims.map(({ id, report }) => [id, report])
  const hash = createHash('sha256').update(JSON.stringify(checks)).digest('hex')
  const key = `${revision.revisionId} ${revision.slug} ${hash} ${env.publicUrl} ${edition}`
  const series = rendered.get(key) ?? render(viewer, revision, edition)
  rendered.delete(key) // to the end: the first key is the one used longest ago
  rendered.set(key, series)
  series.catch(() => rendered.delete(key)) // a database that was away is asked again
  for (const old of [...rendered.keys()].slice(0, -RENDERED_KEPT)) rendered.delete(old)
  return series
}

async function render(
  viewer: Reader,
  revision: LoadedRevision,
  edition: ListTextEdition,
): Promise<RenderedSeries> {
  const { slug, number, bundle } = revision
  const before = number > 1 ? await loadRevision(viewer, slug, number - 1).catch(orUnreadable) : null
  // This one takes the place of one that cannot be read any more: it leaves without naming that.
  const previous = before instanceof UnreadableRevision ? null : before
  return renderSeries({
    slug,
    bundle,
    checks: checksForMail(bundle, revision.claims),
    siteUrl: env.publicUrl,
    previousCover: previous ? coverMessageId({ slug, bundle: previous.bundle }) : null,
    edition,
    stamp: await stampOfRevision(revision.revisionId),
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
): Promise<Result<RenderedSeries & NotAsClaimed & Stamped, UncheckableClaim>> {
  const checks = await checkBundle(bundle)
  if (!checks.ok) return checks
  const claims = checks.value.map(({ claim, report }) => ({ id: claim.id, expect: claim.expect, report }))
  const stamp = stampOf(await examineBundle(bundle, claims))
  return ok({
    ...renderSeries({
      slug,
      bundle,
      checks: checksForMail(bundle, claims),
      siteUrl,
      // The revision before is not in this folder, and an id that may be wrong is worse than none.
      previousCover: null,
      stamp,
    }),
    notAsClaimed: failing(claims),
    stamp,
  })
}

function failing(
  claims: readonly { readonly id: string; readonly expect: string; readonly report: CheckReport }[],
): readonly string[] {
  return claims.filter(({ expect, report }) => !isAsClaimed(expect, report.kind)).map(({ id }) => id)
}

function checksForMail(
  bundle: Bundle,
  checked: readonly { readonly id: string; readonly report: CheckReport }[],
): ReadonlyMap<string, CheckForMail> {
  const tables = traceTables(bundle, checked)
  return new Map(
    checked.map(({ id, report }) => [
      id,
      {
        verdict: report,
        trace: tables.get(id) ?? [],
        traceStatements: report.kind === 'violated' ? report.trace.length : 0,
      },
    ]),
  )
}
