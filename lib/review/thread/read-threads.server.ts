import 'server-only'
import { db } from '#lib/db.server.ts'
import { namedInComment } from '#lib/review/comment/comment-html.ts'
import { confirmedAmong } from '#lib/review/person/confirmed.server.ts'
import { can, NO_STANDING, type Relation, type Standing, type Viewer } from '#lib/review/person/permission.ts'
import { rolesByPerson } from '#lib/review/person/standing.server.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import { actsOn } from './state.ts'
import type { CommentMail, CommentShown, NamedInThread, PersonShown, ThreadShown } from './thread.ts'

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
              _count: { select: { comments: true } },
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
    _count: { comments: number }
  }
}

/** Trailers stand below a mail's words: with its last comment, or the last piece of that. */
function mailShown({ flags, ord, piece, mail }: MailRow, confirmed: ReadonlySet<string>): CommentMail {
  const isLast = ord + piece === mail._count.comments - 1
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

async function showThreads(viewer: Viewer, proposalId: string, where: object): Promise<ThreadShown[]> {
  const [rows, roles] = await Promise.all([
    db().thread.findMany({
      where: { proposalId, ...where },
      orderBy: { number: 'asc' },
      select: THREAD_COLUMNS,
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
        at: comment.createdAt.toISOString(),
        editedAt: comment.editedAt?.toISOString() ?? null,
        versions: comment.lockVersion,
        lockVersion: comment.lockVersion,
        deleted: comment.redactedAt
          ? { by: comment.redactor?.name ?? '', at: comment.redactedAt.toISOString() }
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
      resolved: row.resolvedAt ? { by: row.resolver?.name ?? '', at: row.resolvedAt.toISOString() } : null,
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

/** The threads opened on this revision, in the order of their numbers. */
export async function threadsOfRevision(
  viewer: Viewer,
  revision: { proposalId: string; revisionId: string },
): Promise<ThreadShown[]> {
  if (!can(viewer, 'read', NO_STANDING)) return []
  return showThreads(viewer, revision.proposalId, { openedOn: revision.revisionId })
}

export async function findThread(viewer: Viewer, slug: string, number: number): Promise<ThreadShown | null> {
  if (!can(viewer, 'read', NO_STANDING) || !isSlug(slug)) return null
  const proposal = await db().proposal.findUnique({ where: { slug }, select: { id: true } })
  if (!proposal) return null
  const [thread] = await showThreads(viewer, proposal.id, { number })
  return thread ?? null
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
  return rows.map(({ version, body, editedAt }) => ({ version, body, at: editedAt.toISOString() }))
}
