/**
 * The tree of a mail's parts, found on the raw bytes before anything is decoded.
 *
 * It exists for two reasons. The limits on nesting and number must hold *before* a parser builds its own tree. And
 * the parts that hold words are chosen here, so that an attachment is never decoded: a parser that is only ever
 * given one leaf of text cannot unpack anything.
 *
 * One pass over the lines with a stack of open boundaries, as RFC 2046 (5.1) asks; a forwarded mail
 * (`message/rfc822`) is a leaf, so a mail within a mail is never entered. Works on byte text (`utf8.ts`).
 */

import { decodeBase64, decodeEncodedWords, decodeQ } from '#lib/mail/message/encoded-word.ts'
import { type HeaderField, unfoldHeaders } from '#lib/mail/message/header.ts'
import { decodeUtf8 } from '#lib/mail/message/utf8.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { MAX_HEADER_BYTES, MAX_MAIL_BYTES, MAX_MIME_LEVELS, MAX_MIME_PARTS } from './limits.ts'

export type MimePart = {
  readonly headers: readonly HeaderField[]
  /** Lower case; `text/plain` when the header is missing or unreadable (RFC 2045, 5.2). */
  readonly contentType: string
  /** Parameters of Content-Type, names in lower case. */
  readonly parameters: ReadonlyMap<string, string>
  /** `attachment`, `inline` or empty. */
  readonly disposition: string
  /** A bare name; empty when there is none. */
  readonly filename: string
  /** Content-Transfer-Encoding in lower case. */
  readonly encoding: string
  /** Byte offsets of the body in the mail; `bodyEnd` is exclusive, without the line end before a boundary. */
  readonly bodyStart: number
  bodyEnd: number
  readonly children: MimePart[]
}

/** Of a file's name as it stands in a header. */
const MAX_NAME = 4000
/** Of one that is bare, in which each byte of a charset that is not known here takes three. */
const LONGEST_NAME = 600

export type LimitProblem =
  | 'too-large'
  | 'headers-too-large'
  | 'mime-too-complex'
  | 'not-a-mail'
  | 'several-mails'

type OpenMultipart = { readonly part: MimePart; readonly boundary: string }

export function scanMime(raw: string): Result<MimePart, LimitProblem> {
  if (raw.length > MAX_MAIL_BYTES) return err('too-large')
  const root = readPart(raw, startOfHeaders(raw))
  if (root.bodyStart > MAX_HEADER_BYTES) return err('headers-too-large')

  const open: OpenMultipart[] = []
  let parts = 1
  let current: MimePart | null = root
  const enter = (part: MimePart) => {
    const boundary = part.contentType.startsWith('multipart/') ? part.parameters.get('boundary') : undefined
    if (boundary) open.push({ part, boundary })
  }
  enter(root)

  let at = root.bodyStart
  while (open.length > 0 && at < raw.length) {
    const newline = raw.indexOf('\n', at)
    const lineEnd = newline < 0 ? raw.length : newline
    const next = newline < 0 ? raw.length : newline + 1
    const level = raw.startsWith('--', at) ? boundaryLevel(raw.slice(at + 2, lineEnd), open) : null
    if (!level) {
      at = next
      continue
    }
    const end = beforeLineEnd(raw, at)
    if (current) current.bodyEnd = Math.max(current.bodyStart, end)
    for (const { part } of open.slice(level.index + 1)) part.bodyEnd = Math.max(part.bodyStart, end)
    open.length = level.index + 1
    if (level.closes) {
      const closed = open.pop()
      if (closed) closed.part.bodyEnd = lineEnd
      current = null
      at = next
      continue
    }
    const child = readPart(raw, next)
    parts++
    if (parts > MAX_MIME_PARTS || open.length >= MAX_MIME_LEVELS) return err('mime-too-complex')
    open.at(-1)?.part.children.push(child)
    current = child
    enter(child)
    at = child.bodyStart
  }
  return ok(root)
}

/** All parts that have no parts, in order. */
export function leavesOf(part: MimePart): readonly MimePart[] {
  return part.children.length === 0 ? [part] : part.children.flatMap(leavesOf)
}

/** Whether a part's words are shown: text that does not say that it is attached, and has no file name. */
export function isShown({ contentType, disposition, filename }: MimePart): boolean {
  return /^text\/(?:plain|html)$/.test(contentType) && disposition !== 'attachment' && filename === ''
}

/** Everything that is not shown. Of alternatives the other spellings of the same words are not attachments. */
export function attachmentsOf(part: MimePart): readonly MimePart[] {
  if (part.children.length === 0)
    return isShown(part) || part.contentType.startsWith('multipart/') ? [] : [part]
  const each = part.children.flatMap(attachmentsOf)
  return part.contentType === 'multipart/alternative'
    ? each.filter(({ contentType }) => !contentType.startsWith('text/'))
    : each
}

function boundaryLevel(line: string, open: readonly OpenMultipart[]) {
  const text = line.trimEnd()
  for (let index = open.length - 1; index >= 0; index--) {
    const boundary = open[index]?.boundary ?? ''
    if (text === boundary) return { index, closes: false }
    if (text === `${boundary}--`) return { index, closes: true }
  }
  return null
}

/** The offset before the line end that belongs to the boundary line at `at`. */
function beforeLineEnd(raw: string, at: number): number {
  if (raw[at - 1] !== '\n') return at
  return raw[at - 2] === '\r' ? at - 2 : at - 1
}

/** Archives leave a mailbox separator, editors a byte order mark, before the first header. */
function startOfHeaders(raw: string): number {
  const start = raw.startsWith('\u00ef\u00bb\u00bf') ? 3 : 0
  if (!/^>?From /.test(raw.slice(start, start + 6))) return start
  const end = raw.indexOf('\n', start)
  return end < 0 ? raw.length : end + 1
}

function readPart(raw: string, start: number): MimePart {
  const bodyStart = endOfHeaders(raw, start)
  const headers = unfoldHeaders(
    raw.slice(start, Math.min(bodyStart, start + MAX_HEADER_BYTES + 1)).replace(/\r\n?/g, '\n'),
  ).map(({ name, value }) => ({ name, value: unicodeOf(value) }))
  const field = (name: string) => headers.find((h) => h.name.toLowerCase() === name)?.value ?? ''
  const type = parseParameters(field('content-type'))
  const disposition = parseParameters(field('content-disposition'))
  return {
    headers,
    contentType: /^[a-z]+\/[^\s/]+$/.test(type.value) ? type.value : 'text/plain',
    parameters: type.parameters,
    disposition: disposition.value,
    filename: bareName(disposition.parameters.get('filename') ?? type.parameters.get('name') ?? ''),
    encoding: parseParameters(field('content-transfer-encoding')).value,
    bodyStart,
    bodyEnd: raw.length,
    children: [],
  }
}

/** Header bytes are UTF-8 where they are not ASCII (RFC 6532); older mailers wrote Latin-1. */
function unicodeOf(bytes: string): string {
  const decoded = decodeUtf8(bytes)
  return decoded.badAt === null ? decoded.text : bytes
}

/** The offset after the empty line that ends the headers; the end of the mail when there is none. */
function endOfHeaders(raw: string, start: number): number {
  let at = start
  while (at < raw.length) {
    const newline = raw.indexOf('\n', at)
    if (newline < 0) return raw.length
    if (newline === at || (newline === at + 1 && raw[at] === '\r')) return newline + 1
    at = newline + 1
  }
  return raw.length
}

/**
 * `value; name=token; name="quoted"; name*0=...`: quotes, escapes and comments honoured, continuations of RFC 2231
 * joined, its percent encoding undone. What cannot be read is left out.
 */
export function parseParameters(text: string): { value: string; parameters: Map<string, string> } {
  const pieces = splitOutside(text, ';')
  const found = new Map<string, string>()
  for (const piece of pieces.slice(1)) {
    const equals = piece.indexOf('=')
    if (equals < 0) continue
    const name = piece.slice(0, equals).trim().toLowerCase()
    if (name !== '' && !found.has(name)) found.set(name, piece.slice(equals + 1).trim())
  }
  const parameters = new Map<string, string>()
  for (const [name, value] of found) {
    const base = name.replace(/\*.*$/, '')
    if (parameters.has(base)) continue
    if (base === name) {
      parameters.set(name, value)
      continue
    }
    let joined = found.get(`${base}*`) ?? ''
    for (let i = 0; joined === '' || i > 0; i++) {
      const section = found.get(`${base}*${i}*`) ?? found.get(`${base}*${i}`)
      if (section === undefined) break
      joined += section
    }
    parameters.set(base, percentDecoded(joined))
  }
  return { value: (pieces[0] ?? '').trim().toLowerCase(), parameters }
}

/** Splits at a character outside quoted strings; quotes and comments are taken away. */
export function splitOutside(text: string, separator: string): string[] {
  const pieces: string[] = []
  let piece = ''
  let quoted = false
  let comment = 0
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? ''
    if (c === '\\' && (quoted || comment > 0)) {
      i++
      if (comment === 0) piece += text[i] ?? ''
    } else if (comment > 0) comment += c === '(' ? 1 : c === ')' ? -1 : 0
    else if (c === '"') quoted = !quoted
    else if (c === '(' && !quoted) comment++
    else if (c === separator && !quoted) {
      pieces.push(piece)
      piece = ''
    } else piece += c
  }
  pieces.push(piece)
  return pieces
}

function percentDecoded(text: string): string {
  const m = /^([^'%]*)'[^']*'(.*)$/s.exec(text)
  const charset = m?.[1] ?? ''
  const bytes = (m?.[2] ?? text).replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return /^(?:utf-?8|us-ascii|iso-8859-1|)$/i.test(charset) ? unicodeOf(bytes) : wordOf(charset, bytes)
}

/** Bytes of a charset that is not known here, as a q word (RFC 2047) without a slash: `shell/attachment.ts` knows more. */
function wordOf(charset: string, bytes: string): string {
  const hex = (c: string) => `=${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  return `=?${charset.replace(/[^\w.:-]/g, '')}?Q?${bytes.replace(/[^A-Za-z0-9.-]/g, hex)}?=`
}

/** The name without folders, control characters and leading dots: `../../etc/repro.c` is `repro.c`. */
export function bareName(text: string): string {
  const words = decodeEncodedWords(text.slice(0, MAX_NAME)).replace(
    /=\?([^?\s]{1,40})\?([bq])\?([^?\s]{0,2000})\?=/gi,
    (word, charset: string, form: string, payload: string) => {
      const bytes = /b/i.test(form) ? decodeBase64(payload) : decodeQ(payload)
      return bytes === null ? word : wordOf(charset, bytes)
    },
  )
  const name = words.split(/[/\\]/).at(-1) ?? ''
  return name
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .replace(/^[.\s]+/, '')
    .slice(0, LONGEST_NAME)
}
