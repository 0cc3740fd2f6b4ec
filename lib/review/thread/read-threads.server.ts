import 'server-only'
import { PLACE_STATES } from '#lib/anchor/carry.ts'
import { giveWay } from '#lib/aside/give-way.server.ts'
import { db, sql } from '#lib/db.server.ts'
import { namedInComment } from '#lib/review/comment/comment-html.ts'
import { Fragments } from '#lib/review/comment/fragments.ts'
import { momentOf } from '#lib/review/event/moment.ts'
import { confirmedAmong } from '#lib/review/person/confirmed.server.ts'
import { marksOf } from '#lib/review/person/marks.server.ts'
import { can, type Relation, type Standing, type Viewer } from '#lib/review/person/permission.ts'
import { findReadable, readableBy, readableSql } from '#lib/review/person/readable.server.ts'
import { rolesByPerson } from '#lib/review/person/standing.server.ts'
import { type CommentPlace, isSlug } from '#lib/review/proposal/address.ts'
import { SUGGESTION_COLUMNS, suggestionShown } from '#lib/review/suggestion/read-suggestions.server.ts'
import { stepFragment, stepSentence } from '#lib/simulation/step-shown.ts'
import type { Prisma } from '#prisma/generated/client.ts'
import {
  partsOf,
  partWith,
  planThreads,
  type Room,
  readingsOf,
  type Share,
  type ThreadHead,
  type ThreadPart,
} from './page-plan.ts'
import { aboutOf, type Carried, goneFrom, pinnedOf, writeupGoneFrom } from './port.ts'
import { REVIEW_COLUMNS, reviewShown } from './review-columns.server.ts'
import { actsOn, isOpen, OPEN_STATES } from './state.ts'
import { readStep, scheduleOf } from './step-row.ts'
import type { CommentMail, CommentShown, NamedInThread, PersonShown, ThreadShown } from './thread.ts'
import { isUnread, markOf, unreadOf } from './unread.server.ts'
import { placeKey, wholeOf, writeupOfWhole } from './whole.ts'

const LAST_FIRST: Prisma.MailCommentOrderByWithRelationInput[] = [{ ord: 'desc' }, { piece: 'desc' }]

const THREAD_COLUMNS = {
  id: true,
  number: true,
  kind: true,
  state: true,
  openedBy: true,
  resolvedAt: true,
  opener: { select: { id: true, name: true } },
  resolver: { select: { name: true } },
  lockedAt: true,
  locker: { select: { name: true } },
  ...REVIEW_COLUMNS,
  revision: { select: { number: true } },
  proposal: { select: { title: true } },
  anchor: {
    select: {
      ...{ blockKey: true, exact: true, prefix: true, suffix: true, textStart: true, textEnd: true },
      ...{ about: true, step: true },
      block: { select: { textStart: true, textEnd: true, writeup: true } },
    },
  },
  comments: {
    orderBy: { seq: 'asc' },
    select: {
      id: true,
      seq: true,
      parentId: true,
      body: true,
      createdAt: true,
      editedAt: true,
      lockVersion: true,
      redactedAt: true,
      redactor: { select: { name: true } },
      author: { select: { id: true, name: true } },
      suggestion: SUGGESTION_COLUMNS,
      mail: {
        select: {
          flags: true,
          ord: true,
          piece: true,
          mail: {
            select: {
              messageId: true,
              authorAddress: true,
              proof: true,
              status: true,
              trailers: { orderBy: { ord: 'asc' }, select: { line: true, isOwn: true, address: true } },
              comments: {
                orderBy: LAST_FIRST,
                take: 1,
                select: { ord: true, piece: true },
              },
            },
          },
        },
      },
    },
  },
} as const

type MailRow = {
  flags: string[]
  ord: number
  piece: number
  mail: {
    messageId: string
    authorAddress: string | null
    proof: string
    trailers: { line: string; isOwn: boolean; address: string }[]
    /** The last one. */
    comments: { ord: number; piece: number }[]
  }
}

/** Trailers stand below a mail's words: with its last comment, or the last piece of that. */
function mailShown({ flags, ord, piece, mail }: MailRow, confirmed: ReadonlySet<string>): CommentMail {
  const [last] = mail.comments
  const isLast = last?.ord === ord && last.piece === piece
  return {
    messageId: mail.messageId,
    address: mail.authorAddress ?? '',
    proof: mail.proof === 'sender' ? 'sender' : mail.proof === 'list' ? 'list' : 'none',
    flags,
    trailers: (isLast ? mail.trailers : []).map(({ line, isOwn, address }) => ({
      line,
      counts: isOwn && confirmed.has(address),
    })),
  }
}

/** Of a mail that was dropped with all that it brought nothing is shown, its sender's name neither. */
const SENDER_OF_DROPPED: PersonShown = { id: '', name: 'a sender whose mail was dropped', roles: [] }
const isDropped = ({ mail }: { readonly mail: { readonly mail: { readonly status: string } } | null }) =>
  mail?.mail.status === 'dropped'

/**
 * @param where which threads
 * @param comments which of their comments; none: all
 */
async function showThreads(
  viewer: Viewer,
  proposalId: string,
  where: Prisma.ThreadWhereInput,
  comments: Prisma.CommentWhereInput = {},
): Promise<ThreadShown[]> {
  const [rows, roles] = await Promise.all([
    db().thread.findMany({
      where: { AND: [{ proposalId, proposal: readableBy(viewer) }, where] },
      orderBy: { number: 'asc' },
      select: { ...THREAD_COLUMNS, comments: { ...THREAD_COLUMNS.comments, where: comments } },
    }),
    rolesByPerson(proposalId),
  ])
  const viewerRoles = viewer ? (roles.get(viewer.personId) ?? []) : []
  const marks = await marksOf(rows.flatMap((row) => row.comments.map(({ author }) => author.id)))
  const person = ({ id, name }: { id: string; name: string }): PersonShown => {
    const mark = marks.get(id)
    return { id, name, roles: roles.get(id) ?? [], ...(mark === undefined ? {} : { mark }) }
  }

  const named = await namedInTexts(
    viewer,
    proposalId,
    rows.map((row) => row.comments.map(({ body }) => body)),
  )
  const trailers = rows.flatMap((row) => row.comments.flatMap(({ mail }) => mail?.mail.trailers ?? []))
  const confirmed = await confirmedAmong(trailers.map(({ address }) => address))
  return rows.map((row, at): ThreadShown => {
    const relations: Relation[] = viewer && row.openedBy === viewer.personId ? ['opener'] : []
    const standing = { roles: viewerRoles, relations }
    const isShut = row.lockedAt !== null && !can(viewer, 'add-to-locked', standing)
    const comments = row.comments.map((comment): CommentShown => {
      const writer: Standing = {
        roles: viewerRoles,
        relations: viewer && comment.author.id === viewer.personId ? ['writer'] : [],
      }
      const kept = comment.redactedAt === null
      return {
        id: comment.id,
        seq: comment.seq,
        parentId: comment.parentId,
        author: isDropped(comment) ? SENDER_OF_DROPPED : person(comment.author),
        body: comment.body,
        at: momentOf(comment.createdAt),
        editedAt: comment.editedAt ? momentOf(comment.editedAt) : null,
        versions: comment.lockVersion,
        lockVersion: comment.lockVersion,
        deleted: comment.redactedAt
          ? { by: comment.redactor?.name ?? '', at: momentOf(comment.redactedAt) }
          : null,
        mail: comment.mail && !isDropped(comment) ? mailShown(comment.mail, confirmed) : null,
        suggestion: kept && comment.suggestion ? suggestionShown(comment.suggestion, viewer, standing) : null,
        mayEdit: kept && !isShut && can(viewer, 'edit-comment', writer),
        mayDelete: kept && can(viewer, 'delete-comment', writer),
      }
    })
    return {
      id: row.id,
      proposalTitle: row.proposal.title,
      number: row.number,
      kind: row.kind,
      state: row.state,
      openedBy: row.comments[0] && isDropped(row.comments[0]) ? SENDER_OF_DROPPED : person(row.opener),
      resolved: row.resolvedAt ? { by: row.resolver?.name ?? '', at: momentOf(row.resolvedAt) } : null,
      anchor: {
        revision: row.revision.number,
        blockKey: row.anchor ? placeKey({ ...row.anchor, writeup: row.anchor.block.writeup }) : '',
        ...aboutShown(row.anchor),
        exact: row.anchor?.exact ?? '',
        prefix: row.anchor?.prefix ?? '',
        suffix: row.anchor?.suffix ?? '',
        isPart: row.anchor !== null && isPart(row.anchor),
        start: row.anchor?.textStart ?? 0,
        end: row.anchor?.textEnd ?? 0,
      },
      comments,
      named: named[at] ?? { threads: 0, mails: [] },
      locked: row.lockedAt ? { by: row.locker?.name ?? '', at: momentOf(row.lockedAt) } : null,
      acts: actsOn(row, viewer, standing),
      review: reviewShown(row, standing.relations.includes('opener')),
      mayAdd: !isShut && can(viewer, 'reply', standing),
      mayLock: can(viewer, 'lock-thread', standing),
    }
  })
}

/** Nothing more of what is about a passage. */
function aboutShown(
  anchor: {
    readonly about: string
    readonly step: unknown
    readonly block: { readonly writeup: string }
  } | null,
): Pick<ThreadShown['anchor'], 'wholeOf' | 'step'> {
  if (anchor?.about === 'whole') return { wholeOf: anchor.block.writeup }
  const step = readStep(anchor?.step)
  return step === null
    ? {}
    : {
        step: {
          words: stepSentence(step),
          state: step.state,
          fragment: stepFragment(step, scheduleOf(step)),
        },
      }
}

type Stretch = { readonly textStart: number; readonly textEnd: number }
const isPart = ({ block, ...quote }: Stretch & { readonly block: Stretch }) =>
  quote.textEnd - quote.textStart < block.textEnd - block.textStart

/** Message-IDs that are looked up for one page: an outsider chooses how many there are. */
const MAX_NAMED = 2000

/** Read out of the words once for all who read them. */
const mailsNamed = new Fragments<readonly string[]>((ids) => ids.reduce((sum, id) => sum + id.length, 0))
const NOWHERE = { thread: () => null, mail: () => null }
const mailsNamedIn = (body: string) => mailsNamed.of(body, NOWHERE, () => namedInComment(body).mails)

/** What the comments of each thread may lead to. `threads`: the texts of each. */
export async function namedInTexts(
  viewer: Viewer,
  proposalId: string,
  threads: readonly (readonly string[])[],
): Promise<readonly NamedInThread[]> {
  const ids = threads.map((bodies) => [...new Set(bodies.flatMap(mailsNamedIn))])
  const asked = [...new Set(ids.flat())].slice(0, MAX_NAMED)
  const [proposal, known] = await Promise.all([
    db().proposal.findUnique({ where: { id: proposalId }, select: { nextThread: true } }),
    asked.length > 0 ? knownMessageIds(viewer, asked) : new Set<string>(),
  ])
  return ids.map((own) => ({
    threads: (proposal?.nextThread ?? 1) - 1,
    mails: own.filter((id) => known.has(id)),
  }))
}

/** Comments, and mails that are shown; parts of a series are found on their page alone. */
async function knownMessageIds(viewer: Viewer, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db().$queryRaw<{ id: string }[]>`
    SELECT asked.id FROM unnest(${ids}::text[]) AS asked(id)
    WHERE EXISTS (SELECT 1 FROM comment c JOIN thread t ON t.id = c.thread_id JOIN proposal p ON p.id = t.proposal_id
                  WHERE c.message_id = asked.id AND ${readableSql(viewer, 'p')})
       OR EXISTS (SELECT 1 FROM incoming_mail m JOIN proposal p ON p.id = m.proposal_id
                  WHERE m.message_id = asked.id AND m.status = 'imported' AND ${readableSql(viewer, 'p')})`
  return new Set(rows.map(({ id }) => id))
}

/** The threads of a revision as a page shows them: a share of each. */
export type Discussion = {
  /** All of them, in the order of their numbers. */
  readonly heads: readonly (ThreadHead & ThreadWords & Unread & { readonly carried: Carried | null })[]
  /** Those that wait for somebody, wherever in the revision they are. */
  readonly open: readonly Pick<ThreadHead, 'number' | 'blockKey'>[]
  /** Those in which others have written what the viewer has not seen, wherever in the revision they are. */
  readonly unread: readonly (Pick<ThreadHead, 'number' | 'blockKey'> & Unread)[]
  readonly shares: ReadonlyMap<number, Share>
  /** Those of which comments are shown; of one whose share is its ends, the first and the last. */
  readonly threads: ReadonlyMap<number, ThreadShown>
}

/** Comments of others that the viewer has not seen; 0 for who is not signed in. */
export type Unread = { readonly unread: number }

/** What the line of a thread says. */
export type ThreadWords = Pick<ThreadShown, 'kind' | 'state'> & {
  readonly opener: string
  /** The beginning of the first comment; empty when it was deleted. */
  readonly words: string
}

type HeadRow = Pick<ThreadShown, 'kind' | 'state' | 'number'> & {
  id: string
  /** Of its own revision. */
  block_key: string | null
  writeup: string | null
  about: string | null
  port_step: string | null
  /** Null: it was opened on this revision. */
  from: number | null
  port_state: string | null
  port_key: string | null
  port_start: number | null
  port_end: number | null
  survival: number | null
  pinned_by: string | null
  /** The revision of which they said it. */
  pinned_in: number | null
  /** The revision that is read. */
  shown: number
  opener: string
  words: string
  comments: number
  bytes: number
  end_bytes: number
  last_id: string | null
  first_id: string | null
  unread: number
}

/** The revisions of a proposal up to one: whose threads stand in it. */
const upTo = ({ proposalId, revisionId }: { proposalId: string; revisionId: string }) =>
  sql`(SELECT r.id FROM revision r JOIN revision this ON this.id = ${revisionId}::uuid
       WHERE r.proposal_id = ${proposalId}::uuid AND this.proposal_id = r.proposal_id AND r.number <= this.number)`

/** Whose place was not derived yet is an orphan, so that no thread is nowhere. */
function placeOf(row: PlacedRow) {
  const { about, block_key: own, writeup } = row
  if (row.from === null) {
    const blockKey = placeKey({ about: about ?? '', blockKey: own ?? '', writeup: writeup ?? 'cover' })
    return { blockKey, carried: null }
  }
  const state = PLACE_STATES.find((one) => one === row.port_state) ?? 'orphaned'
  const { port_key: blockKey, port_start: start, port_end: end } = row
  const carried: Carried = {
    ...{ state, survival: row.survival ?? 0, from: row.from, ...pinnedOf(row, row.shown) },
    words:
      blockKey === null || state === 'block' || about === 'whole'
        ? null
        : { blockKey, start: start ?? 0, end: end ?? 0 },
    ...aboutOf(about, row.port_step),
  }
  if (about === 'whole') return { blockKey: wholeOf(writeup ?? 'cover'), carried }
  return { blockKey: blockKey ?? goneFrom(writeup ?? 'cover'), carried }
}

type PlacedRow = Pick<
  HeadRow,
  | 'block_key'
  | 'writeup'
  | 'about'
  | 'port_step'
  | 'from'
  | 'port_state'
  | 'port_key'
  | 'port_start'
  | 'port_end'
  | 'survival'
  | 'pinned_by'
  | 'pinned_in'
  | 'shown'
>

/**
 * The threads that stand in this revision, those that were opened on earlier ones too, as far as `room` goes; null:
 * everything. What is not shown is not read: first the heads with the sizes of what was said, then the comments for which there is room.
 *
 * @param isShown which passages the page has; threads about others are only counted
 */
export async function discussionOf(
  viewer: Viewer,
  revision: { proposalId: string; revisionId: string },
  room: Room | null,
  isShown: (blockKey: string) => boolean = () => true,
): Promise<Discussion> {
  const all = await db().$queryRaw<HeadRow[]>`
    SELECT thread.id, thread.number, thread.kind::text, thread.state::text,
      CASE WHEN brought.status = 'dropped' THEN ${SENDER_OF_DROPPED.name} ELSE person.name END AS opener,
      anchor.block_key, block.writeup, anchor.about, port.step AS port_step, CASE WHEN opened.id <> ${revision.revisionId}::uuid THEN opened.number END AS "from",
      port.state AS port_state, port.block_key AS port_key, port.text_start AS port_start,
      port.text_end AS port_end, port.survival, pinner.name AS pinned_by, pinner.number AS pinned_in, shown.number AS shown,
      coalesce(first.words, '') AS words, first.id AS first_id, last.id AS last_id,
      coalesce(said.comments, 0)::int AS comments, coalesce(said.unread, 0)::int AS unread, coalesce(said.bytes, 0)::float8 AS bytes,
      (coalesce(first.bytes, 0) + coalesce(last.bytes, 0))::float8 AS end_bytes
    FROM thread
    JOIN proposal ON proposal.id = thread.proposal_id AND ${readableSql(viewer, 'proposal')}
    JOIN person ON person.id = thread.opened_by
    JOIN revision AS opened ON opened.id = thread.opened_on
    LEFT JOIN anchor ON anchor.thread_id = thread.id
    LEFT JOIN block ON block.revision_id = anchor.revision_id AND block.block_key = anchor.block_key
    LEFT JOIN anchor_port AS port ON port.thread_id = thread.id AND port.revision_id = ${revision.revisionId}::uuid
    JOIN revision AS shown ON shown.id = ${revision.revisionId}::uuid
    LEFT JOIN LATERAL (
      SELECT person.name, said.number FROM anchor_port AS pin JOIN revision AS said ON said.id = pin.revision_id
        JOIN person ON person.id = pin.pinned_by
      WHERE pin.thread_id = thread.id AND said.number <= shown.number ORDER BY said.number DESC LIMIT 1
    ) AS pinner ON true
    LEFT JOIN (
      SELECT comment.thread_id, count(*) AS comments, sum(octet_length(body)) AS bytes,
        count(*) FILTER (WHERE ${isUnread(viewer, 'comment')}) AS unread
      FROM comment JOIN thread ON thread.id = comment.thread_id AND thread.opened_on IN ${upTo(revision)}
      ${markOf(viewer, 'comment')}
      GROUP BY comment.thread_id
    ) AS said ON said.thread_id = thread.id
    LEFT JOIN LATERAL (
      SELECT id, left(body, 200) AS words, octet_length(body) AS bytes FROM comment
      WHERE thread_id = thread.id ORDER BY seq LIMIT 1
    ) AS first ON true
    LEFT JOIN LATERAL (
      SELECT id, octet_length(body) AS bytes FROM comment
      WHERE thread_id = thread.id ORDER BY seq DESC LIMIT 1
    ) AS last ON true
    LEFT JOIN mail_comment ON mail_comment.comment_id = first.id
    LEFT JOIN incoming_mail AS brought ON brought.id = mail_comment.mail_id
    WHERE thread.opened_on IN ${upTo(revision)}
    ORDER BY thread.number`
  const open = all
    .filter(({ state }) => isOpen(state))
    .map((row) => ({ number: row.number, blockKey: placeOf(row).blockKey }))
  const unread = all
    .filter((row) => row.unread > 0)
    .map((row) => ({ number: row.number, unread: row.unread, blockKey: placeOf(row).blockKey }))
  const rows = all.filter((row) => isShown(placeOf(row).blockKey))
  const heads = rows.map(({ number, kind, state, opener, words, comments, bytes, ...row }) => ({
    ...{ number, kind, state, opener, words, comments, bytes, unread: row.unread },
    ...placeOf(row),
    isOpen: isOpen(state),
    endBytes: row.end_bytes,
  }))
  const shares = room
    ? planThreads(heads, room)
    : new Map(heads.map(({ number }) => [number, 'whole' as const]))
  const having = (share: Share) => rows.filter(({ number }) => shares.get(number) === share)
  const [whole, ends] = [having('whole'), having('ends')]
  // Their number is bounded by the room, but for a reader who asks for all: those are asked for by the revision.
  const shown = await (room === null || whole.length === all.length
    ? showAll(viewer, revision, all)
    : Promise.all([
        showThreads(viewer, revision.proposalId, { id: { in: whole.map(({ id }) => id) } }),
        showThreads(
          viewer,
          revision.proposalId,
          { id: { in: ends.map(({ id }) => id) } },
          {
            id: {
              in: ends.flatMap(({ first_id, last_id }) => [first_id, last_id]).filter((id) => id !== null),
            },
          },
        ),
      ]).then((both) => both.flat()))
  return { heads, open, unread, shares, threads: new Map(shown.map((thread) => [thread.number, thread])) }
}

/** In runs: ten thousand comments in one go would keep every other reader waiting for a second. */
async function showAll(
  viewer: Viewer,
  { proposalId, revisionId }: { proposalId: string; revisionId: string },
  heads: readonly Pick<ThreadHead, 'number' | 'comments'>[],
): Promise<ThreadShown[]> {
  const upTo = await numberOf(revisionId)
  const shown: ThreadShown[] = []
  for (const { from, to } of readingsOf(heads)) {
    if (shown.length > 0) await giveWay()
    const where = { revision: { number: { lte: upTo } }, number: { gte: from, lte: to } }
    shown.push(...(await showThreads(viewer, proposalId, where)))
  }
  return shown
}

async function numberOf(id: string): Promise<number> {
  return (await db().revision.findUnique({ where: { id }, select: { number: true } }))?.number ?? 0
}

/** Lines of one passage that are sent at once. */
const LINES_AT_ONCE = 500

/** The threads on one passage of a revision, each as its line says it, by number; null: there is no such revision. */
export async function linesAt(
  viewer: Viewer,
  slug: string,
  revision: number,
  blockKey: string,
): Promise<{ readonly lines: readonly (ThreadWords & LineCounts & Unread)[]; readonly left: number } | null> {
  if (!isSlug(slug) || !/^[\x21-\x7e]{1,200}$/.test(blockKey)) return null
  const found = await db().revision.findFirst({
    where: { number: revision, proposal: { slug, ...readableBy(viewer) } },
    select: { id: true, proposalId: true },
  })
  if (!found) return null
  const [gone, whole] = [writeupGoneFrom(blockKey), writeupOfWhole(blockKey)]
  const rows = await db().$queryRaw<(ThreadWords & LineCounts & Unread & { all: number })[]>`
    SELECT thread.number, thread.kind::text, thread.state::text,
      CASE WHEN brought.status = 'dropped' THEN ${SENDER_OF_DROPPED.name} ELSE person.name END AS opener,
      coalesce(left(first.body, 200), '') AS words, thread.comment_count AS comments, (count(*) OVER ())::int AS "all",
      ${unreadOf(viewer, 'thread')} AS unread
    FROM thread
    JOIN anchor ON anchor.thread_id = thread.id
    JOIN block ON block.revision_id = anchor.revision_id AND block.block_key = anchor.block_key
    JOIN person ON person.id = thread.opened_by
    LEFT JOIN anchor_port AS port ON port.thread_id = thread.id AND port.revision_id = ${found.id}::uuid
    LEFT JOIN LATERAL (SELECT id, body FROM comment WHERE thread_id = thread.id ORDER BY seq LIMIT 1) AS first ON true
    LEFT JOIN mail_comment ON mail_comment.comment_id = first.id
    LEFT JOIN incoming_mail AS brought ON brought.id = mail_comment.mail_id
    WHERE thread.opened_on IN ${upTo({ proposalId: found.proposalId, revisionId: found.id })}
      AND CASE WHEN anchor.about = 'whole' THEN block.writeup = ${whole ?? ''}
               WHEN thread.opened_on = ${found.id}::uuid THEN anchor.block_key = ${blockKey}
               WHEN port.block_key IS NULL THEN block.writeup = ${gone ?? ''}
               ELSE port.block_key = ${blockKey} END
    ORDER BY thread.number LIMIT ${LINES_AT_ONCE}`
  return { lines: rows, left: (rows[0]?.all ?? 0) - rows.length }
}

type LineCounts = { readonly number: number; readonly comments: number }

/** One comment by its place, with what the viewer may do to it. */
export async function findComment(viewer: Viewer, place: CommentPlace): Promise<CommentShown | null> {
  return (await findPlaced(viewer, place))?.comment ?? null
}

export async function findThread(viewer: Viewer, slug: string, number: number): Promise<ThreadShown | null> {
  if (!isSlug(slug)) return null
  const proposal = await findReadable(viewer, slug)
  if (!proposal) return null
  const [thread] = await showThreads(viewer, proposal.id, { number })
  return thread ?? null
}

/** A thread as its page shows it: one of the parts that it is cut into. */
export type ThreadInParts = {
  readonly thread: ThreadShown
  readonly parts: readonly ThreadPart[]
  /** Which of them is shown. */
  readonly part: number
  /** Of all parts. */
  readonly comments: number
  /** Comments of others that the viewer has not seen, in all parts, and the first of them. */
  readonly unread: number
  readonly firstUnread: number | null
}

/** @param comment whose part is shown; null: the first */
export async function findThreadPart(
  viewer: Viewer,
  slug: string,
  number: number,
  comment: number | null,
): Promise<ThreadInParts | null> {
  if (!isSlug(slug)) return null
  const rows = await db().$queryRaw<
    { id: string; seq: number; bytes: number; proposal: string; unread: boolean }[]
  >`
    SELECT c.id::text, c.seq, octet_length(c.body) AS bytes, t.proposal_id::text AS proposal, ${isUnread(viewer, 'c')} AS unread
    FROM comment c JOIN thread t ON t.id = c.thread_id JOIN proposal p ON p.id = t.proposal_id
    ${markOf(viewer, 'c')}
    WHERE p.slug = ${slug} AND ${readableSql(viewer, 'p')} AND t.number = ${number} ORDER BY c.seq`
  const [first] = rows
  if (!first) return null
  const parts = partsOf(rows)
  const part = partWith(parts, comment)
  const { from, to } = parts[part] ?? { from: 1, to: 1 }
  const [thread] = await showThreads(viewer, first.proposal, { number }, { seq: { gte: from, lte: to } })
  if (!thread) return null
  const elsewhere = new Map(rows.filter(({ seq }) => seq < from || seq > to).map(({ id, seq }) => [id, seq]))
  const comments = thread.comments.map((one) => {
    const answersElsewhere = one.parentId === null ? undefined : elsewhere.get(one.parentId)
    return answersElsewhere === undefined ? one : { ...one, answersElsewhere }
  })
  const unread = rows.filter((row) => row.unread)
  return {
    ...{ thread: { ...thread, comments }, parts, part, comments: rows.length },
    ...{ unread: unread.length, firstUnread: unread[0]?.seq ?? null },
  }
}

/** What a comment or a thread is called in the database, by its place; null: there is none. */
export async function idsAt(
  viewer: Viewer,
  { slug, thread: number, comment: seq }: CommentPlace,
): Promise<{ readonly thread: string; readonly comment: string } | null> {
  if (!isSlug(slug)) return null
  const found = await db().comment.findFirst({
    where: { seq, thread: { number, proposal: { slug, ...readableBy(viewer) } } },
    select: { id: true, threadId: true },
  })
  return found && { thread: found.threadId, comment: found.id }
}

/** A comment, and the chain of those that it answers, nearest first: what a page needs to put it in its place. */
export type PlacedComment = {
  readonly thread: ThreadShown
  readonly comment: CommentShown
  readonly ancestors: readonly number[]
  /** Comments of the thread, deleted ones too. */
  readonly total: number
}

/** A comment that was just written, with nothing else of its thread. */
export async function findPlaced(viewer: Viewer, place: CommentPlace): Promise<PlacedComment | null> {
  const ids = await idsAt(viewer, place)
  if (!ids) return null
  const [ancestors, [thread], total] = await Promise.all([
    db().$queryRaw<{ seq: number }[]>`
      WITH RECURSIVE up AS (
        SELECT parent_id, 0 AS far FROM comment WHERE id = ${ids.comment}::uuid
        UNION ALL
        SELECT comment.parent_id, far + 1 FROM comment JOIN up ON comment.id = up.parent_id WHERE far < 10000
      )
      SELECT comment.seq FROM up JOIN comment ON comment.id = up.parent_id ORDER BY far`,
    showThreads(viewer, await proposalOf(ids.thread), { id: ids.thread }, { id: ids.comment }),
    db().comment.count({ where: { threadId: ids.thread } }),
  ])
  const [comment] = thread?.comments ?? []
  return thread && comment ? { thread, comment, ancestors: ancestors.map(({ seq }) => seq), total } : null
}

async function proposalOf(threadId: string): Promise<string> {
  const thread = await db().thread.findUniqueOrThrow({
    where: { id: threadId },
    select: { proposalId: true },
  })
  return thread.proposalId
}

/** How many threads that stand in a revision still wait for somebody. */
export function openThreadsOn(viewer: Viewer, slug: string, revision: number): Promise<number> {
  return db().thread.count({
    where: {
      proposal: { slug, ...readableBy(viewer) },
      revision: { number: { lte: revision } },
      state: { in: [...OPEN_STATES] },
    },
  })
}

/** What an edit replaced, oldest first; none for a deleted comment. */
export async function commentVersions(
  viewer: Viewer,
  commentId: string,
): Promise<readonly { version: number; body: string; at: string }[]> {
  const rows = await db().commentVersion.findMany({
    where: { commentId, comment: { redactedAt: null, thread: { proposal: readableBy(viewer) } } },
    orderBy: { version: 'asc' },
    select: { version: true, body: true, editedAt: true },
  })
  return rows.map(({ version, body, editedAt }) => ({ version, body, at: momentOf(editedAt) }))
}
