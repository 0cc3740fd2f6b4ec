import 'server-only'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Transaction } from '#lib/db.server.ts'
import { claimOn, textIdentity } from '#lib/mail/import/dedupe.ts'
import { idsToLookUp } from '#lib/mail/import/find-parent.ts'
import type { QuoteAnchor } from '#lib/mail/import/imported-mail.ts'
import type { KnownComment, KnownMessage } from '#lib/mail/import/known-message.ts'
import type { ParsedMail } from '#lib/mail/import/read/parsed-mail.ts'
import { subjectKey } from '#lib/mail/import/read/reply-subject.ts'
import type { MessageId } from '#lib/mail/message/message.ts'
import { readMessage } from '#lib/mail/message/read-message.ts'
import { cleanText } from '#lib/mail/text/clean.ts'
import { withoutEmptyEnd } from '#lib/review/comment/comment-input.ts'
import { commentOfStandIn } from '#lib/review/comment/message-id.ts'
import { closingLines, withoutMadeLines } from '#lib/review/export/replies.ts'
import { DELETED_WORDS } from '#lib/review/export/thread-for-mail.ts'
import { parseThreadNote } from '#lib/review/export/thread-note.ts'
import { STANCE_VALUES } from '#lib/review/stance/stance.ts'
import { leavingWords } from '#lib/review/suggestion/suggestion-lines.ts'
import { isSaidByOneOf, isSaidBySeveral, ownWordsOf } from './own-words.ts'
import { wordsAsStored } from './words-as-stored.ts'

/**
 * What is here of the messages that a mail names: mails that came in, and comments, which are messages as well once
 * they were exported. Two queries for all of them.
 */
export type StoredMessage = KnownMessage & {
  readonly proposalId: string
  /** Of each of its comments, in order; replies hang on the last piece of a comment. */
  readonly stored: readonly StoredComment[]
}
export type StoredComment = {
  readonly id: string
  readonly threadId: string
  /** Maintainers alone add to its thread. */
  readonly isLocked: boolean
}

const PART_OF: Readonly<Record<string, number>> = {
  cover: 0,
  problem: 1,
  integration: 2,
  'sys-futex': 3,
  lifetime: 4,
}

const MailRow = z.object({
  id: z.string(),
  message_id: z.string(),
  status: z.string(),
  author_address: z.string().nullable(),
  text_sha256: z.instanceof(Uint8Array).nullable(),
  subject: z.string(),
  parent_message_id: z.string().nullable(),
  proposal_id: z.string().nullable(),
  revision_id: z.string().nullable(),
  part: z.number().nullable(),
  proof: z.string(),
})

const CommentRow = z.object({
  id: z.string(),
  message_id: z.string(),
  body: z.string(),
  older: z.array(z.string()),
  /** As what it left while comments were Markdown. */
  before: z.array(z.string()),
  /** The bytes of its mail that this program sent. */
  sent: z.instanceof(Uint8Array).nullable(),
  origin: z.string(),
  redacted: z.boolean(),
  thread_id: z.string(),
  locked: z.boolean(),
  proposal_id: z.string(),
  revision_id: z.string(),
  block_key: z.string(),
  writeup: z.string(),
  parent_message_id: z.string().nullable(),
  mail_id: z.string().nullable(),
  ord: z.number().nullable(),
  piece: z.number().nullable(),
  /** Its suggestion, which leaves with the words. */
  old_text: z.string().nullable(),
  new_text: z.string().nullable(),
  /** The Message-ID of the review that it was published with, and its position in that. */
  review_id: z.string().nullable(),
  review_ord: z.number().nullable(),
})
type CommentRow = z.infer<typeof CommentRow>

const ReviewRow = z.object({
  message_id: z.string(),
  /** As of a comment. */
  sent: z.instanceof(Uint8Array).nullable(),
  /** What its mail ends with. */
  stance: z
    .object({
      value: z.enum(STANCE_VALUES),
      writeups: z.array(z.string()),
      words: z.string(),
      trailer: z.string().nullable(),
    })
    .nullable(),
})
type ReviewRow = z.infer<typeof ReviewRow>
type MailRow = z.infer<typeof MailRow>

/**
 * The messages that some mails name, as they are under the lock; and those that the same transaction is about to write,
 * which later mails of it may answer.
 */
export class StoredMessages {
  readonly #mails: readonly MailRow[]
  readonly #comments: readonly CommentRow[]
  readonly #reviews: readonly ReviewRow[]
  readonly #added = new Map<MessageId, StoredMessage>()

  private constructor(
    mails: readonly MailRow[],
    comments: readonly CommentRow[],
    reviews: readonly ReviewRow[],
  ) {
    this.#mails = mails
    this.#comments = comments
    this.#reviews = reviews
  }

  /** `exceptMail`: a stored mail that is looked at again, and must not be taken for its own copy. */
  static async load(
    tx: Transaction,
    mails: readonly ParsedMail[],
    exceptMail: string | null,
  ): Promise<StoredMessages> {
    const ids = [...new Set(mails.flatMap((mail) => idsNamedBy(mail)))]
    const rows = z.array(MailRow).parse(
      await tx.$queryRaw`
        SELECT id::text, message_id, status, author_address, text_sha256, subject, parent_message_id,
               proposal_id::text, revision_id::text, part, proof
        FROM incoming_mail WHERE message_id = ANY (${ids}) AND NOT is_conflict AND id::text <> ${exceptMail ?? ''}
        ORDER BY received_at`,
    )
    const imported = rows.filter(({ status }) => status === 'imported').map(({ id }) => id)
    const standIns = ids.flatMap((id) => commentOfStandIn(id) ?? [])
    // Most mails answer a write-up; for them the joins below need not be planned, let alone run.
    const found = await tx.$queryRaw<{ id: string }[]>`
      SELECT id::text FROM comment WHERE message_id = ANY (${ids}) OR id = ANY (${standIns}::uuid[])
      UNION SELECT comment_id::text FROM mail_comment WHERE mail_id = ANY (${imported}::uuid[])
      UNION SELECT rc.comment_id::text FROM review_mail rm JOIN review_comment rc ON rc.mail_id = rm.id
            WHERE rm.message_id = ANY (${ids})`
    const own = mails.map(({ messageId }) => messageId)
    const comments = found.length > 0 ? await readComments(tx, found, own) : []
    const isReview = comments.some(({ review_id: id }) => id !== null && own.some((one) => one === id))
    return new StoredMessages(rows, comments, isReview ? await readReviews(tx, own) : [])
  }

  add(message: StoredMessage): void {
    this.#added.set(message.messageId, message)
  }

  /** As the importer asks for them: with the identities that tell whether `mail` itself is here already. */
  knownTo(mail: ParsedMail): ReadonlyMap<MessageId, StoredMessage> {
    const ids = idsNamedBy(mail)
    const known = new Map<MessageId, StoredMessage>()
    for (const comment of this.#comments) {
      const id = comment.message_id as MessageId // of this form by a CHECK
      if (ids.includes(id)) known.set(id, ofComment(id, comment, mail))
      const standIn = ids.find((one) => commentOfStandIn(one) === comment.id)
      if (standIn !== undefined && standIn !== id) known.set(standIn, ofComment(standIn, comment, mail))
    }
    for (const id of new Set(this.#comments.flatMap(({ review_id }) => review_id ?? []))) {
      const named = ids.find((one) => one === id)
      const review = this.#reviews.find(({ message_id }) => message_id === id) ?? null
      if (named !== undefined) known.set(named, ofReview(named, this.#comments, review, mail))
    }
    for (const row of this.#mails) {
      const id = row.message_id as MessageId // as it was parsed
      if (!ids.includes(id)) continue
      const before = known.get(id)
      const own = this.#comments.filter(({ mail_id }) => mail_id === row.id)
      const stored = ofMail(id, row, own, mail)
      // Words that were deleted tell nothing any more; the mail's do.
      const isDeleted = this.#comments.some(
        (one) => one.message_id === id && one.redacted && one.origin === 'mail',
      )
      // An imported mail says more than its first comment; of held ones, the one that is the same is the one to know.
      if (before && isDeleted && row.status === 'dropped')
        known.set(id, { ...before, ...sameAs(stored), claim: stored.claim })
      else if (!before || stored.isVisible || (!before.isVisible && stored.textIdentity !== ''))
        known.set(id, before && !isOther(before) && !isDeleted ? { ...stored, ...sameAs(before) } : stored)
    }
    for (const id of ids) {
      const added = this.#added.get(id)
      if (added && (added.isVisible || !known.get(id)?.isVisible)) known.set(id, added)
    }
    return known
  }
}

/** With the comment that its thread note says it answers: one of several of a mail, which have one Message-ID together. */
function idsNamedBy(mail: ParsedMail): readonly MessageId[] {
  const { answers } = parseThreadNote(mail.note ?? '')
  // Somebody's words; it is only looked up.
  return answers === undefined ? idsToLookUp(mail) : [...idsToLookUp(mail), answers as MessageId]
}

/** Of a comment that was edited more often, the first words and the latest are enough, and bounded. */
const OLDER_VERSIONS = 20
/** Letters of a comment's versions in which a quote is looked for: the longest comment three times. */
const QUOTABLE_LETTERS = 200_000

/** `own`: Message-IDs of the mails that may be the comments themselves; of others no bytes are needed. */
async function readComments(
  tx: Transaction,
  found: readonly { id: string }[],
  own: readonly string[],
): Promise<CommentRow[]> {
  const ids = found.map(({ id }) => id)
  const rows = z.array(CommentRow).parse(
    await tx.$queryRaw`
      SELECT c.id::text, c.message_id, c.body, c.origin, c.redacted_at IS NOT NULL AS redacted,
             ARRAY(SELECT v.body FROM (SELECT body, version, row_number() OVER (ORDER BY version) AS nth,
                                         row_number() OVER (ORDER BY version DESC) AS back
                                       FROM comment_version WHERE comment_id = c.id) v
                   WHERE v.nth = 1 OR v.back <= ${OLDER_VERSIONS} ORDER BY v.version) AS older,
             ARRAY(SELECT m.body FROM comment_as_mailed m WHERE m.comment_id = c.id AND m.body IS NOT NULL
                   ORDER BY m.version) AS before,
             (SELECT o.bytes FROM outgoing_mail o
              WHERE o.message_id = c.message_id AND o.message_id = ANY (${own})
              ORDER BY o.created_at LIMIT 1) AS sent,
             c.thread_id::text, t.locked_at IS NOT NULL AS locked, t.proposal_id::text, t.opened_on::text AS revision_id, a.block_key, b.writeup,
             (SELECT p.message_id FROM comment p WHERE p.id = c.parent_id) AS parent_message_id,
             mc.mail_id::text, mc.ord, mc.piece, rm.message_id AS review_id, rc.ord AS review_ord, s.old_text, s.new_text
      FROM comment c JOIN thread t ON t.id = c.thread_id JOIN anchor a ON a.thread_id = t.id
        JOIN block b ON b.revision_id = a.revision_id AND b.block_key = a.block_key
        LEFT JOIN suggestion s ON s.comment_id = c.id
        LEFT JOIN mail_comment mc ON mc.comment_id = c.id
        LEFT JOIN review_comment rc ON rc.comment_id = c.id LEFT JOIN review_mail rm ON rm.id = rc.mail_id
      WHERE c.id = ANY (${ids}::uuid[]) ORDER BY mc.ord, mc.piece`,
  )
  return rows.map((row) => {
    const { old_text: oldText, new_text: newText } = row
    if (oldText === null || newText === null) return row
    const leaving = (words: string) => leavingWords(words, { oldText, newText })
    return { ...row, body: leaving(row.body), older: row.older.map(leaving) }
  })
}

/** The reviews that some mails may be themselves. */
async function readReviews(tx: Transaction, own: readonly string[]): Promise<ReviewRow[]> {
  return z.array(ReviewRow).parse(
    await tx.$queryRaw`
      SELECT rm.message_id, (SELECT o.bytes FROM outgoing_mail o WHERE o.message_id = rm.message_id
                             ORDER BY o.created_at LIMIT 1) AS sent,
             CASE WHEN s.id IS NOT NULL THEN jsonb_build_object('value', s.value, 'writeups', to_jsonb(s.writeups),
               'words', s.words, 'trailer', s.trailer) END AS stance
      FROM review_mail rm JOIN review r ON r.id = rm.review_id LEFT JOIN stance s ON s.id = r.stance_id AND rm.says_stance
      WHERE rm.message_id = ANY (${own})`,
  )
}

const isOther = ({ textIdentity: identity }: StoredMessage) => identity === ''
const sameAs = ({ author, textIdentity: identity }: StoredMessage) => ({ author, textIdentity: identity })

export const identityHash = (identity: string) =>
  new Uint8Array(createHash('sha256').update(identity).digest())

/** The importer compares identities; the database has their hashes. Equal ones become the mail's, others none. */
function identityFor(mail: ParsedMail, isSame: boolean): Pick<StoredMessage, 'author' | 'textIdentity'> {
  const author = mail.author?.address.toLowerCase() ?? ''
  return isSame ? { author, textIdentity: textIdentity(mail) } : { author: '', textIdentity: '' }
}

function ofMail(
  id: MessageId,
  row: MailRow,
  comments: readonly CommentRow[],
  mail: ParsedMail,
): StoredMessage {
  const isAsItCame = () =>
    row.author_address === (mail.author?.address.toLowerCase() ?? null) &&
    row.text_sha256 !== null &&
    Buffer.from(row.text_sha256).equals(Buffer.from(identityHash(textIdentity(mail))))
  const isSame = id === mail.messageId && (isAsItCame() || isMailOfAll(comments, mail))
  const first = comments.filter(({ piece }) => piece === 0)
  return {
    messageId: id,
    isVisible: row.status === 'imported',
    ...identityFor(mail, isSame),
    author: row.author_address ?? '',
    claim: claimOn(id, row.author_address ?? '', row.proof),
    subjectKey: subjectKey(row.subject),
    series: row.revision_id ?? '',
    part: row.part ?? 0,
    parent: row.parent_message_id as MessageId | null,
    comments: first.map(knownComment),
    proposalId: row.proposal_id ?? '',
    stored: first.map(({ ord }) => {
      const last = comments.findLast((one) => one.ord === ord)
      return { id: last?.id ?? '', threadId: last?.thread_id ?? '', isLocked: last?.locked ?? false }
    }),
  }
}

/** A comment that was written here, or a further one of a mail: it left, or may leave, as a mail of its own. */
function ofComment(id: MessageId, comment: CommentRow, mail: ParsedMail): StoredMessage {
  const isSame = id === mail.messageId && isMailOf(comment, mail)
  return {
    messageId: id,
    isVisible: true,
    ...identityFor(mail, isSame),
    // A further comment of a mail has an id that was made here, and so has every comment that was typed.
    claim: null,
    subjectKey: '',
    series: comment.revision_id,
    part: PART_OF[comment.writeup] ?? 0,
    parent: comment.parent_message_id as MessageId | null, // as above
    comments: [knownComment(comment)],
    proposalId: comment.proposal_id,
    stored: [{ id: comment.id, threadId: comment.thread_id, isLocked: comment.locked }],
  }
}

/**
 * A review that was published here and left, or may leave, as one mail: an answer finds the comment whose words it quotes.
 * `review`: left out of what names it only.
 */
function ofReview(
  id: MessageId,
  all: readonly CommentRow[],
  review: ReviewRow | null,
  mail: ParsedMail,
): StoredMessage {
  const comments = all
    .filter(({ review_id }) => review_id === id)
    .sort((a, b) => (a.review_ord ?? 0) - (b.review_ord ?? 0))
  const [first] = comments
  const isSame = id === mail.messageId && review !== null && isMailOfReview(comments, review, mail)
  return {
    messageId: id,
    isVisible: true,
    ...identityFor(mail, isSame),
    claim: null,
    subjectKey: '',
    series: first?.revision_id ?? '',
    part: PART_OF[first?.writeup ?? ''] ?? 0,
    parent: null,
    comments: comments.map(knownComment),
    proposalId: first?.proposal_id ?? '',
    stored: comments.map((one) => ({ id: one.id, threadId: one.thread_id, isLocked: one.locked })),
  }
}

/** What was deleted stays deleted, whoever still has a mail of it. */
function isMailOf(comment: CommentRow, mail: ParsedMail): boolean {
  if (comment.redacted) return true
  const texts = [comment.body, ...comment.older]
  const stored = wordsAsStored(mail)
  if (stored !== null && texts.some((body) => withoutEmptyEnd(body) === stored)) return true
  if (comment.sent !== null && isSameText(comment.sent, mail)) return true
  const own = ownWordsOf(mail.text, mail.subject)
  // What it says now and what it said at first are what leaves; an edit is known by its mail less often.
  const [first, ...later] = comment.older
  const said = [comment.body, first ?? comment.body, ...later.toReversed(), ...comment.before]
  if (isSaidByOneOf(own, said)) return true
  const made = withoutMadeLines(mail.text)
  return made !== mail.text && isSaidByOneOf(ownWordsOf(made, mail.subject), said)
}

/** As it was sent; or as it is made of its comments, each in one of its versions, and of its stance. */
function isMailOfReview(comments: readonly CommentRow[], review: ReviewRow, mail: ParsedMail): boolean {
  if (review.sent !== null && isSameText(review.sent, mail)) return true
  const own = ownWordsOf(withoutMadeLines(mail.text), mail.subject)
  const { stance } = review
  const sender = { name: '', address: mail.author?.address ?? '' }
  const endings = stance
    ? [true, false].map((isNamed) => closingLines(stance, sender, isNamed).join('\n'))
    : ['']
  const bodies = comments.map(({ redacted, body }) => (redacted ? DELETED_WORDS : withoutMadeLines(body)))
  if (
    isSaidByOneOf(
      own,
      endings.map((ending) => [...bodies, ending].join('\n\n')),
    )
  )
    return true
  const versions = comments.map(({ redacted, body, older: [first, ...later] }) =>
    redacted ? null : [body, first ?? body, ...later.toReversed()].map(withoutMadeLines),
  )
  return isSaidBySeveral(own, versions, endings)
}

/** A mail that became several comments leaves with their words and quotes made anew, as they are now. */
function isMailOfAll(comments: readonly CommentRow[], mail: ParsedMail): boolean {
  if (comments.length < 2) return false
  const words = comments.map(({ redacted, body }) => (redacted ? DELETED_WORDS : body)).join('\n\n')
  return isSaidByOneOf(ownWordsOf(mail.text, mail.subject), [words])
}

function isSameText(bytes: Uint8Array, mail: ParsedMail): boolean {
  const message = readMessage(Buffer.from(bytes).toString('utf8'))
  if (!message.ok) return false
  return textIdentity({ text: cleanText(message.value.body).text }) === textIdentity(mail)
}

/** Its words as a list has them, with those that an edit replaced: somebody may quote them. Made when asked for. */
function knownComment(comment: CommentRow): KnownComment {
  let text: string | null = null
  const part = PART_OF[comment.writeup] ?? 0
  const anchor: QuoteAnchor = { kind: 'passage', part, passage: comment.block_key, start: 0, end: 0 }
  return {
    anchor,
    get text() {
      text ??= comment.redacted ? DELETED_WORDS : quotableText(comment)
      return text
    },
  }
}

function quotableText({ body, older, before }: CommentRow): string {
  let letters = 0
  const bodies = [body, ...older.toReversed(), ...before].filter((one) => {
    letters += one.length
    return one !== '' && letters <= QUOTABLE_LETTERS
  })
  return bodies.join('\n\n')
}
