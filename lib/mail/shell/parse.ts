/**
 * Raw bytes to a `ParsedMail`.
 *
 * mailparser decodes (charsets, transfer encodings, encoded words, address lists); it does not decide. Given a whole
 * mail it would unpack every attachment into memory, turn a bad date into the present moment, rewrite In-Reply-To
 * and join flowed lines across quote depths. So the parts are found and chosen on the bytes (`mime-structure.ts`),
 * and mailparser gets, for each leaf of words, a small mail made for it: the sender, the subject, that leaf.
 */
import { createHash } from 'node:crypto'
import { simpleParser } from 'mailparser'
import type { Flag } from '#lib/mail/import/read/flag.ts'
import { unflow } from '#lib/mail/import/read/flowed.ts'
import { parseMailDate } from '#lib/mail/import/read/mail-date.ts'
import { messageIdsOf } from '#lib/mail/import/read/message-ids.ts'
import {
  chooseHtml,
  choosePlain,
  type LimitProblem,
  type MimePart,
  scanMime,
} from '#lib/mail/import/read/mime-structure.ts'
import { headerOf, type ParsedMail } from '#lib/mail/import/read/parsed-mail.ts'
import { decodeEncodedWords, decodeQ } from '#lib/mail/message/encoded-word.ts'
import type { HeaderField } from '#lib/mail/message/header.ts'
import type { Mailbox, MessageId } from '#lib/mail/message/message.ts'
import { decodeUtf8 } from '#lib/mail/message/utf8.ts'
import { THREAD_NOTE_HEADER } from '#lib/mail/message/write-message.ts'
import { cleanLine, cleanText } from '#lib/mail/text/clean.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { htmlText } from './html-text.ts'

export type RejectedBytes = { readonly problem: LimitProblem; readonly messageId: MessageId }

/** Headers that stand once (RFC 5322, 3.6). */
const ONCE = ['from', 'sender', 'to', 'cc', 'subject', 'date', 'message-id', 'in-reply-to', 'references']
const MAX_HEADER_VALUE = 4000
/** A clock may be wrong by this much. */
const FUTURE_MS = 24 * 3600 * 1000

/** `now` decides which dates lie in the future, nothing else. */
export async function parseMail(bytes: Uint8Array, now: Date): Promise<Result<ParsedMail, RejectedBytes>> {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const scanned = scanMime(raw)
  if (!scanned.ok) return err({ problem: scanned.error, messageId: idOfBytes(bytes) })
  const root = scanned.value
  const flags = new Set<Flag>()
  for (const name of ONCE) {
    if (root.headers.filter((h) => h.name.toLowerCase() === name).length > 1) flags.add('header-duplicate')
  }

  const people = await decodePeople(root.headers)
  if (people.from.length !== 1 || people.isGroup) flags.add('from-invalid')
  const words = await decodeWords(raw, root, flags)
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
    author: people.from[0] ?? null,
    subject: people.subject,
    date: dateOf(root.headers, now, flags),
    inReplyTo: messageIdsOf(headerOf(root, 'in-reply-to') ?? ''),
    references: messageIdsOf(headerOf(root, 'references') ?? ''),
    text: withoutLongGaps(cleaned.text),
    asSent: note === null ? null : (plainBody(raw, root) ?? words.replace(/\r\n/g, '\n')),
    attachments: choosePlain(root).attachments.map(({ filename, contentType }) => ({
      filename: cleanLine(filename),
      contentType,
    })),
    note: note === null ? null : cleanLine(decodeEncodedWords(note)),
    flags: [...flags],
  })
}

/** The text of a mail in UTF-8 that nobody encoded on its way, to the last blank; null for any other. */
function plainBody(raw: string, root: MimePart): string | null {
  const [part, ...others] = choosePlain(root).text
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

async function decodePeople(
  headers: readonly HeaderField[],
): Promise<{ readonly from: readonly Mailbox[]; readonly isGroup: boolean; readonly subject: string }> {
  const value = (name: string) => (headerOf({ headers }, name) ?? '').slice(0, MAX_HEADER_VALUE)
  const line = (name: string) =>
    `${name}: ${withSafeWords(value(name.toLowerCase()).replace(/[\r\n]+/g, ' '))}\r\n`
  const mail = await simpleParser(Buffer.from(`${line('From')}${line('Subject')}\r\n`, 'utf8'), {
    skipHtmlToText: true,
    skipTextToHtml: true,
  })
  const boxes = (mail.from?.value ?? []).flatMap((entry) => entry.group ?? [entry])
  const from = boxes.flatMap(({ name, address }) => {
    const plain = cleanLine(address ?? '').replace(/\s/g, '')
    return /^[^\s<>@]+@[^\s<>@]+$/.test(plain) ? [{ name: cleanLine(name), address: plain }] : []
  })
  // A group is nobody in particular (RFC 6854), whoever stands in it.
  const isGroup = (mail.from?.value ?? []).some((entry) => entry.group !== undefined)
  return { from, isGroup, subject: cleanLine(mail.subject ?? '') }
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

/** The plain text; the HTML as text where there is none or it is blank. */
async function decodeWords(raw: string, root: MimePart, flags: Set<Flag>): Promise<string> {
  const plain = choosePlain(root).text
  const texts: string[] = []
  for (const part of plain) texts.push(await decodePlain(raw, part, flags))
  const text = texts.join('\n')
  if (text.trim() !== '') return text
  const html: string[] = []
  for (const part of chooseHtml(root).text) html.push(htmlText(await decodeLeaf(raw, part, flags)))
  const fromHtml = html.join('\n')
  if (fromHtml.trim() === '') return text
  flags.add('html-only')
  return fromHtml
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
  const body = raw.slice(part.bodyStart, part.bodyEnd)
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

function dateOf(headers: readonly HeaderField[], now: Date, flags: Set<Flag>) {
  const value = headerOf({ headers }, 'date')
  if (value === null || value.trim() === '') {
    flags.add('date-missing')
    return null
  }
  const date = parseMailDate(value)
  if (!date) flags.add('date-invalid')
  else if (date.epochSeconds * 1000 > now.getTime() + FUTURE_MS) {
    flags.add('date-future')
    return null
  }
  return date
}
