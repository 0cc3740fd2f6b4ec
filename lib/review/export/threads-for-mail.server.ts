import 'server-only'
import { z } from 'zod'
import { PLACE_STATES } from '#lib/anchor/carry.ts'
import { db, sql, sqlName } from '#lib/db.server.ts'
import { parseRfc5322Date } from '#lib/mail/message/date.ts'
import { epochSecondsOf } from '#lib/review/event/moment.ts'
import type { Reader } from '#lib/review/person/permission.ts'
import { publicAddressOf } from '#lib/review/person/public-address.ts'
import { readableBy } from '#lib/review/person/readable.server.ts'
import { DROPPED_NAME } from '#lib/review/person/tombstone.ts'
import { isDecided, type ProposalState } from '#lib/review/proposal/state.ts'
import { leavingWords } from '#lib/review/suggestion/suggestion-lines.ts'
import { aboutOf, goneFrom } from '#lib/review/thread/port.ts'
import { THREAD_KINDS, THREAD_STATES } from '#lib/review/thread/state.ts'
import { readStep, scheduleOf } from '#lib/review/thread/step-row.ts'
import { wholeOf } from '#lib/review/thread/whole.ts'
import { type StepSeen, stepFragment, stepSentence } from '#lib/simulation/step-shown.ts'
import type {
  AnsweredForMail,
  MailOfSeveral,
  StanceForMail,
  StepForMail,
  ThreadForMail,
} from './thread-for-mail.ts'

/**
 * The threads of this revision as their mails need them, those that were opened on it and those that were carried to it, each
 * once, in the order of their numbers: at most `take` of those behind the thread `after` (0 for the first). In pieces, so that a long discussion is never in memory as a whole.
 * `comments`: the ids of those that are read, all when left out. `isOwnOnly`: without the carried ones.
 */
export async function threadsForMail(
  viewer: Reader,
  revisionId: string,
  {
    after,
    take,
    comments: ids,
    isOwnOnly = false,
  }: { after: number; take: number; comments?: readonly string[]; isOwnOnly?: boolean },
): Promise<ThreadForMail[]> {
  const rows = await db().thread.findMany({
    where: {
      OR: [{ openedOn: revisionId }, ...(isOwnOnly ? [] : [{ ports: { some: { revisionId } } }])],
      number: { gt: after },
      proposal: { ...readableBy(viewer), revisions: { some: { id: revisionId } } },
    },
    orderBy: { number: 'asc' },
    take,
    select: {
      number: true,
      kind: true,
      state: true,
      clearCondition: true,
      waitsFor: true,
      opener: { select: { name: true } },
      revision: { select: { number: true } },
      proposal: { select: { state: true } },
      anchor: {
        select: {
          ...{ blockKey: true, textStart: true, textEnd: true, about: true, step: true },
          block: { select: { writeup: true } },
        },
      },
      ports: {
        where: { revisionId },
        select: {
          ...{ state: true, survival: true, blockKey: true, textStart: true, textEnd: true, step: true },
          pinner: { select: { name: true } },
        },
      },
      comments: {
        ...(ids ? { where: { id: { in: [...ids] } } } : {}),
        orderBy: { seq: 'asc' },
        select: {
          id: true,
          seq: true,
          parentId: true,
          messageId: true,
          body: true,
          createdAt: true,
          redactedAt: true,
          lockVersion: true,
          origin: true,
          asMailed: { select: { version: true, body: true } },
          suggestion: { select: { oldText: true, newText: true } },
          mail: {
            select: {
              mailId: true,
              mail: { select: { status: true, isConflict: true, messageId: true, parentMessageId: true } },
            },
          },
          review: {
            select: {
              mail: {
                select: {
                  ...{ id: true, messageId: true, saysStance: true },
                  review: { select: { stance: { select: STANCE } } },
                },
              },
            },
          },
          author: {
            select: {
              id: true,
              name: true,
              unprovedSender: { select: { address: true } },
              account: { select: { id: true } },
              addresses: { orderBy: { address: 'asc' }, select: { address: true, confirmedAt: true } },
            },
          },
        },
      },
    },
  })
  const [from, to] = [rows[0]?.number ?? 0, rows.at(-1)?.number ?? 0]
  const several = await commentsOfMails(revisionId, from, to)
  const reviewed = rows.some(({ comments }) => comments.some(({ review }) => review !== null))
  const ofReviews = reviewed ? await commentsOfReviews(revisionId, from, to) : new Map()
  return rows.map(({ comments, ...thread }) => ({
    ...headOf(thread, comments[0]),
    comments: comments.map(
      ({
        id,
        seq,
        parentId,
        messageId,
        body,
        createdAt,
        redactedAt,
        author,
        mail,
        lockVersion,
        origin,
        asMailed,
        review,
        suggestion,
      }) => ({
        id,
        seq,
        parentId,
        messageId,
        author: {
          id: author.id,
          ...(mail?.mail.status === 'dropped'
            ? { name: DROPPED_NAME, publicAddress: null }
            : {
                name: author.name,
                publicAddress: publicAddressOf(author) ?? author.unprovedSender?.address ?? null,
              }),
        },
        body: leavingWords(body, suggestion),
        writtenAt: epochSecondsOf(createdAt),
        isDeleted: redactedAt !== null,
        origin,
        // One Message-ID, one text: words that an edit put in their place since then are mailed as they stand.
        mailedBefore: asMailed.find(({ version }) => version === lockVersion + 1)?.body ?? null,
        cameBy: mail
          ? cameBy(mail.mail, several.get(mail.mailId) ?? [])
          : review && ofReview(review.mail, ofReviews.get(review.mail.id) ?? []),
      }),
    ),
  }))
}

type Row = {
  readonly number: number
  readonly kind: ThreadForMail['kind']
  readonly state: ThreadForMail['state']
  readonly clearCondition: string | null
  readonly waitsFor: string | null
  readonly opener: { readonly name: string }
  readonly revision: { readonly number: number }
  readonly proposal: { readonly state: ProposalState }
  readonly anchor:
    | (AnchorColumns<string, number> & AboutColumns & { readonly block: { readonly writeup: string } })
    | null
  /** Its place in the revision that is mailed; none: it was opened there. */
  readonly ports: readonly (AnchorColumns<string | null, number | null> & {
    readonly state: string
    readonly survival: number
    readonly step: string | null
    readonly pinner: { readonly name: string } | null
  })[]
}
type AboutColumns = { readonly about: string; readonly step: unknown }
type AnchorColumns<Key, Offset> = {
  readonly blockKey: Key
  readonly textStart: Offset
  readonly textEnd: Offset
}

/** `first`: the first of its comments that was read. */
function headOf(
  row: Row,
  first:
    | { readonly seq: number; readonly mail: { readonly mail: { readonly status: string } } | null }
    | undefined,
): Omit<ThreadForMail, 'comments'> {
  const { number, kind, state, anchor, opener, waitsFor } = row
  const [port] = row.ports
  const isDropped = first?.seq === 1 && first.mail?.mail.status === 'dropped'
  const isTheirs = waitsFor === 'author' || waitsFor === 'opener'
  return {
    ...{ number, kind, state, opener: isDropped ? DROPPED_NAME : opener.name },
    // Of what is decided nobody has the turn.
    waitsFor: isTheirs && !isDecided(row.proposal.state) ? waitsFor : null,
    lacksCondition: kind === 'objection' && row.clearCondition === null,
    carried: port
      ? {
          state: PLACE_STATES.find((one) => one === port.state) ?? 'orphaned',
          survival: port.survival,
          from: row.revision.number,
          pinnedBy: port.pinner?.name ?? null,
          ...aboutOf(anchor?.about, port.step),
        }
      : null,
    anchor: placeOf(port ?? anchor, anchor?.block.writeup ?? null, anchor),
  }
}

/** In the revision that is mailed; `at`: null or without a block where it has no more of the passage. */
export function placeOf(
  at: AnchorColumns<string | null, number | null> | null,
  writeup: string | null,
  pointed: AboutColumns | null,
): ThreadForMail['anchor'] {
  if (pointed?.about === 'whole') return { blockKey: wholeOf(writeup ?? 'cover'), start: 0, end: 0 }
  const step = readStep(pointed?.step)
  return {
    ...(step === null ? {} : { step: stepForMail(step) }),
    blockKey: at?.blockKey ?? (writeup === null ? '' : goneFrom(writeup)),
    start: at?.textStart ?? 0,
    end: at?.textEnd ?? 0,
  }
}

/** Of a step as its mail says it. */
export const stepForMail = (step: StepSeen): StepForMail => ({
  words: stepSentence(step),
  link: stepFragment(step, scheduleOf(step)).slice(1),
})

/** A mail that is held to be another one's copy has no name of its own on a list. */
function cameBy(
  mail: { readonly messageId: string; readonly parentMessageId: string | null; readonly isConflict: boolean },
  comments: MailOfSeveral['comments'],
): MailOfSeveral | null {
  const { messageId, parentMessageId: parent, isConflict } = mail
  return isConflict || comments.length < 2 ? null : { messageId, parent, comments }
}

const STANCE = { value: true, writeups: true, words: true, trailer: true } as const

function ofReview(
  mail: {
    readonly messageId: string
    readonly saysStance: boolean
    readonly review: { readonly stance: StanceForMail | null }
  },
  comments: MailOfSeveral['comments'],
): MailOfSeveral | null {
  const { messageId, saysStance, review } = mail
  return { messageId, parent: null, comments, review: { stance: saysStance ? review.stance : null } }
}

const Place = {
  writeup: z.string(),
  /** All null of a passage that is gone from the revision that is mailed, or that is of a later one. */
  blockKey: z.string().nullable(),
  textStart: z.number().nullable(),
  textEnd: z.number().nullable(),
  about: z.string(),
  step: z.unknown(),
  /** The thread, as it stands. */
  number: z.number(),
  kind: z.enum(THREAD_KINDS),
  state: z.enum(THREAD_STATES),
}
const suggested = z.object({ oldText: z.string(), newText: z.string() }).nullable()

const InReview = z.object({
  ...Place,
  suggestion: suggested,
  mail: z.string(),
  id: z.string(),
  body: z.string(),
  redacted: z.boolean(),
  opens: z.boolean(),
  answered: z
    .object({
      authorId: z.string(),
      name: z.string(),
      messageId: z.string(),
      origin: z.string(),
      thread: z.number(),
      seq: z.number(),
      at: z.number(),
      redacted: z.boolean(),
      body: z.string(),
      before: z.string().nullable(),
      suggestion: suggested,
    })
    .nullable(),
})

/** All comments of each review that has one in these threads, with what its answers answer. */
async function commentsOfReviews(
  revisionId: string,
  from: number,
  to: number,
): Promise<Map<string, MailOfSeveral['comments']>> {
  const rows = z.array(InReview).parse(
    await db().$queryRaw`
      SELECT rc.mail_id::text AS mail, c.id::text, c.body, c.redacted_at IS NOT NULL AS redacted, c.parent_id IS NULL AS opens,
             ${suggestedWith('c')} AS suggestion,
             spoken.number, spoken.kind::text, spoken.state::text, b.writeup, a.about, a.step, CASE WHEN ap.thread_id IS NOT NULL THEN ap.block_key WHEN own THEN a.block_key END AS "blockKey",
             CASE WHEN ap.thread_id IS NOT NULL THEN ap.text_start WHEN own THEN a.text_start END AS "textStart",
             CASE WHEN ap.thread_id IS NOT NULL THEN ap.text_end WHEN own THEN a.text_end END AS "textEnd",
             CASE WHEN p.id IS NOT NULL THEN jsonb_build_object(
               'authorId', w.id, 'name', CASE WHEN brought.status = 'dropped' THEN ${DROPPED_NAME} ELSE w.name END,
               'messageId', coalesce(prm.message_id, p.message_id), 'origin', p.origin, 'thread', spoken.number, 'seq', p.seq,
               'at', floor(extract(epoch FROM p.created_at)), 'redacted', p.redacted_at IS NOT NULL, 'body', p.body,
               'before', m.body, 'suggestion', ${suggestedWith('p')}) END AS answered
      FROM review_comment rc JOIN comment c ON c.id = rc.comment_id JOIN thread spoken ON spoken.id = c.thread_id
        JOIN anchor a ON a.thread_id = c.thread_id CROSS JOIN LATERAL (SELECT a.revision_id = ${revisionId}::uuid AS own) AS here
        JOIN block b ON b.revision_id = a.revision_id AND b.block_key = a.block_key
        LEFT JOIN anchor_port ap ON ap.thread_id = c.thread_id AND ap.revision_id = ${revisionId}::uuid
        LEFT JOIN comment p ON p.id = c.parent_id LEFT JOIN person w ON w.id = p.author_id
        LEFT JOIN mail_comment mc ON mc.comment_id = p.id LEFT JOIN incoming_mail brought ON brought.id = mc.mail_id
        LEFT JOIN review_comment prc ON prc.comment_id = p.id LEFT JOIN review_mail prm ON prm.id = prc.mail_id
        LEFT JOIN comment_as_mailed m ON m.comment_id = p.id AND m.version = p.lock_version + 1
      WHERE rc.mail_id IN (SELECT one.mail_id FROM review_comment one JOIN comment o ON o.id = one.comment_id
                             JOIN thread t ON t.id = o.thread_id
                           WHERE t.proposal_id = (SELECT proposal_id FROM revision WHERE id = ${revisionId}::uuid) AND t.number BETWEEN ${from} AND ${to})
      ORDER BY rc.mail_id, rc.ord`,
  )
  const mails = new Map<string, MailOfSeveral['comments'][number][]>()
  for (const { mail, id, body, redacted, opens, answered, number, kind, state, suggestion, ...at } of rows) {
    const comments = mails.get(mail) ?? []
    const place = placeOf(at, at.writeup, at)
    const answers: AnsweredForMail | null = answered && {
      ...{ body: leavingWords(answered.body, answered.suggestion), mailedBefore: answered.before },
      isDeleted: answered.redacted,
      ...{ writtenAt: answered.at, origin: answered.origin, messageId: answered.messageId },
      ...{ thread: answered.thread, seq: answered.seq, blockKey: place.blockKey },
      author: { id: answered.authorId, name: answered.name },
    }
    const anchor = opens ? place : null
    comments.push({
      id,
      body: leavingWords(body, suggestion),
      isDeleted: redacted,
      mailedBefore: null,
      anchor,
      answers,
      thread: { number, kind, state },
    })
    mails.set(mail, comments)
  }
  return mails
}

/** Of a comment under this alias, as JSON. */
const suggestedWith = (alias: 'c' | 'p') =>
  sql`(SELECT jsonb_build_object('oldText', s.old_text, 'newText', s.new_text) FROM suggestion s WHERE s.comment_id = ${sqlName(alias)}.id)`

const Sibling = z.object({
  ...Place,
  suggestion: suggested,
  mail: z.string(),
  id: z.string(),
  body: z.string(),
  redacted: z.boolean(),
  before: z.string().nullable(),
  opens: z.boolean(),
})

/** All comments of each mail that says several and has one in these threads, wherever the others stand. */
async function commentsOfMails(
  revisionId: string,
  from: number,
  to: number,
): Promise<Map<string, MailOfSeveral['comments']>> {
  const rows = z.array(Sibling).parse(
    await db().$queryRaw`
      SELECT mc.mail_id::text AS mail, c.id::text, c.body, c.redacted_at IS NOT NULL AS redacted, m.body AS before,
             c.parent_id IS NULL AS opens, spoken.number, spoken.kind::text, spoken.state::text, b.writeup, a.about, a.step,
             ${suggestedWith('c')} AS suggestion,
             CASE WHEN ap.thread_id IS NOT NULL THEN ap.block_key WHEN own THEN a.block_key END AS "blockKey",
             CASE WHEN ap.thread_id IS NOT NULL THEN ap.text_start WHEN own THEN a.text_start END AS "textStart",
             CASE WHEN ap.thread_id IS NOT NULL THEN ap.text_end WHEN own THEN a.text_end END AS "textEnd"
      FROM mail_comment mc JOIN comment c ON c.id = mc.comment_id JOIN thread spoken ON spoken.id = c.thread_id JOIN anchor a ON a.thread_id = c.thread_id
        CROSS JOIN LATERAL (SELECT a.revision_id = ${revisionId}::uuid AS own) AS here
        JOIN block b ON b.revision_id = a.revision_id AND b.block_key = a.block_key
        LEFT JOIN anchor_port ap ON ap.thread_id = c.thread_id AND ap.revision_id = ${revisionId}::uuid
        LEFT JOIN comment_as_mailed m ON m.comment_id = c.id AND m.version = c.lock_version + 1
      WHERE mc.mail_id IN (SELECT one.mail_id FROM mail_comment one JOIN comment o ON o.id = one.comment_id
                             JOIN thread t ON t.id = o.thread_id
                           WHERE t.proposal_id = (SELECT proposal_id FROM revision WHERE id = ${revisionId}::uuid)
                             AND t.number BETWEEN ${from} AND ${to})
        AND EXISTS (SELECT 1 FROM mail_comment other WHERE other.mail_id = mc.mail_id AND other.ord + other.piece > 0)
      ORDER BY mc.mail_id, mc.ord, mc.piece`,
  )
  const mails = new Map<string, MailOfSeveral['comments'][number][]>()
  for (const { mail, id, body, redacted, before, opens, number, kind, state, suggestion, ...at } of rows) {
    const anchor = opens ? placeOf(at, at.writeup, at) : null
    const comments = mails.get(mail) ?? []
    comments.push({
      id,
      body: leavingWords(body, suggestion),
      isDeleted: redacted,
      mailedBefore: before,
      anchor,
      thread: { number, kind, state },
    })
    mails.set(mail, comments)
  }
  return mails
}

/**
 * Of the comments in these threads, and of those elsewhere that a review with a comment in them answers, those whose mail left or
 * is about to, with its Date: in seconds since 1970.
 */
export async function mailedAmong(
  revisionId: string,
  threads: readonly Pick<ThreadForMail, 'number'>[],
): Promise<Map<string, number>> {
  const [from, to] = [threads[0]?.number ?? 0, threads.at(-1)?.number ?? 0]
  // Headers are ASCII, and escaped whatever is not; a hundred references stand before the date.
  const rows = await db().$queryRaw<{ id: string; date: string | null; at: Date }[]>`
    SELECT DISTINCT ON (o.message_id) o.message_id AS id, o.created_at AS at,
           substring(encode(substring(o.bytes FROM 1 FOR 60000), 'escape') FROM ${'\nDate: ([^\n]*)'}) AS date
    FROM (SELECT c.id, c.message_id FROM comment c JOIN thread t ON t.id = c.thread_id
          WHERE t.proposal_id = (SELECT proposal_id FROM revision WHERE id = ${revisionId}::uuid) AND t.number BETWEEN ${from} AND ${to}
          UNION
          SELECT p.id, p.message_id FROM comment o JOIN thread t ON t.id = o.thread_id JOIN review_comment one ON one.comment_id = o.id
            JOIN review_comment other ON other.mail_id = one.mail_id JOIN comment c ON c.id = other.comment_id
            JOIN comment p ON p.id = c.parent_id
          WHERE t.proposal_id = (SELECT proposal_id FROM revision WHERE id = ${revisionId}::uuid) AND t.number BETWEEN ${from} AND ${to}) AS c
      LEFT JOIN review_comment rc ON rc.comment_id = c.id LEFT JOIN review_mail rm ON rm.id = rc.mail_id
      JOIN outgoing_mail o ON o.message_id = coalesce(rm.message_id, c.message_id)
    WHERE EXISTS (SELECT 1 FROM outgoing_recipient r WHERE r.message_id = o.message_id
                  AND r.state IN ('queued', 'sending', 'unknown', 'sent'))
    ORDER BY o.message_id, o.created_at`
  return new Map(
    rows.map(({ id, date, at }) => {
      const said = parseRfc5322Date(date ?? '')
      return [id, said.ok ? said.value.epochSeconds : epochSecondsOf(at)]
    }),
  )
}
