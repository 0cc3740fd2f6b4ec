import 'server-only'
import { createHash } from 'node:crypto'
import { db, type Transaction, writeAs } from '../../db.server.ts'
import type { Authentication } from '../../mail/import/authentication.ts'
import { textIdentity } from '../../mail/import/dedupe.ts'
import { findParent } from '../../mail/import/find-parent.ts'
import { importMail, rejectedMail } from '../../mail/import/import-mail.ts'
import type { ImportedMail } from '../../mail/import/imported-mail.ts'
import type { ParsedMail } from '../../mail/import/parsed-mail.ts'
import type { MessageId } from '../../mail/message.ts'
import { parseMail } from '../../mail/shell/parse.ts'
import { invariant } from '../../result.ts'
import type { Role } from '../permission.ts'
import { checkSender } from './check-sender.server.ts'
import { identityHash, knownMessages, type StoredMessage } from './known.server.ts'
import { type MailSource, waitsForParentMs } from './mail-source.ts'
import type { NoteRights } from './note-rights.ts'
import type { CommentPlace, MailOutcome, MailStatus } from './outcome.ts'
import { personOfMail } from './persons.server.ts'
import { planComments } from './plan.ts'
import { type KnownRevision, knownRevisions, loadForImport, revisionOfSubject } from './series.server.ts'
import { storeComments, storeTrailers, textHash } from './store.server.ts'

/**
 * One mail, from bytes to rows, in one transaction.
 *
 * All that writes mail takes turns, in this process and across processes (an advisory lock): what is known when a
 * mail is judged is then what is known when it is written. A reply and its parent that two instances get in the same
 * moment find each other, and of two copies one is the duplicate. Reading and parsing, which take the time, are done
 * before the turn.
 */
const MAIL_LOCK = 0x6d61696c

let turn: Promise<unknown> = Promise.resolve()

export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = turn.then(work)
  turn = mine.catch(() => {})
  return mine
}

export function mailTransaction<T>(actor: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return inTurn(() =>
    writeAs(actor, async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(${MAIL_LOCK}::bigint)`
      return work(tx)
    }),
  )
}

export type TakeOptions = {
  /** Only mail about this proposal is taken; null for all. */
  readonly slug: string | null
  /** Mail that answers nothing known here is not kept: for mailboxes about other things. */
  readonly leavesUnknown: boolean
  readonly now: Date
}

/** A mail read from its bytes, with what proves its sender; everything that needs no database. */
export type ReadMail = {
  readonly bytes: Uint8Array
  readonly sha256: Uint8Array
  readonly parsed: ParsedMail
  readonly proof: Authentication
}

export async function readMail(
  bytes: Uint8Array,
  source: MailSource,
  now: Date,
): Promise<ReadMail | MailOutcome> {
  const parsed = await parseMail(bytes, now)
  if (!parsed.ok) {
    const { messageId, flags } = rejectedMail(parsed.error.messageId, parsed.error.problem)
    return { ...NOTHING, status: 'rejected', messageId, from: '', subject: '', flags }
  }
  const proof = await checkSender(bytes, parsed.value, source)
  return { bytes, sha256: sha256(bytes), parsed: parsed.value, proof }
}

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())
const NOTHING = { mailId: null, comments: [], trailers: 0, flags: [] } as const

/** Why a mail is looked at again. */
export type Again = {
  readonly mailId: string
  /** A person lets it in, whatever held it. */
  readonly isReleased: boolean
  /** Its direct parent was waited for long enough. */
  readonly patienceIsOver: boolean
}

export async function takeMail(
  read: ReadMail,
  source: MailSource,
  options: TakeOptions,
  again: Again | null = null,
): Promise<MailOutcome> {
  const actor = source.kind === 'upload' ? source.viewer.personId : ''
  const revisions = await knownRevisions(options.slug)
  // What is rendered is rendered before the turn; a mail that turns out to be about something else asks again.
  await contextOf(db(), read.parsed, revisions, again)
  return mailTransaction(actor, (tx) => judge(tx, read, source, options, again, revisions))
}

type Context = { revision: KnownRevision | null; known: Map<MessageId, StoredMessage> }

async function contextOf(
  tx: Transaction,
  mail: ParsedMail,
  revisions: readonly KnownRevision[],
  again: Again | null,
): Promise<Context> {
  const known = await knownMessages(tx, mail, again?.mailId ?? null)
  const ids = [mail.messageId, ...mail.inReplyTo, ...mail.references.toReversed()]
  const revision =
    ids.map((id) => revisionOf(id, revisions, known)).find((one) => one !== null) ??
    (await revisionOfSubject(mail.subject, revisions))
  if (revision) await loadForImport(revision)
  return { revision, known }
}

function revisionOf(
  id: MessageId,
  revisions: readonly KnownRevision[],
  known: ReadonlyMap<MessageId, StoredMessage>,
): KnownRevision | null {
  const mailed = revisions.find(({ messageIds }) => messageIds.includes(id))
  const message = known.get(id)
  return mailed ?? revisions.find((one) => message?.isVisible && one.id === message.series) ?? null
}

async function judge(
  tx: Transaction,
  read: ReadMail,
  source: MailSource,
  options: TakeOptions,
  again: Again | null,
  revisions: readonly KnownRevision[],
): Promise<MailOutcome> {
  const { parsed, sha256: hash } = read
  const same = await tx.incomingMail.findUnique({
    where: { sha256: new Uint8Array(hash) },
    select: { id: true },
  })
  if (same && same.id !== again?.mailId) return outcomeOf(read, 'duplicate')
  const { revision, known } = await contextOf(tx, parsed, revisions, again)
  const loaded = revision && (await loadForImport(revision))
  const roles = await rolesOf(tx, source, revision?.proposalId ?? null)
  const proof = vouched(read.proof, source, roles, again)
  const series = loaded ? [loaded.indexed] : []
  const imported = importMail(parsed, proof, { series, known })

  const isUnknown = imported.flags.includes('unknown-thread')
  if (isUnknown && options.leavesUnknown && !again) return outcomeOf(read, 'left-out', imported.flags)
  const parent = findParent(parsed, series, known)
  const patience = waitsFor(parsed, parent?.messageId ?? null, known, source, again, options.now)
  const status = statusOf(imported, isUnknown || patience !== null, again)
  if (status === 'duplicate') {
    if (again) await setStatus(tx, again.mailId, 'ignored', imported)
    return outcomeOf(read, 'duplicate')
  }

  const place = { proposalId: revision?.proposalId ?? null, revisionId: revision?.id ?? null }
  const author = parsed.author
  if (status !== 'imported' || !loaded || !author || !revision) {
    const row = { ...place, part: imported.part, waitUntil: status === 'waiting' ? patience : null }
    const mailId = again ? again.mailId : await insertMail(tx, read, source, imported, status, row, null)
    if (again) await setStatus(tx, mailId, status, imported)
    return { ...outcomeOf(read, status, imported.flags), mailId, trailers: imported.trailers.length }
  }

  const isProved = proof.kind === 'sender'
  const person = await personOfMail(tx, author, { isProved, proposalId: revision.proposalId })
  const rights: NoteRights = {
    isTrusted: source.kind === 'command' || roles.includes('admin'),
    isProved,
    roles: isProved ? person.roles : [],
  }
  const count = (id: MessageId) => {
    const message = known.get(id)
    return message?.isVisible && message.proposalId === revision.proposalId ? message.stored.length : null
  }
  const plan = planComments(imported, loaded, rights, count)
  const isConflict = imported.flags.includes('message-id-conflict')
  const row = { ...place, part: imported.part ?? 0, waitUntil: null }
  const mailId = again
    ? again.mailId
    : await insertMail(tx, read, source, imported, 'imported', row, person.id)
  if (again) await placeMail(tx, mailId, imported, row, person.id)
  await storeTrailers(tx, mailId, imported)
  const at = imported.date ? new Date(imported.date.epochSeconds * 1000) : options.now
  const comments = await storeComments(tx, {
    mailId,
    mail: imported,
    revision: loaded,
    authorId: person.id,
    plan,
    known,
    isConflict,
    at,
  })
  return {
    ...outcomeOf(read, 'imported', imported.flags),
    mailId,
    comments,
    trailers: imported.trailers.length,
  }
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
  if (direct === undefined || direct === mail.messageId || parent === null || parent === direct) return null
  if (mail.inReplyTo.includes(parent) || again?.patienceIsOver || again?.isReleased) return null
  // A copy of what is here need not wait for anything.
  return known.has(mail.messageId) ? null : new Date(now.getTime() + waitsForParentMs(source))
}

function statusOf(imported: ImportedMail, waits: boolean, again: Again | null): MailStatus {
  const { status, flags } = imported
  if (again?.isReleased && (imported.comments.length > 0 || imported.trailers.length > 0)) return 'imported'
  if (status === 'duplicate' || status === 'rejected') return status
  const isAutomatic = flags.includes('auto-submitted') || flags.includes('bounce')
  if (waits && !isAutomatic && status !== 'quarantined') return 'waiting'
  return status
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
  const mayVouch =
    source.kind === 'command' || (source.kind === 'upload' && roles.some((role) => role !== 'reader'))
  return mayVouch ? { kind: 'vouched' } : proof
}

/** What the person who brings the mail is in the proposal. */
async function rolesOf(tx: Transaction, source: MailSource, proposalId: string | null): Promise<Role[]> {
  if (source.kind !== 'upload') return []
  const { viewer } = source
  if (viewer.administrator) return ['admin']
  if (proposalId === null) return []
  const rows = await tx.membership.findMany({
    where: { proposalId, personId: viewer.personId },
    select: { role: true },
  })
  return rows.map(({ role }) => role)
}

type MailPlace = {
  readonly proposalId: string | null
  readonly revisionId: string | null
  readonly part: number | null
  readonly waitUntil: Date | null
}

async function insertMail(
  tx: Transaction,
  { bytes, sha256: hash, parsed, proof }: ReadMail,
  source: MailSource,
  imported: ImportedMail,
  status: MailStatus,
  place: MailPlace,
  authorId: string | null,
): Promise<string> {
  const { author, subject, date } = parsed
  const { id } = await tx.incomingMail.create({
    data: {
      messageId: parsed.messageId,
      isConflict: imported.flags.includes('message-id-conflict'),
      bytes: new Uint8Array(bytes),
      sha256: new Uint8Array(hash),
      source: source.kind,
      broughtBy: source.kind === 'upload' ? source.viewer.personId : null,
      tokenId: source.kind === 'api' ? source.tokenId : null,
      status,
      flags: [...imported.flags],
      proof: proof.kind === 'vouched' ? 'none' : proof.kind,
      proofDetail: detailOf(proof),
      authorName: author?.name ?? '',
      authorAddress: author?.address.toLowerCase() ?? null,
      authorId,
      subject,
      sentAt: date && new Date(date.epochSeconds * 1000),
      textSha256: textHash(imported) ?? identityHash(textIdentity(parsed)),
      answers: [...new Set([...parsed.inReplyTo, ...parsed.references.toReversed()])],
      parentMessageId: imported.parent?.messageId ?? null,
      ...place,
    },
    select: { id: true },
  })
  return id
}

const detailOf = (proof: Authentication) =>
  proof.kind === 'sender'
    ? proof.domain
    : proof.kind === 'list'
      ? proof.listId
      : proof.kind === 'none'
        ? proof.why
        : ''

/** A kept mail finds its place. */
async function placeMail(
  tx: Transaction,
  mailId: string,
  { flags, parent }: ImportedMail,
  place: MailPlace,
  authorId: string,
): Promise<void> {
  const done = await tx.incomingMail.updateMany({
    where: { id: mailId, status: { not: 'imported' } },
    data: {
      status: 'imported',
      flags: [...flags],
      parentMessageId: parent?.messageId ?? null,
      authorId,
      ...place,
    },
  })
  invariant(done.count === 1, 'under the lock a mail that was waiting still waits')
}

async function setStatus(
  tx: Transaction,
  mailId: string,
  status: MailStatus,
  { flags }: ImportedMail,
): Promise<void> {
  const kept = status === 'waiting' ? {} : { status, waitUntil: null }
  await tx.incomingMail.update({
    where: { id: mailId },
    data: { ...kept, flags: [...flags] },
    select: { id: true },
  })
}

function outcomeOf(
  { parsed: { messageId, author, subject } }: ReadMail,
  status: MailStatus,
  flags: readonly string[] = [],
): MailOutcome {
  const from = author ? (author.name ? `${author.name} <${author.address}>` : author.address) : ''
  return { ...NOTHING, status, messageId, from, subject, flags }
}

export type { CommentPlace }
