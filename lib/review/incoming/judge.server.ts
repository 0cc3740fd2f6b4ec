import 'server-only'
import { createHash, randomUUID } from 'node:crypto'
import { actingLines } from '#lib/mail/import/acting-lines.ts'
import { textIdentity } from '#lib/mail/import/dedupe.ts'
import { findParent } from '#lib/mail/import/find-parent.ts'
import { hasOthersId, importMail, toKnownMessage } from '#lib/mail/import/import-mail.ts'
import { type ImportedMail, saidIn } from '#lib/mail/import/imported-mail.ts'
import { type ActRefusal, refusesLines } from '#lib/mail/import/may-act.ts'
import type { Authentication } from '#lib/mail/import/read/authentication.ts'
import type { ParsedMail } from '#lib/mail/import/read/parsed-mail.ts'
import type { ImportedTrailer } from '#lib/mail/import/trailers.ts'
import type { Mailbox, MessageId } from '#lib/mail/message/message.ts'
import { invariant } from '#lib/result.ts'
import { standInMessageId } from '#lib/review/comment/message-id.ts'
import { DELETED_WORDS } from '#lib/review/export/thread-for-mail.ts'
import { isCondition } from '#lib/review/objection/objection.ts'
import { PERMISSIONS, type Role } from '#lib/review/person/permission.ts'
import { identityHash, type StoredComment, type StoredMessage, type StoredMessages } from './known.server.ts'
import { type MailSource, waitsForParentMs } from './mail-source.ts'
import { mayObject, type NoteRights } from './note-rights.ts'
import type { MailOutcome, MailStatus } from './outcome.ts'
import type { MailPersons } from './persons.server.ts'
import { type PlannedComment, planComments } from './plan.ts'
import type { Again, ReadMail, TakeOptions } from './read-mail.server.ts'
import {
  type KnownRevision,
  type LoadedForImport,
  loadIfReadable,
  revisionOfSubject,
} from './series.server.ts'
import { type MailedComment, type MailRow, type Writes, yieldedId } from './store.server.ts'
import { wordsAsStored } from './words-as-stored.ts'

/**
 * What becomes of a mail, given what is known under the lock: decides, and adds to `writes` what is to be written. It
 * writes nothing itself.
 */
export type JudgeContext = {
  readonly source: MailSource
  readonly options: TakeOptions
  readonly again: Again | null
  readonly revisions: readonly KnownRevision[]
  readonly known: StoredMessages
  readonly persons: MailPersons
  /** Of who lets the mail in, by proposal. */
  readonly deciderRoles: ReadonlyMap<string, readonly Role[]>
  /** Of who brings the mail, by proposal. */
  readonly viewerRoles: ReadonlyMap<string, readonly Role[]>
  /** Embargoed proposals, by id: to a mail that is nobody's who has a role in one, it is not there. */
  readonly hidden: ReadonlySet<string>
  /** Hashes of bytes that are kept; those of the mails judged before are added. */
  readonly seen: Set<string>
}

export type Judged = {
  readonly outcome: MailOutcome
  readonly slug: string
  /** The first piece of each of its comments. */
  readonly commentIds: readonly string[]
}

export async function judgeMail(read: ReadMail, context: JudgeContext, writes: Writes): Promise<Judged> {
  const { proof: given } = read
  const { source, options, again } = context
  const parsed = placedByPerson(read.parsed, again)
  const hash = Buffer.from(read.sha256).toString('hex')
  if (context.seen.has(hash)) return notKept(read, 'duplicate')
  const isSeen = seenBy(read, context)
  const revisions = context.revisions.filter(({ proposalId }) => isSeen(proposalId))
  // The mail's own name stays known: what bears it must not be stored twice.
  const known = new Map(
    [...context.known.knownTo(parsed)].filter(
      ([id, { proposalId }]) => id === parsed.messageId || isSeen(proposalId),
    ),
  )
  const revision = await revisionOf(parsed, revisions, known)
  const loaded = revision && (await loadIfReadable(revision))
  const roles = bringerRoles(context, revision)
  const proof = vouched(given, source, roles, again)
  const series = loaded ? [loaded.indexed] : []
  const imported = importMail(parsed, proof, { series, known, storedWords: wordsAsStored(parsed) })

  const isUnknown = imported.flags.includes('unknown-thread')
  if (isUnknown && options.leavesUnknown && !again) return notKept(read, 'left-out', imported.flags)
  const parent = findParent(parsed, series, known)
  const waitUntil = waitsFor(parsed, parent?.messageId ?? null, known, source, again, options.now)
  const status = statusOf(imported, isUnknown || waitUntil !== null, again)
  if (status === 'duplicate' && !again) return notKept(read, 'duplicate')
  context.seen.add(hash)

  const author = parsed.author
  const count = (id: MessageId) => {
    const message = known.get(id)
    return message?.isVisible && message.proposalId === revision?.proposalId ? message.stored.length : null
  }
  const held =
    status === 'imported' && loaded && revision && author
      ? heldByPerson(context, { author, proof, proposalId: revision.proposalId }, () =>
          // Who somebody is changes what a thread is, and never where a comment goes.
          planComments(imported, loaded, NO_RIGHTS, count, again?.place?.blockKey ?? null).some(
            ({ place }) =>
              place.kind === 'reply' && known.get(place.to.messageId)?.stored[place.to.comment]?.isLocked,
          ),
        )
      : null
  const flags = held === null ? imported.flags : [...imported.flags, held]
  const isPlaced = status === 'imported' && held === null && loaded && revision && author
  const person =
    isPlaced &&
    context.persons.personOf(author, {
      isProved: proof.kind === 'sender',
      proposalId: revision.proposalId,
    })
  const row: MailRow = {
    ...mailRow(read, source, imported, again?.mailId ?? randomUUID()),
    flags: [...flags],
    // Of a kept mail that turned out to be a copy nothing more is to be done.
    status: isPlaced
      ? 'imported'
      : status === 'duplicate'
        ? 'ignored'
        : status === 'imported'
          ? 'quarantined'
          : status,
    authorId: person ? person.id : null,
    proposalId: revision?.proposalId ?? null,
    revisionId: revision?.id ?? null,
    part: imported.part,
    waitUntil: status === 'waiting' ? waitUntil : null,
  }
  writes.mails.push(row)
  const outcome = {
    ...outcomeOf(read, held === null ? status : 'quarantined', flags),
    mailId: row.id,
    trailers: imported.trailers.length,
  }
  if (!isPlaced || !person) return { outcome, slug: '', commentIds: [] }

  if (imported.flags.includes('message-id-reclaimed'))
    giveUpId(writes, imported.messageId, loaded.revision.mailDomain)
  const rights: NoteRights = {
    isTrusted: source.kind === 'command' || roles.includes('admin'),
    isProved: proof.kind === 'sender',
    roles: person.roles,
  }
  const plan = planComments(imported, loaded, rights, count, again?.place?.blockKey ?? null)
  writes.trailers.push(
    ...toldApart(imported.trailers).map(({ tag, name, email, line, match }, ord) => {
      return { mailId: row.id, ord, tag, name, address: email.toLowerCase(), line, isOwn: match }
    }),
  )
  const at = imported.date ? new Date(imported.date.epochSeconds * 1000) : options.now
  const refusal = refusesToAct(read, context)
  const texts = plan.map(({ pieces }) => pieces.join('\n'))
  const objections =
    refusal === null && mayObject(rights) ? objectionsIn(texts, author.address) : NO_OBJECTIONS
  const stored = addComments(
    { mailId: row.id, imported, loaded, author: person.id, plan, known, at, objections },
    writes,
  )
  writes.acting.push({
    ...{ mailId: row.id, messageId: imported.messageId, proposalId: revision.proposalId },
    ...{ revisionId: revision.id, revision: revision.number, part: imported.part, person: person.id },
    ...{ address: author.address, refusal },
    answers: stored.map(({ first, threadId }, i) => ({ commentId: first, threadId, text: texts[i] ?? '' })),
  })
  remember(context.known, imported, plan, stored, revision.proposalId)
  return { outcome, slug: revision.slug, commentIds: stored.map(({ first }) => first) }
}

/**
 * Which proposals a mail can be about. One that is embargoed is there for the operator, for who has a role in it and brings
 * the mail or lets it in, and for mail that is proved to be such a person's; all other mail about it is as about something
 * that nobody ever published.
 */
function seenBy(
  { parsed: { author }, proof }: ReadMail,
  { source, again, persons, viewerRoles, deciderRoles, hidden }: JudgeContext,
): (proposalId: string) => boolean {
  const isAll =
    source.kind === 'command' ||
    (source.kind === 'upload' && source.viewer.administrator) ||
    again?.decider?.administrator === true
  return (proposalId) =>
    isAll ||
    !hidden.has(proposalId) ||
    viewerRoles.has(proposalId) ||
    deciderRoles.has(proposalId) ||
    (author !== null &&
      proof.kind === 'sender' &&
      !persons.isBlocked(author) &&
      persons.rolesOf(author, proposalId).length > 0)
}

/** Why the lines of a mail do nothing, whatever they are; null: each is tried. */
function refusesToAct(
  { parsed, proof }: ReadMail,
  { source, again, options }: JudgeContext,
): ActRefusal | null {
  if (again?.isReleased) return 'let-in'
  if (source.kind === 'command' || source.kind === 'upload') return 'from-a-file'
  if (parsed.note !== null) return 'written-here'
  return refusesLines(parsed, proof, options.now.getTime() / 1000)
}

/** @param texts each answer of the mail */
function objectionsIn(texts: readonly string[], sender: string): ReadonlyMap<number, Raised> {
  const raised = new Map<number, Raised>()
  for (const [i, text] of texts.entries()) {
    const lines = actingLines(text)
    const isRaised = lines.some(
      (line) =>
        line.act === 'objection' ||
        (line.act === 'trailer' && line.key === 'Nacked-by' && line.address === sender.toLowerCase()),
    )
    const condition = lines.find((line) => line.act === 'condition')
    const clearsWhen = condition && isCondition(condition.words) ? condition.words : null
    if (isRaised) raised.set(i, { clearsWhen })
  }
  return raised
}

type Raised = { readonly clearsWhen: string | null }
const NO_OBJECTIONS: ReadonlyMap<number, Raised> = new Map()

const NO_RIGHTS: NoteRights = { isTrusted: false, isProved: false, roles: [] }

/** Why a mail that has its place is held all the same: for who sent it, or for where it would go. Null: it is not. */
function heldByPerson(
  { persons, again, deciderRoles }: JudgeContext,
  mail: { readonly author: Mailbox; readonly proof: Authentication; readonly proposalId: string },
  answersLocked: () => boolean,
): 'sender-blocked' | 'thread-locked' | null {
  const { author, proof, proposalId } = mail
  if (!again?.isReleased && persons.isBlocked(author)) return 'sender-blocked'
  if (!answersLocked()) return null
  const decider = again?.isReleased ? (again.decider ?? null) : null
  const sender = proof.kind === 'sender' ? persons.rolesOf(author, proposalId) : []
  const roles = [...sender, ...(deciderRoles.get(proposalId) ?? [])]
  // A proved maintainer may add, and so may the one who lets it in.
  const isAdmin = decider?.administrator === true || sender.includes('admin')
  return isAdmin || PERMISSIONS['add-to-locked'].some((grant) => roles.some((role) => role === grant))
    ? null
    : 'thread-locked'
}

/** Trailers that a mail may have; a list's longest series thanks some twenty people. */
const MAX_TRAILERS = 100

/** Each line once, and no more than anybody means: all of them stay in the words of the mail. */
function toldApart(trailers: readonly ImportedTrailer[]): ImportedTrailer[] {
  const lines = new Map(trailers.map((trailer) => [trailer.line, trailer]))
  return [...lines.values()].slice(0, MAX_TRAILERS)
}

/** A mail that a person placed answers the part that he chose, whatever it says itself. */
function placedByPerson(parsed: ParsedMail, again: Again | null): ParsedMail {
  const place = again?.place
  return place ? { ...parsed, inReplyTo: [place.partId], references: [] } : parsed
}

/** The revision that a mail is about: by what it answers, the nearest first; else by its subject. */
async function revisionOf(
  mail: ParsedMail,
  revisions: readonly KnownRevision[],
  known: ReadonlyMap<MessageId, StoredMessage>,
): Promise<KnownRevision | null> {
  for (const id of [mail.messageId, ...mail.inReplyTo, ...mail.references.toReversed()]) {
    const message = known.get(id)
    const found = revisions.find(
      (one) => one.messageIds.includes(id) || (message?.isVisible && one.id === message.series),
    )
    if (found) return found
  }
  return revisionOfSubject(mail.subject, revisions)
}

function bringerRoles(
  { source, viewerRoles }: JudgeContext,
  revision: KnownRevision | null,
): readonly Role[] {
  if (source.kind !== 'upload') return []
  if (source.viewer.administrator) return ['admin']
  return revision ? (viewerRoles.get(revision.proposalId) ?? []) : []
}

/** Mail that nothing proves is vouched for by who brings it, if he may; mail that was refuted by nobody unseen. */
function vouched(
  proof: Authentication,
  source: MailSource,
  roles: readonly Role[],
  again: Again | null,
): Authentication {
  if (proof.kind !== 'none') return proof
  if (again?.isReleased) return { kind: 'vouched' }
  if (proof.isRefuted) return proof
  const hasRole = roles.some((role) => role !== 'reader')
  return source.kind === 'command' || (source.kind === 'upload' && hasRole) ? { kind: 'vouched' } : proof
}

/** Until when a mail waits for its direct parent; null when it is here, or was waited for, or none is named. */
function waitsFor(
  mail: ParsedMail,
  parent: MessageId | null,
  known: ReadonlyMap<MessageId, StoredMessage>,
  source: MailSource,
  again: Again | null,
  now: Date,
): Date | null {
  const [direct] = mail.inReplyTo
  if (direct === undefined || direct === mail.messageId || parent === null) return null
  if (mail.inReplyTo.includes(parent) || again?.patienceIsOver || again?.isReleased) return null
  // A copy of what is here need not wait for anything.
  return known.has(mail.messageId) ? null : new Date(now.getTime() + waitsForParentMs(source))
}

function statusOf(
  { status, flags, comments, trailers }: ImportedMail,
  waits: boolean,
  again: Again | null,
): MailStatus {
  if (again?.isReleased && status !== 'duplicate' && comments.length + trailers.length > 0) return 'imported'
  if (status === 'duplicate' || status === 'rejected' || status === 'quarantined') return status
  const isAutomatic = flags.includes('auto-submitted') || flags.includes('bounce')
  return waits && !isAutomatic ? 'waiting' : status
}

type Placing = {
  readonly mailId: string
  readonly imported: ImportedMail
  readonly loaded: LoadedForImport
  readonly author: string
  readonly plan: readonly PlannedComment[]
  readonly known: ReadonlyMap<MessageId, StoredMessage>
  readonly at: Date
  /** Comments whose own line raises an objection, by their place in the mail. */
  readonly objections: ReadonlyMap<number, Raised>
}

/** Each of the mail's comments, by its first piece, and by its last, which replies hang on. */
function addComments(placing: Placing, writes: Writes): (StoredComment & { readonly first: string })[] {
  const { mailId, imported, loaded, author, plan, known, at, objections } = placing
  const { id: revisionId, proposalId, mailDomain } = loaded.revision
  const isConflict = hasOthersId(imported)
  const hash = createHash('sha256')
    .update(isConflict ? mailId : imported.messageId)
    .digest('hex')
    .slice(0, 24)
  return plan.map(({ place, pieces, flags }, ord) => {
    const answered = place.kind === 'reply' ? known.get(place.to.messageId)?.stored[place.to.comment] : null
    invariant(answered !== undefined, 'a planned reply answers a comment that is known')
    const threadId = answered?.threadId ?? randomUUID()
    if (place.kind === 'thread') {
      const { selector, about, step, threadKind: kind, state } = place
      const raised = objections.get(ord)
      const asked =
        raised === undefined ? { kind, state } : { kind: 'objection' as const, state: 'open' as const }
      // What would clear an objection is asked for where the mail does not say it.
      const clearCondition = raised?.clearsWhen ?? null
      writes.threads.push({
        id: threadId,
        proposalId,
        revisionId,
        author,
        at,
        ...{ selector, about, step },
        ...asked,
        clearCondition,
      })
    }
    let parentId = answered?.id ?? null
    let first = ''
    for (const [piece, body] of (pieces.length > 0 ? pieces : ['']).entries()) {
      const id = randomUUID()
      const isOwn = ord === 0 && piece === 0 && !isConflict
      const comment: MailedComment = {
        ...{ id, mailId, proposalId, threadId, parentId, author, body, at, ord, piece, flags },
        // The first one bears the mail's own Message-ID: who answers the mail answers it. The others get one made from
        // that, the same in every instance; where somebody has taken it, one that nobody can guess.
        messageId: isOwn ? imported.messageId : `m${ord}-${piece}.${hash}@${mailDomain}`,
        otherId: isOwn ? null : standInMessageId(id, mailDomain),
        origin: 'mail',
        isDeleted: pieces.length === 0,
        isFirst: place.kind === 'thread' && piece === 0,
        mail: imported.messageId,
      }
      writes.comments.push(comment)
      first ||= id
      parentId = id
    }
    return { id: parentId ?? '', threadId, isLocked: answered?.isLocked ?? false, first }
  })
}

/** Whoever has the id so far, in the database or among what is about to be written, gets one that was made for them. */
function giveUpId(writes: Writes, messageId: MessageId, mailDomain: string): void {
  writes.reclaimed.push({ messageId, mailDomain })
  const mail = writes.mails.findIndex((one) => one.messageId === messageId && !one.isConflict)
  const before = writes.mails[mail]
  // The mail that takes the id is the last one.
  if (!before || mail === writes.mails.length - 1) return
  writes.mails[mail] = { ...before, isConflict: true, flags: [...before.flags, 'message-id-conflict'] }
  const comment = writes.comments.findIndex((one) => one.messageId === messageId)
  const said = writes.comments[comment]
  if (said) writes.comments[comment] = { ...said, messageId: yieldedId(before.id, mailDomain) }
}

/** For the mails that are judged after this one in the same transaction. */
function remember(
  messages: StoredMessages,
  imported: ImportedMail,
  plan: readonly PlannedComment[],
  stored: readonly StoredComment[],
  proposalId: string,
): void {
  const known = toKnownMessage({ ...imported, status: 'imported' })
  if (!known) return
  const said = saidIn(imported)
  const comments = plan.map(({ pieces, place }, i) => {
    const part = imported.part ?? 0
    const anchor = said[i]?.anchor ?? { kind: 'part' as const, part }
    const key = place.kind === 'thread' ? place.selector.key : null
    return {
      text: pieces.length > 0 ? pieces.join('\n') : DELETED_WORDS,
      anchor: key ? { kind: 'passage' as const, part: anchor.part, passage: key, start: 0, end: 0 } : anchor,
    }
  })
  messages.add({ ...known, comments, proposalId, stored })
}

function mailRow(
  { bytes, sha256, parsed, proof }: ReadMail,
  source: MailSource,
  imported: ImportedMail,
  id: string,
): Omit<MailRow, 'status' | 'authorId' | 'proposalId' | 'revisionId' | 'part' | 'waitUntil'> {
  const { author, subject, date } = parsed
  return {
    id,
    messageId: parsed.messageId,
    isConflict: hasOthersId(imported),
    bytes,
    sha256,
    source: source.kind,
    broughtBy: source.kind === 'upload' ? source.viewer.personId : null,
    tokenId: source.kind === 'api' ? source.tokenId : null,
    flags: [...imported.flags],
    proof: proof.kind === 'vouched' ? 'none' : proof.kind,
    proofDetail: detailOf(proof),
    authorName: author?.name ?? '',
    authorAddress: author?.address.toLowerCase() ?? null,
    subject,
    sentAt: date && new Date(date.epochSeconds * 1000),
    // More than a day off is no zone.
    sentZone: date && Math.abs(date.offsetMinutes) < 24 * 60 ? date.offsetMinutes : null,
    textSha256: identityHash(textIdentity(parsed)),
    answers: [...new Set([...parsed.inReplyTo, ...parsed.references.toReversed()])],
    parentMessageId: imported.parent?.messageId ?? null,
  }
}

function detailOf(proof: Authentication): string {
  if (proof.kind === 'sender') return proof.domain
  if (proof.kind === 'list') return proof.listId
  return proof.kind === 'none' ? proof.why : ''
}

function outcomeOf(
  { parsed: { messageId, author, subject } }: ReadMail,
  status: MailStatus,
  flags: readonly string[],
) {
  const from = author ? (author.name ? `${author.name} <${author.address}>` : author.address) : ''
  return { status, messageId, from, subject, flags, mailId: null, comments: [], trailers: 0 }
}

function notKept(read: ReadMail, status: MailStatus, flags: readonly string[] = []): Judged {
  return { outcome: outcomeOf(read, status, flags), slug: '', commentIds: [] }
}
