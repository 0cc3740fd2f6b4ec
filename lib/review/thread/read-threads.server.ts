import 'server-only'
import { db } from '#lib/db.server.ts'
import { namedInComment } from '#lib/review/comment/comment-html.ts'
import { momentOf } from '#lib/review/event/moment.ts'
import { confirmedAmong } from '#lib/review/person/confirmed.server.ts'
import { can, NO_STANDING, type Relation, type Standing, type Viewer } from '#lib/review/person/permission.ts'
import { rolesByPerson } from '#lib/review/person/standing.server.ts'
import { type CommentPlace, isSlug } from '#lib/review/proposal/address.ts'
import type { Prisma } from '#prisma/generated/client.ts'
import { planThreads, type Room, type Share, type ThreadHead } from './page-plan.ts'
import { actsOn, isOpen, OPEN_STATES } from './state.ts'
import type { CommentMail, CommentShown, NamedInThread, PersonShown, ThreadShown } from './thread.ts'

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
  revision: { select: { number: true } },
  proposal: { select: { title: true } },
  anchor: { select: { blockKey: true, exact: true, prefix: true, suffix: true } },
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
      where: { proposalId, ...where },
      orderBy: { number: 'asc' },
      select: { ...THREAD_COLUMNS, comments: { ...THREAD_COLUMNS.comments, where: comments } },
    }),
    rolesByPerson(proposalId),
  ])
  const viewerRoles = viewer ? (roles.get(viewer.personId) ?? []) : []
  const person = ({ id, name }: { id: string; name: string }): PersonShown => ({
    id,
    name,
    roles: roles.get(id) ?? [],
  })

  const named = await namedInTexts(
    proposalId,
    rows.map((row) => row.comments.map(({ body }) => body)),
  )
  const trailers = rows.flatMap((row) => row.comments.flatMap(({ mail }) => mail?.mail.trailers ?? []))
  const confirmed = await confirmedAmong(trailers.map(({ address }) => address))
  return rows.map((row, at): ThreadShown => {
    const relations: Relation[] = viewer && row.openedBy === viewer.personId ? ['opener'] : []
    const standing = { roles: viewerRoles, relations }
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
        mayEdit: kept && can(viewer, 'edit-comment', writer),
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
        blockKey: row.anchor?.blockKey ?? '',
        exact: row.anchor?.exact ?? '',
        prefix: row.anchor?.prefix ?? '',
        suffix: row.anchor?.suffix ?? '',
      },
      comments,
      named: named[at] ?? { threads: 0, mails: [] },
      acts: actsOn(row, viewer, standing),
    }
  })
}

/** Message-IDs that are looked up for one page: an outsider chooses how many there are. */
const MAX_NAMED = 2000

/** What the comments of each thread may lead to. `threads`: the texts of each. */
export async function namedInTexts(
  proposalId: string,
  threads: readonly (readonly string[])[],
): Promise<readonly NamedInThread[]> {
  const ids = threads.map((bodies) => [...new Set(bodies.flatMap((body) => namedInComment(body).mails))])
  const asked = [...new Set(ids.flat())].slice(0, MAX_NAMED)
  const [proposal, known] = await Promise.all([
    db().proposal.findUnique({ where: { id: proposalId }, select: { nextThread: true } }),
    asked.length > 0 ? knownMessageIds(asked) : new Set<string>(),
  ])
  return ids.map((own) => ({
    threads: (proposal?.nextThread ?? 1) - 1,
    mails: own.filter((id) => known.has(id)),
  }))
}

/** Comments, and mails that are shown; parts of a series are found on their page alone. */
async function knownMessageIds(ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db().$queryRaw<{ id: string }[]>`
    SELECT asked.id FROM unnest(${ids}::text[]) AS asked(id)
    WHERE EXISTS (SELECT 1 FROM comment c WHERE c.message_id = asked.id)
       OR EXISTS (SELECT 1 FROM incoming_mail m WHERE m.message_id = asked.id AND m.status = 'imported')`
  return new Set(rows.map(({ id }) => id))
}

/** The threads of a revision as a page shows them: a share of each. */
export type Discussion = {
  /** All of them, in the order of their numbers. */
  readonly heads: readonly (ThreadHead & ThreadWords)[]
  readonly shares: ReadonlyMap<number, Share>
  /** Those of which comments are shown; of one whose share is its ends, the first and the last. */
  readonly threads: ReadonlyMap<number, ThreadShown>
}

/** What the line of a thread says. */
export type ThreadWords = Pick<ThreadShown, 'kind' | 'state'> & {
  readonly opener: string
  /** The beginning of the first comment; empty when it was deleted. */
  readonly words: string
}

type HeadRow = Pick<ThreadShown, 'kind' | 'state' | 'number'> & {
  id: string
  block_key: string | null
  opener: string
  words: string
  comments: number
  bytes: number
  end_bytes: number
  last_id: string | null
  first_id: string | null
}

/**
 * The threads opened on this revision, as far as `room` goes; null: everything. What is not shown is not read: first
 * the heads with the sizes of what was said, then the comments for which there is room.
 */
export async function discussionOf(
  viewer: Viewer,
  revision: { proposalId: string; revisionId: string },
  room: Room | null,
): Promise<Discussion> {
  if (!can(viewer, 'read', NO_STANDING)) return { heads: [], shares: new Map(), threads: new Map() }
  const rows = await db().$queryRaw<HeadRow[]>`
    SELECT thread.id, thread.number, thread.kind::text, thread.state::text,
      CASE WHEN brought.status = 'dropped' THEN ${SENDER_OF_DROPPED.name} ELSE person.name END AS opener,
      anchor.block_key, coalesce(first.words, '') AS words, first.id AS first_id, last.id AS last_id,
      coalesce(said.comments, 0)::int AS comments, coalesce(said.bytes, 0)::float8 AS bytes,
      (coalesce(first.bytes, 0) + coalesce(last.bytes, 0))::float8 AS end_bytes
    FROM thread
    JOIN person ON person.id = thread.opened_by
    LEFT JOIN anchor ON anchor.thread_id = thread.id
    LEFT JOIN (
      SELECT thread_id, count(*) AS comments, sum(octet_length(body)) AS bytes
      FROM comment JOIN thread ON thread.id = thread_id AND thread.opened_on = ${revision.revisionId}::uuid
      GROUP BY thread_id
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
    WHERE thread.opened_on = ${revision.revisionId}::uuid
    ORDER BY thread.number`
  const heads = rows.map(({ number, kind, state, opener, words, comments, bytes, ...row }) => ({
    ...{ number, kind, state, opener, words, comments, bytes },
    blockKey: row.block_key ?? '',
    isOpen: isOpen(state),
    endBytes: row.end_bytes,
  }))
  const shares = room
    ? planThreads(heads, room)
    : new Map(heads.map(({ number }) => [number, 'whole' as const]))
  const having = (share: Share) => rows.filter(({ number }) => shares.get(number) === share)
  const [whole, ends] = [having('whole'), having('ends')]
  // Their number is bounded by the room, but for a reader who asks for all: those are asked for by the revision.
  const shown = await (whole.length === rows.length
    ? showThreads(viewer, revision.proposalId, { openedOn: revision.revisionId })
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
  return { heads, shares, threads: new Map(shown.map((thread) => [thread.number, thread])) }
}

export async function findThread(viewer: Viewer, slug: string, number: number): Promise<ThreadShown | null> {
  if (!can(viewer, 'read', NO_STANDING) || !isSlug(slug)) return null
  const proposal = await db().proposal.findUnique({ where: { slug }, select: { id: true } })
  if (!proposal) return null
  const [thread] = await showThreads(viewer, proposal.id, { number })
  return thread ?? null
}

/** What a comment or a thread is called in the database, by its place; null: there is none. */
export async function idsAt(
  viewer: Viewer,
  { slug, thread: number, comment: seq }: CommentPlace,
): Promise<{ readonly thread: string; readonly comment: string } | null> {
  if (!can(viewer, 'read', NO_STANDING) || !isSlug(slug)) return null
  const found = await db().comment.findFirst({
    where: { seq, thread: { number, proposal: { slug } } },
    select: { id: true, threadId: true },
  })
  return found && { thread: found.threadId, comment: found.id }
}

/** A comment, and the chain of those that it answers, nearest first: what a page needs to put it in its place. */
export type PlacedComment = {
  readonly thread: ThreadShown
  readonly comment: CommentShown
  readonly ancestors: readonly number[]
}

/** A comment that was just written, with nothing else of its thread. */
export async function findPlaced(viewer: Viewer, place: CommentPlace): Promise<PlacedComment | null> {
  const ids = await idsAt(viewer, place)
  if (!ids) return null
  const [ancestors, [thread]] = await Promise.all([
    db().$queryRaw<{ seq: number }[]>`
      WITH RECURSIVE up AS (
        SELECT parent_id, 0 AS far FROM comment WHERE id = ${ids.comment}::uuid
        UNION ALL
        SELECT comment.parent_id, far + 1 FROM comment JOIN up ON comment.id = up.parent_id WHERE far < 10000
      )
      SELECT comment.seq FROM up JOIN comment ON comment.id = up.parent_id ORDER BY far`,
    showThreads(viewer, await proposalOf(ids.thread), { id: ids.thread }, { id: ids.comment }),
  ])
  const [comment] = thread?.comments ?? []
  return thread && comment ? { thread, comment, ancestors: ancestors.map(({ seq }) => seq) } : null
}

async function proposalOf(threadId: string): Promise<string> {
  const thread = await db().thread.findUniqueOrThrow({
    where: { id: threadId },
    select: { proposalId: true },
  })
  return thread.proposalId
}

/** How many threads of a revision still wait for somebody. */
export function openThreadsOn(viewer: Viewer, slug: string, revision: number): Promise<number> {
  if (!can(viewer, 'read', NO_STANDING)) return Promise.resolve(0)
  return db().thread.count({
    where: { proposal: { slug }, revision: { number: revision }, state: { in: [...OPEN_STATES] } },
  })
}

/** What an edit replaced, oldest first; none for a deleted comment. */
export async function commentVersions(
  viewer: Viewer,
  commentId: string,
): Promise<readonly { version: number; body: string; at: string }[]> {
  if (!can(viewer, 'read', NO_STANDING)) return []
  const rows = await db().commentVersion.findMany({
    where: { commentId, comment: { redactedAt: null } },
    orderBy: { version: 'asc' },
    select: { version: true, body: true, editedAt: true },
  })
  return rows.map(({ version, body, editedAt }) => ({ version, body, at: momentOf(editedAt) }))
}
