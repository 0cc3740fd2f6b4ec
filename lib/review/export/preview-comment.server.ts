import 'server-only'
import { randomUUID } from 'node:crypto'
import { db } from '#lib/db.server.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { commentHtml } from '#lib/review/comment/comment-html.ts'
import { changeWords, commentInput, refusalWords } from '#lib/review/comment/comment-input.ts'
import { commentMessageId } from '#lib/review/comment/message-id.ts'
import { can, type Viewer } from '#lib/review/person/permission.ts'
import { publicAddressOf } from '#lib/review/person/public-address.ts'
import { readableBy } from '#lib/review/person/readable.server.ts'
import { standingIn } from '#lib/review/person/standing.server.ts'
import { type LoadedRevision, loadRevision } from '#lib/review/revision/revisions.server.ts'
import { linksWithin } from '#lib/review/thread/links-within.ts'
import { namedInTexts } from '#lib/review/thread/read-threads.server.ts'
import { describeFailure } from '#lib/review/thread/thread.ts'
import { writeupOfWhole } from '#lib/review/thread/whole.ts'
import type { StepSeen } from '#lib/simulation/step-shown.ts'
import { answeredOf, placeIn, sentRevisions } from './answered-series.server.ts'
import { actingWords, type CommentPreview, mailPreview } from './comment-preview.ts'
import { seriesAsSent, writerOf } from './export.server.ts'
import { MAX_MAIL_DEPTH } from './replies.ts'
import type { CommentForMail, ThreadForMail } from './thread-for-mail.ts'
import { stepForMail, threadsForMail } from './threads-for-mail.server.ts'

/** What a form is about. */
export type PreviewPlace =
  | {
      readonly kind: 'thread'
      readonly slug: string
      readonly revision: number
      readonly blockKey: string
      readonly step?: StepSeen | undefined
    }
  | { readonly kind: 'reply' | 'edit'; readonly commentId: string }

/**
 * A comment before it is sent: as the page will show it, and as the mail that leaves, below what it answers. Nothing is
 * written. A refusal has the words for the form.
 */
export async function previewComment(
  viewer: Viewer,
  place: PreviewPlace,
  typed: string,
  now = new Date(),
): Promise<Result<CommentPreview, string>> {
  // Rendering a mail costs; only who may write may have one.
  if (!viewer) return err(describeFailure({ kind: 'signed-out' }))
  const input = commentInput(typed)
  if (!input.ok) return err(refusalWords(input.error))
  const { text, changes } = input.value
  const own = await commentOf(viewer.personId, text, now)
  const about =
    place.kind === 'thread' ? await newThread(viewer, place, own) : await inThread(viewer, place, own)
  if (!about)
    return err(describeFailure({ kind: place.kind === 'thread' ? 'no-such-revision' : 'no-such-comment' }))
  if (about === 'forbidden') return err(describeFailure({ kind: 'forbidden' }))
  const { revision, thread, comment } = about
  const { series } = await seriesAsSent(viewer, revision)
  const writer = writerOf(revision, series)
  const message = [...writer.thread(thread)].find(({ messageId }) => messageId === comment.messageId)
  if (!message) return err(describeFailure({ kind: 'no-such-comment' }))
  const [named] = await namedInTexts(viewer, revision.proposalId, [[text]])
  return ok({
    html: commentHtml(text, linksWithin(revision.slug, named ?? { threads: 0, mails: [] })),
    changes: [...changes.flatMap((change) => changeWords(change) ?? []), ...actingWords(text)],
    mail: mailPreview(message),
  })
}

type About = {
  readonly revision: LoadedRevision
  readonly thread: ThreadForMail
  readonly comment: Pick<CommentForMail, 'messageId'>
}

/** Of a person who has not said it yet. */
export async function commentOf(personId: string, body: string, now: Date): Promise<CommentForMail> {
  const person = await db().person.findUniqueOrThrow({
    where: { id: personId },
    select: {
      name: true,
      account: { select: { id: true } },
      addresses: { orderBy: { address: 'asc' }, select: { address: true, confirmedAt: true } },
    },
  })
  const id = randomUUID()
  return {
    ...{ id, seq: 1, parentId: null, body, isDeleted: false },
    author: { id: personId, name: person.name, publicAddress: publicAddressOf(person) },
    // Nobody sees it: the id is made when the comment is.
    messageId: commentMessageId(id, { mailDomain: 'preview.invalid' }, now),
    writtenAt: Math.floor(now.getTime() / 1000),
  }
}

async function newThread(
  viewer: Viewer,
  { slug, revision: number, blockKey, step }: Extract<PreviewPlace, { kind: 'thread' }>,
  comment: CommentForMail,
): Promise<About | 'forbidden' | null> {
  const revision = await loadRevision(viewer, slug, number)
  const whole = writeupOfWhole(blockKey)
  const block = revision?.bundle.blocks.find(({ key, writeup }) =>
    whole === null ? key === blockKey : writeup === whole,
  )
  if (!revision || !block) return null
  if (!can(viewer, 'open-thread', await standingIn(viewer, revision.proposalId))) return 'forbidden'
  const answered = await answeredBy(viewer, slug, revision)
  if (!answered) return null
  const { nextThread } = await db().proposal.findUniqueOrThrow({
    where: { id: revision.proposalId },
    select: { nextThread: true },
  })
  const at = await placeIn(
    answered,
    { ...revision, writeup: block.writeup },
    {
      ...{ blockKey, start: 0, end: whole === null ? block.text.length : 0 },
      ...(step === undefined ? {} : { step: stepForMail(step) }),
    },
  )
  return {
    revision: answered,
    comment,
    thread: { number: nextThread, kind: 'note', state: 'open', ...at, comments: [comment] },
  }
}

/** The revision whose series the mail answers. */
async function answeredBy(
  viewer: Viewer,
  slug: string,
  revision: LoadedRevision,
): Promise<LoadedRevision | null> {
  const number = answeredOf(await sentRevisions(revision.proposalId), revision.number)
  return number === revision.number ? revision : loadRevision(viewer, slug, number)
}

/** Mails above a comment whose words its own mail may quote; of those further up only the head is needed. */
const QUOTED_LEVELS = 3

async function inThread(
  viewer: Viewer,
  { kind, commentId }: Exclude<PreviewPlace, { kind: 'thread' }>,
  own: CommentForMail,
): Promise<About | 'forbidden' | null> {
  const found = await db().comment.findUnique({
    where: { id: commentId, thread: { proposal: readableBy(viewer) } },
    select: {
      authorId: true,
      thread: {
        select: {
          number: true,
          proposalId: true,
          revision: { select: { number: true, proposal: { select: { slug: true } } } },
        },
      },
    },
  })
  if (!found) return null
  const { number, proposalId, revision: at } = found.thread
  // An edit would show a mail in its writer's name.
  const relations = found.authorId === viewer?.personId ? (['writer'] as const) : []
  const standing = await standingIn(viewer, proposalId, relations)
  if (!can(viewer, kind === 'edit' ? 'edit-comment' : 'reply', standing)) return 'forbidden'
  const answers = answeredOf(await sentRevisions(proposalId), at.number)
  const revision = await loadRevision(viewer, at.proposal.slug, answers)
  // What it answers, up to the passage: the rest of a long thread is not needed for its mail.
  const chain = await db().$queryRaw<{ id: string }[]>`
    WITH RECURSIVE up AS (
      SELECT id, parent_id, 0 AS far FROM comment WHERE id = ${commentId}::uuid
      UNION ALL
      SELECT comment.id, comment.parent_id, far + 1 FROM comment JOIN up ON comment.id = up.parent_id WHERE far < 10000
    )
    SELECT id::text FROM up ORDER BY far DESC`
  const ids = chain.map(({ id }) => id)
  // Deeper ones answer the mail at that depth, whatever lies between.
  const read = [...new Set([...ids.slice(0, MAX_MAIL_DEPTH + 1), ...ids.slice(-QUOTED_LEVELS)])]
  if (!revision) return null
  const wish = { after: number - 1, take: 1, comments: read }
  const [thread] = await threadsForMail(viewer, revision.revisionId, wish)
  if (!thread) return null
  const byId = new Map(thread.comments.map((comment) => [comment.id, comment]))
  const above = read
    .flatMap((id) => byId.get(id) ?? [])
    .map((one, i, all) => ({
      ...one,
      parentId: all[i - 1]?.id ?? null,
      ...(i < all.length - QUOTED_LEVELS ? { body: '', mailedBefore: null } : {}),
    }))
  const answered = above.at(-1)
  if (!answered) return null
  const comment =
    kind === 'edit'
      ? { ...answered, body: own.body, mailedBefore: null, isDeleted: false }
      : { ...own, seq: answered.seq + 1, parentId: answered.id }
  const comments = kind === 'edit' ? [...above.slice(0, -1), comment] : [...above, comment]
  return { revision, comment, thread: { ...thread, comments } }
}
