import 'server-only'
import { db } from '#lib/db.server.ts'
import { momentOf } from '#lib/review/event/moment.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { findReadable } from '#lib/review/person/readable.server.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import { type StepSeen, stepSentence } from '#lib/simulation/step-shown.ts'
import { OPEN_STATES, type Side, type ThreadKind, type ThreadState } from './state.ts'
import { readStep } from './step-row.ts'
import { THREADS_ON_A_PAGE, type ThreadFilter } from './thread-filter.ts'
import { unreadOf, unreadThread } from './unread.server.ts'
import type { About } from './whole.ts'

/** A thread as a list says it. */
export type ThreadListed = {
  readonly number: number
  readonly kind: ThreadKind
  readonly state: ThreadState
  readonly opener: string
  /** The beginning of the first comment; empty when it was deleted. */
  readonly words: string
  readonly comments: number
  /** RFC 3339, UTC. */
  readonly openedAt: string
  readonly lastActivity: string
  /** The revision that it was opened on. */
  readonly revision: number
  readonly writeup: string | null
  /** What it is about: the beginning of the quoted words. */
  readonly quote: string
  /** A passage, a whole write-up (`cover`: the proposal), or a step of a run, which `quote` then says. */
  readonly about: About
  readonly waitsFor: Side | null
  /** The viewer's side speaks next. */
  readonly waitsForViewer: boolean
  /** Comments of others that the viewer has not seen. */
  readonly unread: number
}

export type ThreadList = {
  readonly title: string
  readonly threads: readonly ThreadListed[]
  /** That the filter finds, on all pages. */
  readonly found: number
  /** Who wrote here, for a choice: who wrote in most threads first. */
  readonly people: readonly { readonly id: string; readonly name: string }[]
}

const SHOWN_OF_WORDS = 200
const PEOPLE_TO_CHOOSE = 100
const DROPPED = 'a sender whose mail was dropped'

type Row = Omit<ThreadListed, 'openedAt' | 'lastActivity'> & {
  openedAt: Date
  lastActivity: Date
  found: number
  step: unknown
}

const quoteOf = (quote: string, step: StepSeen | null) =>
  step === null ? quote : stepSentence(step).slice(0, SHOWN_OF_WORDS)

/** The threads of a proposal, on whatever revision, a page of them; null: there is no such proposal for the viewer. */
export async function listThreads(
  viewer: Viewer,
  slug: string,
  filter: ThreadFilter,
): Promise<ThreadList | null> {
  if (!isSlug(slug)) return null
  const proposal = await findReadable(viewer, slug)
  if (!proposal) return null
  const me = viewer?.personId ?? null
  const { state, kind, writeup, about, by, isMine, isWaiting, isUnread, order, page } = filter
  const states = state === 'standing' || state === 'closed' ? null : state
  const [rows, people] = await Promise.all([
    db().$queryRaw<Row[]>`
      WITH listed AS (
        SELECT t.id, t.number, t.kind::text, t.state::text, t.comment_count AS comments, t.opened_at, t.last_activity,
          t.waits_for, revision.number AS revision, block.writeup::text AS writeup, coalesce(anchor.about, 'passage') AS about,
          CASE WHEN anchor.about = 'passage' THEN anchor.quote_exact END AS quote, anchor.step,
          t.opened_by,
          coalesce(CASE t.waits_for
            WHEN 'opener' THEN t.opened_by = ${me}::uuid
            WHEN 'author' THEN EXISTS (SELECT 1 FROM membership m
              WHERE m.proposal_id = t.proposal_id AND m.person_id = ${me}::uuid AND m.role = 'author')
          END, false) AS waits_for_viewer
        FROM thread t
        JOIN revision ON revision.id = t.opened_on
        LEFT JOIN anchor ON anchor.thread_id = t.id
        LEFT JOIN block ON block.revision_id = anchor.revision_id AND block.block_key = anchor.block_key
        WHERE t.proposal_id = ${proposal.id}::uuid
          AND (${state}::text IS NULL OR ${state} NOT IN ('standing', 'closed')
               OR (t.state::text = ANY (${[...OPEN_STATES]}::text[])) = (${state} = 'standing'))
          AND (${states}::text IS NULL OR t.state::text = ${states})
          AND (${kind}::text IS NULL OR t.kind::text = ${kind})
          AND (${about}::text IS NULL OR coalesce(anchor.about, 'passage') = ${about})
          AND (${writeup}::text IS NULL OR block.writeup::text = ${writeup})
          AND (${by}::uuid IS NULL OR EXISTS (
            SELECT 1 FROM comment c WHERE c.thread_id = t.id AND c.author_id = ${by}::uuid))
          AND (NOT ${isMine} OR EXISTS (
            SELECT 1 FROM comment c WHERE c.thread_id = t.id AND c.author_id = ${me}::uuid))
          AND (NOT ${isUnread} OR ${unreadThread(viewer, 't')})
      ), here AS (
        SELECT *, (count(*) OVER ())::int AS found FROM listed WHERE NOT ${isWaiting} OR waits_for_viewer
        ORDER BY
          CASE WHEN ${order} = 'number' THEN number END,
          CASE WHEN ${order} = 'oldest' THEN last_activity END,
          CASE WHEN ${order} = 'activity' THEN last_activity END DESC,
          number
        LIMIT ${THREADS_ON_A_PAGE} OFFSET ${(page - 1) * THREADS_ON_A_PAGE}
      )
      SELECT here.number, here.kind, here.state, here.comments, here.opened_at AS "openedAt",
        here.last_activity AS "lastActivity", here.revision, here.writeup, here.about, here.step,
        left(coalesce(here.quote, ''), ${SHOWN_OF_WORDS}) AS quote, here.waits_for AS "waitsFor",
        here.waits_for_viewer AS "waitsForViewer", here.found,
        ${unreadOf(viewer, 'here')} AS unread,
        CASE WHEN brought.status = 'dropped' THEN ${DROPPED} ELSE person.name END AS opener,
        coalesce(left(first.body, ${SHOWN_OF_WORDS}), '') AS words
      FROM here
      JOIN person ON person.id = here.opened_by
      LEFT JOIN comment AS first ON first.thread_id = here.id AND first.seq = 1
      LEFT JOIN mail_comment ON mail_comment.comment_id = first.id
      LEFT JOIN incoming_mail AS brought ON brought.id = mail_comment.mail_id
      ORDER BY
        CASE WHEN ${order} = 'number' THEN here.number END,
        CASE WHEN ${order} = 'oldest' THEN here.last_activity END,
        CASE WHEN ${order} = 'activity' THEN here.last_activity END DESC,
        here.number`,
    peopleIn(proposal.id),
  ])
  return {
    title: proposal.title,
    found: rows[0]?.found ?? 0,
    people,
    threads: rows.map(({ found: _found, openedAt, lastActivity, step, ...row }) => ({
      ...row,
      quote: quoteOf(row.quote, readStep(step)),
      openedAt: momentOf(openedAt),
      lastActivity: momentOf(lastActivity),
    })),
  }
}

/** Without those of whom nothing is left but what was dropped: their names are not shown. */
function peopleIn(proposalId: string): Promise<{ id: string; name: string }[]> {
  return db().$queryRaw<{ id: string; name: string }[]>`
    SELECT person.id::text, person.name FROM (
      SELECT c.author_id, count(DISTINCT c.thread_id) AS threads
      FROM comment c
      JOIN thread t ON t.id = c.thread_id
      LEFT JOIN mail_comment ON mail_comment.comment_id = c.id
      LEFT JOIN incoming_mail AS brought ON brought.id = mail_comment.mail_id
      WHERE t.proposal_id = ${proposalId}::uuid AND brought.status IS DISTINCT FROM 'dropped'
      GROUP BY c.author_id ORDER BY threads DESC LIMIT ${PEOPLE_TO_CHOOSE}
    ) AS wrote JOIN person ON person.id = wrote.author_id
    ORDER BY person.name, person.id`
}
