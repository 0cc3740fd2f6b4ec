import 'server-only'
import { z } from 'zod'
import { db, sql, type Transaction } from '#lib/db.server.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { momentOf } from '#lib/review/event/moment.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { listedFor, listedSql } from '#lib/review/person/readable.server.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import { WRITEUP_IDS } from '#lib/writeup/parse/document-id.ts'
import type { Prisma } from '#prisma/generated/client.ts'
import { excerptOf, type Stretch } from './excerpt.ts'
import { isEmptyQuery, parseQuery, type SearchQuery, type Term, wordsOf } from './query.ts'

/**
 * Finds passages of the newest revisions and comments. The order is always the same and said on the page: proposals by their
 * title, then passages in the order of their text, then comments, the newest first. By nearness to the question was rejected: it
 * changes with every comment, and who looks for the discussion of `hb->lock` wants what was said last.
 *
 * Each statement is bounded in what it looks at, in what it gives and in time, whatever is asked.
 */
export type PassageHit = {
  readonly slug: string
  readonly title: string
  readonly revision: number
  readonly writeup: string
  readonly blockKey: string
  readonly excerpt: readonly Stretch[]
}

export type CommentHit = {
  readonly slug: string
  readonly title: string
  readonly thread: number
  readonly comment: number
  readonly kind: string
  readonly state: string
  readonly writeup: string
  readonly revision: number
  readonly author: string
  readonly at: string
  readonly excerpt: readonly Stretch[]
}

export type SearchFound = {
  readonly query: SearchQuery
  readonly proposals: readonly { readonly slug: string; readonly title: string }[]
  readonly passages: readonly PassageHit[]
  /** There are more, which a narrower question shows. */
  readonly morePassages: boolean
  readonly comments: readonly CommentHit[]
  /** From 1. */
  readonly page: number
  readonly pages: number
  /** There are more behind the last page. */
  readonly moreComments: boolean
  /** No word begins as it was asked; these have it within one. */
  readonly isWithinWords: boolean
}

const PROPOSALS = 10
const PASSAGES = 20
const ON_A_PAGE = 20
export const MOST_PAGES = 5
const COMMENTS = ON_A_PAGE * MOST_PAGES
/** The newest comments, which are looked through first: for what is said often no index is needed. */
const NEWEST = 3000
/** Of the comments that an index names. */
const LOOKED_AT = 20_000
const LOOKED_AT_WITHIN_WORDS = 5000
const MOST_MS = 3000

export async function search(
  viewer: Viewer,
  given: string,
  page = 1,
): Promise<Result<SearchFound | null, string>> {
  const parsed = parseQuery(given)
  if (!parsed.ok) return parsed
  const query = parsed.value
  if (isEmptyQuery(query))
    return given.trim() === '' ? ok(null) : err('Type a word with letters or digits in it.')
  if (query.by?.toLowerCase() === 'me' && !viewer) return err('“by:me” needs an account: sign in first.')
  const place = await placeOf(viewer, query.in)
  if (!place.ok) return place
  const asked = { viewer, query, place: place.value }
  try {
    return ok(
      await db().$transaction(
        async (tx) => {
          await tx.$executeRaw`SELECT set_config('statement_timeout', ${String(MOST_MS)}, true)`
          const found = await find(tx, asked, false, page)
          const isNothing = found.proposals.length + found.passages.length + found.comments.length === 0
          return isNothing && canBeWithinWords(query) ? find(tx, asked, true, page) : found
        },
        { maxWait: 5000, timeout: 15_000 },
      ),
    )
  } catch (error) {
    if (!TookTooLong.safeParse(error).success) throw error
    return err('This search takes too long here. Add a word, or a filter such as in:io-uring-futex.')
  }
}

/** Postgres ended the statement. */
const TookTooLong = z.object({
  meta: z.object({ driverAdapterError: z.object({ cause: z.object({ originalCode: z.literal('57014') }) }) }),
})

type Place = { readonly proposalId: string } | { readonly writeup: string } | null
type Asked = { readonly viewer: Viewer; readonly query: SearchQuery; readonly place: Place }

async function placeOf(viewer: Viewer, name: string | null): Promise<Result<Place, string>> {
  if (name === null) return ok(null)
  if (WRITEUP_IDS.some((one) => one === name) || name === 'cover') return ok({ writeup: name })
  const found = isSlug(name)
    ? await db().proposal.findUnique({ where: { slug: name, ...listedFor(viewer) }, select: { id: true } })
    : null
  if (found) return ok({ proposalId: found.id })
  return err(`“in:${name}” is neither a proposal nor a write-up: ${['cover', ...WRITEUP_IDS].join(', ')}.`)
}

/** Whether the viewer may meet this proposal without knowing its address. */
export async function isListed(viewer: Viewer, slug: string): Promise<boolean> {
  if (!isSlug(slug)) return false
  const where = { slug, ...listedFor(viewer) }
  return (await db().proposal.findUnique({ where, select: { id: true } })) !== null
}

/** Three letters or digits in a row: what an index of parts of words can find. */
const canBeWithinWords = ({ terms }: SearchQuery) =>
  terms.length > 0 &&
  terms.every(({ kind }) => kind !== 'message') &&
  terms.every((term) => /[\p{L}\p{N}]{3}/u.test(textOf(term)))

const textOf = (term: Term) => (term.kind === 'message' ? term.id : term.text)
const within = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`

async function find(
  tx: Transaction,
  asked: Asked,
  isWithinWords: boolean,
  page: number,
): Promise<SearchFound> {
  const { query } = asked
  const isFirst = page === 1
  const isAll = query.only === null
  const proposals = isFirst && isAll ? await proposalsFound(tx, asked, isWithinWords) : []
  const passages = isFirst && query.only !== 'comments' ? await passagesFound(tx, asked, isWithinWords) : []
  const ids = query.only === 'passages' ? [] : await commentIds(tx, asked, isWithinWords)
  const shown = ids.slice(0, COMMENTS)
  const comments = await commentsShown(tx, shown.slice((page - 1) * ON_A_PAGE, page * ON_A_PAGE), query.terms)
  return {
    query,
    proposals,
    passages: passages.slice(0, PASSAGES),
    morePassages: passages.length > PASSAGES,
    comments,
    page,
    pages: Math.max(1, Math.ceil(shown.length / ON_A_PAGE)),
    moreComments: ids.length > COMMENTS,
    isWithinWords,
  }
}

/** That a tsvector has the words of each term, and the text what has signs in it. */
function termsIn(terms: readonly Term[], words: Prisma.Sql): readonly Prisma.Sql[] {
  return terms.map((term) => sql`${words} @@ ${termQuery(term)}`)
}

function termQuery(term: Term): Prisma.Sql {
  if (term.kind === 'word') {
    const word = term.text.toLowerCase()
    // A short word begins too many others.
    const begins = word.length < 3 ? `'${word}':A` : `'${word}':*A`
    return sql`(to_tsquery('english', ${`'${word}':B`}) || to_tsquery('simple', ${begins}))`
  }
  const words = wordsOf(textOf(term))
  // What has signs in it may be the beginning of a longer name; a phrase ends where it ends.
  const one = (word: string, at: number) =>
    term.kind === 'literal' && at === words.length - 1 ? `'${word}':*A` : `'${word}':A`
  return sql`to_tsquery('simple', ${words.map(one).join(' <-> ')})`
}

const literalsIn = (
  terms: readonly Term[],
  text: Prisma.Sql,
  isWithinWords: boolean,
): readonly Prisma.Sql[] =>
  terms
    .filter(({ kind }) => isWithinWords || kind === 'literal' || kind === 'message')
    .map((term) => sql`${text} ILIKE ${within(textOf(term))}`)

const all = (conditions: readonly Prisma.Sql[]): Prisma.Sql =>
  conditions.reduce((before, one) => sql`${before} AND ${one}`, sql`true`)

async function proposalsFound(tx: Transaction, { viewer, query, place }: Asked, isWithinWords: boolean) {
  if (query.terms.length === 0 || query.on !== null || place !== null) return []
  const words = sql`search_words(p.title || ' ' || p.slug)`
  const text = sql`(p.title || ' ' || p.slug)`
  return tx.$queryRaw<{ slug: string; title: string }[]>`
    SELECT p.slug, p.title FROM proposal p
    WHERE p.current_revision > 0 AND ${listedSql(viewer, 'p')}
      AND ${all(isWithinWords ? [] : termsIn(query.terms, words))} AND ${all(literalsIn(query.terms, text, isWithinWords))}
    ORDER BY p.created_at DESC LIMIT ${PROPOSALS}`
}

type PassageRow = Omit<PassageHit, 'excerpt'> & { readonly text: string }

async function passagesFound(
  tx: Transaction,
  { viewer, query, place }: Asked,
  isWithinWords: boolean,
): Promise<PassageHit[]> {
  // A filter alone would be the text itself, which has a page.
  if (query.terms.length === 0) return []
  const rows = await tx.$queryRaw<PassageRow[]>`
    SELECT p.slug, p.title, r.number AS revision, b.writeup, g.block_key AS "blockKey", g.text
    FROM passage g JOIN revision r ON r.id = g.revision_id JOIN proposal p ON p.id = r.proposal_id
      JOIN block b ON b.revision_id = g.revision_id AND b.block_key = g.block_key
    WHERE ${query.on === null ? sql`r.number = p.current_revision` : sql`r.number = ${query.on}`}
      AND ${listedSql(viewer, 'p')}
      AND ${all(isWithinWords ? [] : termsIn(query.terms, sql`g.words`))}
      AND ${all(literalsIn(query.terms, sql`g.text`, isWithinWords))}
      AND ${inPlace(place, sql`p.id`)}
    ORDER BY p.created_at DESC, p.id, g.ord LIMIT ${PASSAGES + 1}`
  return rows.map(({ text, ...hit }) => ({ ...hit, excerpt: excerptOf(text, query.terms) }))
}

function inPlace(place: Place, proposal: Prisma.Sql): Prisma.Sql {
  if (place === null) return sql`true`
  return 'writeup' in place ? sql`b.writeup = ${place.writeup}` : sql`${proposal} = ${place.proposalId}::uuid`
}

/** At most one more than is shown, the newest first. */
async function commentIds(tx: Transaction, asked: Asked, isWithinWords: boolean): Promise<string[]> {
  const { query, place } = asked
  const { terms } = query
  const named = await namedIds(tx, asked)
  const ofProposal =
    place && 'proposalId' in place ? sql`s.proposal_id = ${place.proposalId}::uuid` : sql`true`
  const words = isWithinWords ? [] : termsIn(terms, sql`s.words`)
  const from = async (rows: Prisma.Sql) =>
    (await tx.$queryRaw<{ id: string }[]>`${chosenFrom(asked, rows, isWithinWords)}`).map(({ id }) => id)
  const newest = await from(
    sql`SELECT s.comment_id, s.proposal_id, s.said_at, s.words FROM search_comment s
        WHERE ${ofProposal} ORDER BY s.said_at DESC, s.comment_id DESC LIMIT ${NEWEST}`,
  )
  const found =
    newest.length > COMMENTS
      ? newest
      : await from(
          isWithinWords
            ? sql`SELECT s.comment_id, s.proposal_id, s.said_at, s.words
                  FROM comment k JOIN search_comment s ON s.comment_id = k.id
                  WHERE ${ofProposal} AND ${all(literalsIn(terms, sql`k.body`, true))} LIMIT ${LOOKED_AT_WITHIN_WORDS}`
            : terms.length > 0
              ? sql`SELECT s.comment_id, s.proposal_id, s.said_at, s.words FROM search_comment s
                    WHERE ${ofProposal} AND ${all(words)} LIMIT ${LOOKED_AT}`
              : sql`SELECT s.comment_id, s.proposal_id, s.said_at, s.words FROM search_comment s
                    WHERE ${ofProposal} ORDER BY s.said_at DESC, s.comment_id DESC LIMIT ${LOOKED_AT}`,
        )
  return [...new Set([...named, ...found])].slice(0, COMMENTS + 1)
}

/** Of some rows of `search_comment` those that are meant. */
function chosenFrom({ viewer, query, place }: Asked, rows: Prisma.Sql, isWithinWords: boolean): Prisma.Sql {
  const { terms, states, kinds, by, on } = query
  const needsBlock = place !== null && 'writeup' in place
  return sql`
    SELECT c.id::text FROM (${rows}) s
      JOIN comment c ON c.id = s.comment_id JOIN thread t ON t.id = c.thread_id JOIN proposal p ON p.id = s.proposal_id
      ${needsBlock ? sql`JOIN anchor a ON a.thread_id = t.id JOIN block b ON b.revision_id = a.revision_id AND b.block_key = a.block_key` : sql``}
      ${on === null ? sql`` : sql`JOIN revision r ON r.id = t.opened_on`}
    WHERE c.redacted_at IS NULL AND ${listedSql(viewer, 'p')}
      AND ${all(isWithinWords ? [] : termsIn(terms, sql`s.words`))}
      AND ${all(literalsIn(terms, sql`c.body`, isWithinWords))}
      AND ${inPlace(place, sql`p.id`)}
      AND ${states.length === 0 ? sql`true` : sql`t.state::text = ANY (${[...states]})`}
      AND ${kinds.length === 0 ? sql`true` : sql`t.kind::text = ANY (${[...kinds]})`}
      AND ${on === null ? sql`true` : sql`r.number = ${on}`}
      AND ${writtenBy(viewer, by)}
    ORDER BY s.said_at DESC, c.id DESC LIMIT ${COMMENTS + 1}`
}

function writtenBy(viewer: Viewer, by: string | null): Prisma.Sql {
  if (by === null) return sql`true`
  if (by.toLowerCase() === 'me') return sql`c.author_id::text = ${viewer?.personId ?? ''}`
  return sql`c.author_id IN (SELECT id FROM person WHERE name ILIKE ${within(by)})`
}

/** Comments that a Message-ID of the question names: their own, or that of the mail that brought them. */
async function namedIds(tx: Transaction, { viewer, query }: Asked): Promise<string[]> {
  const ids = query.terms.flatMap((term) => (term.kind === 'message' ? [term.id] : []))
  if (ids.length === 0 || query.terms.length > ids.length) return []
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT c.id::text FROM comment c JOIN thread t ON t.id = c.thread_id JOIN proposal p ON p.id = t.proposal_id
    WHERE c.redacted_at IS NULL AND ${listedSql(viewer, 'p')} AND c.id IN (
      SELECT id FROM comment WHERE message_id = ANY (${ids})
      UNION SELECT mc.comment_id FROM mail_comment mc JOIN incoming_mail m ON m.id = mc.mail_id
      WHERE m.message_id = ANY (${ids}) AND m.status = 'imported')
    ORDER BY c.created_at DESC, c.id DESC LIMIT ${COMMENTS}`
  return rows.map(({ id }) => id)
}

type CommentRow = Omit<CommentHit, 'excerpt' | 'at'> & { readonly text: string; readonly at: Date }

async function commentsShown(
  tx: Transaction,
  ids: readonly string[],
  terms: readonly Term[],
): Promise<CommentHit[]> {
  if (ids.length === 0) return []
  const rows = await tx.$queryRaw<CommentRow[]>`
    SELECT p.slug, p.title, t.number AS thread, c.seq AS comment, t.kind::text, t.state::text, coalesce(b.writeup, '') AS writeup,
           r.number AS revision, w.name AS author, c.created_at AS at, c.body AS text
    FROM unnest(${[...ids]}::uuid[]) WITH ORDINALITY AS asked(id, place)
      JOIN comment c ON c.id = asked.id JOIN thread t ON t.id = c.thread_id JOIN proposal p ON p.id = t.proposal_id
      JOIN revision r ON r.id = t.opened_on JOIN person w ON w.id = c.author_id
      LEFT JOIN anchor a ON a.thread_id = t.id
      LEFT JOIN block b ON b.revision_id = a.revision_id AND b.block_key = a.block_key
    ORDER BY asked.place`
  return rows.map(({ text, at, ...hit }) => ({ ...hit, at: momentOf(at), excerpt: excerptOf(text, terms) }))
}
