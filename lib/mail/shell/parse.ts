/**
 * Raw bytes to a `ParsedMail`.
 *
 * mailparser decodes (charsets, transfer encodings, encoded words, address lists); it does not decide. Given a whole
 * mail it would unpack every attachment into memory, turn a bad date into the present moment, rewrite In-Reply-To
 * and join flowed lines across quote depths. So the parts are found and chosen on the bytes (`mime-structure.ts`),
 * and mailparser gets, for each leaf of words, a small mail made for it: the sender, the subject, that leaf.
 */
import { createHash } from 'node:crypto'
import { type ParsedMail as ParsedMailparser, simpleParser } from 'mailparser'
import { signaturesOf } from '#lib/mail/import/read/dkim-signature.ts'
import type { Flag } from '#lib/mail/import/read/flag.ts'
import { unflow } from '#lib/mail/import/read/flowed.ts'
import { isFooterAlone } from '#lib/mail/import/read/footer.ts'
import {
  WRITER_HEADERS,
  type WriterHeader,
  withoutArchiveSpelling,
  writerBehindList,
} from '#lib/mail/import/read/list-rewrite.ts'
import { parseMailDate } from '#lib/mail/import/read/mail-date.ts'
import { messageIdsOf } from '#lib/mail/import/read/message-ids.ts'
import {
  attachmentsOf,
  isShown,
  type LimitProblem,
  leavesOf,
  type MimePart,
  scanMime,
} from '#lib/mail/import/read/mime-structure.ts'
import { headerOf, type ParsedMail } from '#lib/mail/import/read/parsed-mail.ts'
import {
  hasOwnWords,
  isDigest,
  isPlaceholder,
  isSealedText,
  saysNothing,
  sealedFlag,
} from '#lib/mail/import/read/unread-words.ts'
import { lettersOf } from '#lib/mail/import/squeeze.ts'
import type { MailDate } from '#lib/mail/message/date.ts'
import { decodeEncodedWords, decodeQ } from '#lib/mail/message/encoded-word.ts'
import type { HeaderField } from '#lib/mail/message/header.ts'
import type { Mailbox, MessageId } from '#lib/mail/message/message.ts'
import { decodeUtf8 } from '#lib/mail/message/utf8.ts'
import { THREAD_NOTE_HEADER } from '#lib/mail/message/write-message.ts'
import { cleanLine, cleanText } from '#lib/mail/text/clean.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { shownName } from './attachment.ts'
import { htmlText } from './html-text.ts'

export type RejectedBytes = { readonly problem: LimitProblem; readonly messageId: MessageId }

/** Headers that stand once (RFC 5322, 3.6). */
const ONCE = ['from', 'sender', 'to', 'cc', 'subject', 'date', 'message-id', 'in-reply-to', 'references']
const MAX_HEADER_VALUE = 4000
/** Servers that a mail passed, of which one may not say when. */
const MAX_RECEIVED = 5
/** A clock may be wrong by this much. */
const FUTURE_MS = 24 * 3600 * 1000

/** `now` decides which dates lie in the future, nothing else. */
export async function parseMail(bytes: Uint8Array, now: Date): Promise<Result<ParsedMail, RejectedBytes>> {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const scanned = scanMime(raw)
  if (!scanned.ok) return err({ problem: scanned.error, messageId: idOfBytes(bytes) })
  const root = scanned.value
  const problem = noMail(raw, root.headers)
  if (problem) return err({ problem, messageId: idOfBytes(bytes) })
  const flags = new Set<Flag>()
  for (const name of ONCE) {
    if (root.headers.filter((h) => h.name.toLowerCase() === name).length > 1) flags.add('header-duplicate')
  }

  const people = await decodePeople(root.headers)
  const writer = await writerOf(people, root.headers, flags)
  if (isDigest(root, people.subject)) flags.add('digest')
  const { words, author } = await decodeWords(raw, root, writer, flags)
  if (!author || (people.from.length !== 1 && !flags.has('from-munged')) || people.isGroup)
    flags.add('from-invalid')
  const cleaned = cleanText(withoutEscapes(words))
  if (cleaned.removed.length > 0 || cleaned.text.length < cleanText(words).text.length) {
    flags.add('control-characters')
  }
  const [ownId] = messageIdsOf(headerOf(root, 'message-id') ?? '')
  if (!ownId) flags.add('message-id-missing')

  const note = headerOf(root, THREAD_NOTE_HEADER.toLowerCase())
  return ok({
    messageId: ownId ?? idOfBytes(bytes),
    headers: root.headers,
    signatures: signaturesOf(root.headers, raw.slice(root.bodyStart)),
    author,
    subject: people.subject,
    date: dateOf(root.headers, now, flags),
    inReplyTo: messageIdsOf(headerOf(root, 'in-reply-to') ?? ''),
    references: messageIdsOf(headerOf(root, 'references') ?? ''),
    text: withoutLongGaps(cleaned.text),
    asSent: note === null ? null : (plainBody(raw, root) ?? words.replace(/\r\n/g, '\n')),
    attachments: attachmentsOf(root).map(({ filename, contentType }) => ({
      filename: shownName(filename),
      contentType,
    })),
    note: note === null ? null : cleanLine(decodeEncodedWords(note)),
    flags: [...flags],
  })
}

/** The text of a mail in UTF-8 that nobody encoded on its way, to the last blank; null for any other. */
function plainBody(raw: string, root: MimePart): string | null {
  const [part, ...others] = leavesOf(root).filter((one) => isShown(one) && one.contentType === 'text/plain')
  if (!part || others.length > 0 || !/^(?:[78]bit)?$/i.test(part.encoding)) return null
  if (!/^(?:utf-?8|us-ascii|)$/i.test(part.parameters.get('charset') ?? '')) return null
  const { text, badAt } = decodeUtf8(raw.slice(part.bodyStart, part.bodyEnd))
  return badAt === null ? text.replace(/\r\n/g, '\n') : null
}

/** The same bytes get the same id, so that a mail without one is not imported twice either. */
function idOfBytes(bytes: Uint8Array): MessageId {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32)
  // Not an address that can exist (RFC 6761); the shape is that of our own ids.
  return `no-id.${hash}@bytes.invalid` as MessageId
}

type People = { readonly from: readonly Mailbox[]; readonly isGroup: boolean; readonly subject: string }

async function decodePeople(headers: readonly HeaderField[]): Promise<People> {
  const value = (name: string) => headerOf({ headers }, name) ?? ''
  const mail = await decodeHeaders({ From: withoutArchiveSpelling(value('from')), Subject: value('subject') })
  // A group is nobody in particular (RFC 6854), whoever stands in it.
  const isGroup = (mail.from?.value ?? []).some((entry) => entry.group !== undefined)
  return { from: boxesIn(mail.from?.value), isGroup, subject: cleanLine(mail.subject ?? '') }
}

/** Header lines in Unicode, as a mail of their own that mailparser reads. */
function decodeHeaders(fields: Readonly<Record<string, string>>): Promise<ParsedMailparser> {
  const lines = Object.entries(fields).map(
    ([name, value]) =>
      `${name}: ${withSafeWords(value.slice(0, MAX_HEADER_VALUE).replace(/[\r\n]+/g, ' '))}\r\n`,
  )
  return simpleParser(Buffer.from(`${lines.join('')}\r\n`, 'utf8'), {
    skipHtmlToText: true,
    skipTextToHtml: true,
  })
}

type Entries = NonNullable<ParsedMailparser['from']>['value']

function boxesIn(entries: Entries | undefined): Mailbox[] {
  return (entries ?? [])
    .flatMap((entry) => entry.group ?? [entry])
    .flatMap(({ name, address }) => {
      const plain = cleanLine(address ?? '').replace(/\s/g, '')
      return /^[^\s<>@]+@[^\s<>@]+$/.test(plain) ? [{ name: cleanLine(name), address: plain }] : []
    })
}

/** The sender; who wrote it, where a list put its own address there. */
async function writerOf(
  { from: [from] }: People,
  headers: readonly HeaderField[],
  flags: Set<Flag>,
): Promise<Mailbox | null> {
  if (!from) return null
  const boxes = new Map<WriterHeader, readonly Mailbox[]>()
  // Each read as a From, which all parsers know as a list of addresses.
  for (const name of WRITER_HEADERS) {
    const value = headerOf({ headers }, name)
    if (value !== null) boxes.set(name, boxesIn((await decodeHeaders({ From: value })).from?.value))
  }
  const writer = writerBehindList(from, headers, (name) => boxes.get(name) ?? [])
  if (writer === undefined) return from
  flags.add('from-munged')
  return writer
}

/** Bytes that are no mail, or more than one. */
function noMail(raw: string, headers: readonly HeaderField[]): LimitProblem | null {
  const isMail = headers.some(({ name }) => /^(?:from|sender|subject|date|message-id|received)$/i.test(name))
  if (!isMail) return 'not-a-mail'
  const isMailbox = /^\s*From \S/.test(raw.slice(0, 100))
  return isMailbox && /\r?\n\r?\nFrom \S[^\n]{0,200}\b\d{4}\b[^\n]{0,40}\r?\n[!-9;-~]{1,80}:/.test(raw)
    ? 'several-mails'
    : null
}

/**
 * Encoded words of the q form in the b form. Sloppy mailers and attackers leave `,` `:` and `<` in them as they are,
 * and a parser that looks for addresses first takes those for its own (RFC 2047, 5.3, forbids them in names).
 */
function withSafeWords(value: string): string {
  return value.replace(
    /=\?([^?\s]{1,60})\?q\?([^?\s]{0,1000})\?=/gi,
    (_, charset: string, payload: string) =>
      `=?${charset}?B?${Buffer.from(decodeQ(payload), 'latin1').toString('base64')}?=`,
  )
}

type Piece = { readonly text: string; readonly isHtml: boolean }
type Words = { readonly words: string; readonly author: Mailbox | null }

/** The words and who wrote them: as a rule the sender; of a mail that a list wrapped, the sender of that. */
async function decodeWords(
  raw: string,
  root: MimePart,
  writer: Mailbox | null,
  flags: Set<Flag>,
): Promise<Words> {
  const own = joined(await piecesOf(raw, root, flags), flags)
  for (const part of leavesOf(root)) {
    const sealed = sealedFlag(part, raw.slice(part.bodyStart, part.bodyStart + 1000))
    if (sealed) flags.add(sealed)
  }
  if (isSealedText(own)) flags.add('encrypted')
  if (hasOwnWords(own)) return { words: own, author: writer }
  const within = leavesOf(root).find(({ contentType }) => contentType === 'message/rfc822')
  const inner =
    within && /^(?:[78]bit|binary|)$/.test(within.encoding)
      ? scanMime(raw.slice(within.bodyStart, within.bodyEnd))
      : null
  if (inner?.ok) {
    const words = joined(
      await piecesOf(raw.slice(within?.bodyStart, within?.bodyEnd), inner.value, flags),
      flags,
    )
    if (words.trim() !== '') {
      const isOfList = flags.has('from-munged')
      flags.add(isOfList ? 'wrapped-by-list' : 'forwarded-mail')
      const [sender] = isOfList ? (await decodePeople(inner.value.headers)).from : []
      return { words, author: sender ?? writer }
    }
  }
  const isSealed = flags.has('encrypted') || flags.has('opaque-signed')
  if (!isSealed && attachmentsOf(root).some((one) => !saysNothing(one))) flags.add('only-attachments')
  return { words: own, author: writer }
}

/** HTML that says again what stands there as plain text is a copy. */
function joined(pieces: readonly Piece[], flags: Set<Flag>): string {
  const plain = lettersOf(pieces.map(({ text, isHtml }) => (isHtml ? '' : text)).join('\n'))
  const kept = pieces.filter(
    ({ text, isHtml }) => !isHtml || (text.trim() !== '' && !plain.includes(lettersOf(text))),
  )
  if (!kept.some(({ isHtml }) => isHtml)) return kept.map(({ text }) => text).join('\n')
  flags.add('html-only')
  // A list puts its text before the words or behind them; it is nobody's words in either place.
  const words = kept.filter(({ text }) => !isFooterAlone(text))
  return (words.length > 0 ? words : kept).map(({ text }) => text).join('\n')
}

/** What is shown of a part, in order; of alternatives the plain one, unless it is blank or only says that there is another. */
async function piecesOf(raw: string, part: MimePart, flags: Set<Flag>): Promise<Piece[]> {
  const { contentType, children } = part
  if (!contentType.startsWith('multipart/')) return pieceOf(raw, part, flags)
  const isChoice = contentType === 'multipart/alternative'
  const says = (pieces: readonly Piece[], isHtml: boolean) =>
    pieces.some(
      (one) => one.isHtml === isHtml && one.text.trim() !== '' && (isHtml || !isPlaceholder(one.text)),
    )
  const each: Piece[][] = []
  // HTML is made to text where nothing else says the words.
  const isLast = (child: MimePart) => isChoice && child.contentType === 'text/html'
  const inTurn = [...children.filter((child) => !isLast(child)), ...children.filter(isLast)]
  for (const child of inTurn) {
    const pieces = await piecesOf(raw, child, flags)
    if (isChoice && says(pieces, false)) return pieces
    each.push(pieces)
  }
  return isChoice ? (each.find((pieces) => says(pieces, true)) ?? each[0] ?? []) : each.flat()
}

async function pieceOf(raw: string, part: MimePart, flags: Set<Flag>): Promise<Piece[]> {
  if (!isShown(part)) return []
  if (part.contentType === 'text/plain') return [{ text: await decodePlain(raw, part, flags), isHtml: false }]
  return [{ text: htmlText(await decodeLeaf(raw, part, flags)), isHtml: true }]
}

async function decodePlain(raw: string, part: MimePart, flags: Set<Flag>): Promise<string> {
  const text = await decodeLeaf(raw, part, flags)
  if (part.parameters.get('format')?.toLowerCase() !== 'flowed') return text
  return unflow(text, part.parameters.get('delsp')?.toLowerCase() === 'yes')
}

/**
 * A leaf in its charset. Senders lie about charsets in two ways that can be told: bytes that are no ASCII under a
 * charset that has none, and bytes that are no UTF-8. Both are read as UTF-8 if they are, else as Windows-1252,
 * in which every byte is something.
 */
async function decodeLeaf(raw: string, part: MimePart, flags: Set<Flag>): Promise<string> {
  const charset = (part.parameters.get('charset') ?? '').toLowerCase().replace(/[^\w.:-]/g, '')
  const { body, behind } = partedBody(raw.slice(part.bodyStart, part.bodyEnd), part.encoding)
  const text = await decodeBody(body, charset, part, flags)
  return behind === '' ? text : `${text.trimEnd()}\n\n${decodeUtf8(behind).text}`
}

/** An empty line, and a few lines of a word each. */
const WORDS_APART = /(?<=\n)[ \t\r]*\n(?:[^\r\n]{1,59}\r?\n){1,4}$/

/** Some lists put their footer below words in base64 as it is: read as base64 as well, it would be signs of nothing. */
function partedBody(body: string, encoding: string): { readonly body: string; readonly behind: string } {
  if (encoding !== 'base64') return { body, behind: '' }
  const odd = /^(?![A-Za-z0-9+/]+={0,2}[ \t\r]*$)[^\r\n]*[^\s]/m.exec(body)?.index ?? body.length
  // A line of one word above it, such as the name of a list, could be base64 as well.
  const plain = odd < body.length ? body.slice(0, odd).replace(WORDS_APART, '').length : odd
  // All of it is something else: it is read as far as it can be.
  const isSome = body.slice(0, plain).trim() !== ''
  const behind = body.slice(plain).replace(/^(?:[ \t\r]*\n)+/, '')
  return isSome ? { body: body.slice(0, plain), behind } : { body, behind: '' }
}

async function decodeBody(body: string, charset: string, part: MimePart, flags: Set<Flag>): Promise<string> {
  const isUtf8 = /^(?:utf-?8|)$/.test(charset)
  if (!isUtf8 && !/^(?:us-?)?ascii$/.test(charset)) {
    const text = await decodeAs(body, part.encoding, charset)
    if (text !== null && !isMostlyBroken(text)) return text
    flags.add('charset-unknown')
  }
  const text = await decodeAs(body, part.encoding, 'utf-8')
  if (text !== null && !text.includes('\ufffd')) return text
  flags.add('charset-unknown')
  return (await decodeAs(body, part.encoding, 'windows-1252')) ?? text ?? decodeUtf8(body).text
}

async function decodeAs(body: string, encoding: string, charset: string): Promise<string | null> {
  const head = `Content-Type: text/plain; charset="${charset}"\r\nContent-Transfer-Encoding: ${/^[a-z0-9-]+$/.test(encoding) ? encoding : '8bit'}\r\n\r\n`
  try {
    const mail = await simpleParser(Buffer.from(head + body, 'latin1'), {
      skipHtmlToText: true,
      skipTextToHtml: true,
      skipImageLinks: true,
      skipTextLinks: true,
    })
    return mail.text ?? ''
  } catch {
    // A charset that the decoder has not, or bytes that it gives up on; the caller tries the next.
    return null
  }
}

function isMostlyBroken(text: string): boolean {
  const broken = text.split('\ufffd').length - 1
  return broken > 0 && broken * 20 > text.length
}

/** Terminal sequences: they go whole, as without their first character the rest would stay as letters. */
const ESCAPE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes.
  /\u001b(?:\[[0-?]{0,20}[ -/]{0,20}[@-~]|\][^\u0007\u001b]{0,200}(?:\u0007|\u001b\\)|[@-Z\\-_])/g

function withoutEscapes(text: string): string {
  return text.replace(ESCAPE, '')
}

/** A page of empty lines says nothing; a megabyte of them would be a million lines to look at. */
const LONGEST_GAP = 40

function withoutLongGaps(text: string): string {
  let gap = 0
  return text
    .split('\n')
    .filter((line) => {
      gap = line.trim() === '' ? gap + 1 : 0
      return gap <= LONGEST_GAP
    })
    .join('\n')
}

function dateOf(headers: readonly HeaderField[], now: Date, flags: Set<Flag>): MailDate | null {
  const value = headerOf({ headers }, 'date')
  const isMissing = value === null || value.trim() === ''
  const date = isMissing ? null : parseMailDate(value)
  const isFuture = (one: MailDate) => one.epochSeconds * 1000 > now.getTime() + FUTURE_MS
  if (date && !isFuture(date)) return date
  flags.add(isMissing ? 'date-missing' : date ? 'date-future' : 'date-invalid')
  // What a server wrote when it got the mail, in the form that all write: `from … by …; date` (RFC 5321, 4.4).
  // The topmost that says so: some servers leave the moment out.
  const received = headers.filter(({ name }) => name.toLowerCase() === 'received').slice(0, MAX_RECEIVED)
  for (const { value } of received) {
    const end = value.slice(-200).replace(/\([^()]*\)\s*$/, '')
    const when = parseMailDate(end.slice(end.lastIndexOf(';') + 1))
    if (when && !isFuture(when)) return when
  }
  return null
}
