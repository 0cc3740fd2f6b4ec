import 'server-only'
import { db } from '#lib/db.server.ts'
import { env } from '#lib/env.server.ts'
import { ok, type Result } from '#lib/result.ts'
import { verdictWords } from '#lib/review/claim/verdicts-told.ts'
import { EVENTS } from '#lib/review/event/event.ts'
import { momentOf } from '#lib/review/event/moment.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { findReadable, readableBy } from '#lib/review/person/readable.server.ts'
import { isSlug, site } from '#lib/review/proposal/address.ts'
import { search } from '#lib/review/search/search.server.ts'
import { leavingWords } from '#lib/review/suggestion/suggestion-lines.ts'
import { atomOf, type FeedEntry } from './atom.ts'

const ENTRIES = 50
const REVISIONS = 20
/** Of a comment, as far as a feed shows it. */
const BODY_CHARACTERS = 5000

const whole = (address: string) => `${env.publicUrl}${address}`

/** What was published, said, and found of its claims, the newest first; null: there is no such proposal for this viewer. */
export async function proposalFeed(viewer: Viewer, slug: string): Promise<string | null> {
  const proposal = isSlug(slug) ? await findReadable(viewer, slug) : null
  if (!proposal) return null
  const [revisions, verdicts, comments, decided] = await Promise.all([
    db().revision.findMany({
      where: { proposal: { id: proposal.id, ...readableBy(viewer) } },
      orderBy: { number: 'desc' },
      take: REVISIONS,
      select: { number: true, publishedAt: true, changelog: true, publisher: { select: { name: true } } },
    }),
    db().event.findMany({
      where: { proposal: { id: proposal.id, ...readableBy(viewer) }, kind: 'claims-checked' },
      orderBy: { id: 'desc' },
      take: REVISIONS,
      select: { subject: true, at: true },
    }),
    db().$queryRaw<
      {
        thread: number
        comment: number
        kind: string
        author: string
        at: Date
        body: string
        oldText: string | null
        newText: string | null
      }[]
    >`
      SELECT t.number AS thread, c.seq AS comment, t.kind::text, w.name AS author, c.created_at AS at,
             left(c.body, ${BODY_CHARACTERS}) AS body, g.old_text AS "oldText", g.new_text AS "newText"
      FROM search_comment s JOIN comment c ON c.id = s.comment_id JOIN thread t ON t.id = c.thread_id
        JOIN person w ON w.id = c.author_id LEFT JOIN suggestion g ON g.comment_id = c.id
      WHERE s.proposal_id = ${proposal.id}::uuid AND c.redacted_at IS NULL
      ORDER BY s.said_at DESC, c.id DESC LIMIT ${ENTRIES}`,
    db().$queryRaw<{ thread: number; comment: number; state: string; at: Date; by: string }[]>`
      SELECT t.number AS thread, c.seq AS comment, g.state, g.decided_at AS at, w.name AS by
      FROM suggestion g JOIN comment c ON c.id = g.comment_id JOIN thread t ON t.id = c.thread_id
        JOIN person w ON w.id = g.decided_by
      WHERE t.proposal_id = ${proposal.id}::uuid AND g.state IN ('accepted', 'declined')
      ORDER BY g.decided_at DESC LIMIT ${ENTRIES}`,
  ])
  const entries: FeedEntry[] = [
    ...revisions.map(({ number, publishedAt, changelog, publisher }) => ({
      url: whole(site.revision(slug, number)),
      title: `v${number} of ${proposal.title}`,
      author: publisher.name,
      at: momentOf(publishedAt),
      text: changelog === '' ? `Version ${number} was published.` : changelog,
    })),
    ...verdicts.flatMap(({ subject, at }): FeedEntry[] => {
      const told = EVENTS['claims-checked'].safeParse(subject)
      if (!told.success) return [] // of a later version
      const { title, text } = verdictWords(told.data)
      const url = whole(site.gate(slug, told.data.revision))
      return [{ ...{ url, title, text }, id: `${url}#claims`, author: 'The checker', at: momentOf(at) }]
    }),
    ...comments.map(({ thread, comment, kind, author, at, body, oldText, newText }) => ({
      url: whole(site.comment({ slug, thread, comment })),
      title: comment === 1 ? `${author} opened ${kind} #${thread}` : `${author} in #${thread}`,
      author,
      at: momentOf(at),
      text:
        oldText === null || newText === null
          ? body
          : leavingWords(body, { oldText, newText }).slice(0, BODY_CHARACTERS),
    })),
    ...decided.map(({ thread, comment, state, at, by }) => ({
      url: whole(`${site.suggestion({ slug, thread, comment })}#${state}`),
      title: `${by} ${state} a suggestion in #${thread}`,
      author: by,
      at: momentOf(at),
      text: `The suggestion of comment ${comment} in #${thread} was ${state}.`,
    })),
  ]
  return atomOf({
    title: proposal.title,
    selfUrl: whole(site.proposalAsFeed(slug)),
    url: whole(site.proposal(slug)),
    entries: newestFirst(entries),
  })
}

/** The newest comments that a search finds; the failure is its sentence. */
export async function searchFeed(viewer: Viewer, asked: string): Promise<Result<string, string>> {
  const found = await search(viewer, asked)
  if (!found.ok) return found
  const entries = (found.value?.comments ?? []).map(
    ({ slug, title, thread, comment, author, at, excerpt }): FeedEntry => ({
      url: whole(site.comment({ slug, thread, comment })),
      title: `${author} in #${thread} of ${title}`,
      author,
      at,
      text: excerpt.map(({ text }) => text).join(''),
    }),
  )
  return ok(
    atomOf({
      title: `Search: ${asked}`,
      selfUrl: whole(site.searchAsFeed(asked)),
      url: whole(site.search(asked)),
      entries: newestFirst(entries),
    }),
  )
}

const newestFirst = (entries: readonly FeedEntry[]) =>
  [...entries].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)).slice(0, ENTRIES)
