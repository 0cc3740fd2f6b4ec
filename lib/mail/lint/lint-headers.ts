/** Rules H1 to H11: the header lines of one mail. Works on byte text, line by line. */
import { parseRfc5322Date, weekdayOf } from '#lib/mail/message/date.ts'
import { decodeBase64, decodeEncodedWords, decodeQ } from '#lib/mail/message/encoded-word.ts'
import type { Mailbox } from '#lib/mail/message/message.ts'
import { decodeUtf8, isAscii } from '#lib/mail/message/utf8.ts'
import type { Report } from './finding.ts'

/** `[RFC v2 1/4] io_uring: phrase` taken apart. */
export type SubjectTag = {
  readonly prefix: string
  /** As written; empty for the first version. */
  readonly version: string
  readonly part: number
  readonly parts: number
  readonly phrase: string
}

export type HeaderFacts = {
  /** With angle brackets, as written; empty when there is none. */
  readonly messageId: string
  readonly inReplyTo: string
  readonly references: readonly string[]
  /** Decoded. */
  readonly subject: string
  readonly tag: SubjectTag | null
  readonly isReply: boolean
  readonly from: Mailbox
  /**
   * Lines of the text that a person typed, from 0, `to` exclusive; null for a mail that this program wrote as a whole.
   * Said by the mail itself (`body=` of its thread note).
   */
  readonly typed: { readonly from: number; readonly to: number } | null
  /** Seconds since 1970; null for a date that cannot be read. */
  readonly epochSeconds: number | null
  /** `2021` and `Jun` and `2021-06-14` of the date in its own zone, for attribution lines; null as above. */
  readonly dateWords: { readonly year: string; readonly month: string; readonly iso: string } | null
}

type Field = { readonly name: string; value: string; readonly line: number }
/** Values as the rules read them: `value` unfolded, `raw` with its folds. */
type Known = { readonly value: string; readonly raw: string; readonly line: number }

const REQUIRED = [
  'from',
  'to',
  'subject',
  'date',
  'message-id',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
]
const ONCE = new Set([...REQUIRED, 'cc', 'in-reply-to', 'references', 'sender', 'reply-to'])
const KNOWN = new Set([
  ...ONCE,
  'x-mailer',
  'user-agent',
  'list-id',
  'list-post',
  'list-archive',
  'archived-at',
  'autocrypt',
  'organization',
  'x-coherent',
])
const DATE =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [ 0-3]?\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d [+-]\d{4}$/
const MESSAGE_ID = /^<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+>$/
const ANY_ID = /^<[^<>\s]+>$/
/** Ids that this program gives a comment, by itself or for a further one of a mail. */
const OWN_COMMENT_ID = /^<(?:\d{8}\.c-|c-)[0-9a-f]{8}-|^<m\d+-\d+\.[0-9a-f]{24}@/
const URL_SAFE_ID = /^<[A-Za-z0-9._+=-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+>$/
const SUBJECT =
  /^\[(?<prefix>(?:RFC|RFC PATCH)(?: RESEND)?)(?: v(?<version>\d+))?(?: RESEND)? (?<part>\d+)\/(?<parts>\d+)\] (?<phrase>\S.*)$/s
const ENCODED_WORD = /=\?([^?]+)\?([bBqQ])\?([^?]*)\?=/g
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  /[\0-\x1f\x7f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\u200b-\u200d\u2060\ufeff\u00ad]/

export function lintHeaders(head: string, line: number, bodyIsAscii: boolean, report: Report): HeaderFacts {
  const error = (rule: string, at: number, text: string) => report(rule, 'error', at, text)
  const fields = readFields(head, line, report)
  const known = new Map<string, Known[]>()
  for (const field of fields) {
    const name = field.name.toLowerCase()
    const seen = known.get(name) ?? []
    if (seen.length > 0 && ONCE.has(name)) error('H1', field.line, `duplicate ${field.name}`)
    seen.push({ value: field.value.replace(/\n[ \t]*/g, ' ').trim(), raw: field.value, line: field.line })
    known.set(name, seen)
    if (!KNOWN.has(name) && !name.startsWith('x-rfc-')) {
      error('H10', field.line, `unexpected header ${field.name}`)
    }
    lintEncodedWords(field, report)
  }
  for (const name of REQUIRED) if (!known.has(name)) error('H1', line, `missing header ${name}`)
  const get = (name: string) => known.get(name)?.[0]?.value ?? ''
  const lineOf = (name: string) => known.get(name)?.[0]?.line ?? line

  const date = get('date')
  if (known.has('date')) {
    const parsed = parseRfc5322Date(date.replace(/, +/, ', '))
    if (!DATE.test(date)) error('H2', lineOf('date'), `Date not RFC 5322 with numeric zone: ${date}`)
    else if (!parsed.ok) error('H2', lineOf('date'), 'impossible date')
    else if (weekdayOf(parsed.value) !== date.slice(0, 3)) {
      error('H2', lineOf('date'), 'weekday does not match the date')
    }
  }

  const rawSubject = get('subject')
  const subject = decodeEncodedWords(rawSubject)
  const isReply = isReplySubject(subject)

  const messageId = get('message-id')
  if (known.has('message-id')) {
    const at = lineOf('message-id')
    // What somebody's mail program called a mail is its name for good, here as everywhere.
    const isForeign = isReply && ANY_ID.test(messageId) && !OWN_COMMENT_ID.test(messageId)
    const found = (text: string) => report('H3', isForeign ? 'warning' : 'error', at, text)
    if (!MESSAGE_ID.test(messageId)) found(`bad Message-ID ${messageId}`)
    else if (!URL_SAFE_ID.test(messageId)) found(`Message-ID not URL-safe or no full domain: ${messageId}`)
    else if (messageId.length - 2 > 244) found('Message-ID over 244 bytes (public-inbox cuts it)')
  }

  for (const name of ['in-reply-to', 'references']) {
    if (!known.has(name)) continue
    const ids = words(get(name))
    if (ids.length === 0 || !ids.every((id) => MESSAGE_ID.test(id))) {
      const isForeign = isReply && ids.length > 0 && ids.every((id) => ANY_ID.test(id))
      const text = `bad id list in ${name}: ${get(name)}`
      report('H4', isForeign ? 'warning' : 'error', lineOf(name), text)
    }
    if (new Set(ids).size !== ids.length) error('H4', lineOf(name), `duplicate id in ${name}`)
  }
  const parent = get('in-reply-to')
  const references = words(get('references'))
  if (parent !== '' && words(parent).length !== 1) {
    error('H4', lineOf('in-reply-to'), 'In-Reply-To must be one id')
  }
  if (known.has('in-reply-to') !== known.has('references')) {
    error('H4', line, 'In-Reply-To and References must come together')
  }
  if (references.length > 0 && parent !== '' && references.at(-1) !== parent) {
    error('H4', lineOf('references'), 'last reference is not the In-Reply-To id')
  }

  const type = get('content-type').toLowerCase().replaceAll(' ', '').replaceAll('"', '')
  if (
    known.has('content-type') &&
    !['text/plain;charset=utf-8', 'text/plain;charset=us-ascii'].includes(type)
  ) {
    error('H9', lineOf('content-type'), `Content-Type is ${get('content-type')}`)
  }
  const encoding = get('content-transfer-encoding').toLowerCase()
  const encodingLine = lineOf('content-transfer-encoding')
  if (known.has('content-transfer-encoding') && encoding !== '7bit' && encoding !== '8bit') {
    error('H9', encodingLine, `transfer encoding ${encoding}`)
  }
  if (encoding === '7bit' && !bodyIsAscii) error('H9', encodingLine, '7bit declared, body has 8-bit bytes')
  if (encoding === '8bit' && bodyIsAscii)
    report('H9', 'warning', encodingLine, '8bit declared, body is ASCII')
  if (known.has('mime-version') && get('mime-version') !== '1.0') {
    error('H9', lineOf('mime-version'), `MIME-Version ${get('mime-version')}`)
  }

  for (const name of ['from', 'to', 'cc', 'reply-to', 'sender']) {
    for (const { value, line: at } of known.get(name) ?? []) lintAddresses(name, value, at, report)
  }

  const tag = lintSubject(subject, rawSubject, lineOf('subject'), report)
  const parsedDate = parseRfc5322Date(date.replace(/, +/, ', '))
  return {
    messageId,
    inReplyTo: parent,
    references,
    subject,
    tag,
    isReply,
    typed: typedLines(get('x-rfc-coherent')),
    from: firstAddress(get('from')),
    epochSeconds: parsedDate.ok ? parsedDate.value.epochSeconds : null,
    dateWords: parsedDate.ok ? dateWordsOf(parsedDate.value) : null,
  }
}

function readFields(head: string, firstLine: number, report: Report): Field[] {
  const error = (rule: string, at: number, text: string) => report(rule, 'error', at, text)
  const fields: Field[] = []
  head.split('\n').forEach((l, k) => {
    const at = firstLine + k
    if (/[^\t\x20-\x7e]/.test(l)) {
      error('H8', at, `non-ASCII or control byte in header: ${JSON.stringify(l.slice(0, 60))}`)
    }
    if (l.length > 998) error('H7', at, `header line of ${l.length} bytes`)
    else if (l.length > 78 && l.trim().includes(' ')) {
      report('H7', 'warning', at, `header line of ${l.length} bytes, fold at 76`)
    }
    if (/[ \t]$/.test(l)) error('H7', at, 'trailing white space in header')
    if (l === '' || /^[ \t]/.test(l)) {
      if (l.trim() === '') error('H7', at, 'white-space-only continuation line')
      const last = fields.at(-1)
      if (last) last.value += `\n${l}`
      else error('H1', at, 'continuation line before any header')
      return
    }
    const m = /^([!-9;-~]+):[ \t]?(.*)$/s.exec(l)
    if (m) fields.push({ name: m[1] ?? '', value: m[2] ?? '', line: at })
    else error('H1', at, `not a header line: ${JSON.stringify(l.slice(0, 60))}`)
  })
  return fields
}

function lintEncodedWords(field: Field, report: Report): void {
  const error = (text: string) => report('H8', 'error', field.line, text)
  for (const [word, charset = '', form = '', payload = ''] of field.value.matchAll(ENCODED_WORD)) {
    if (word.length > 75) error('encoded word longer than 75')
    if (!/^(utf-8|us-ascii)$/i.test(charset)) error(`encoded word charset ${charset}`)
    const isBase64 = /b/i.test(form)
    const bytes = isBase64 ? decodeBase64(payload) : decodeQ(payload)
    if (bytes === null || decodeUtf8(bytes).badAt !== null) {
      error('encoded word splits a character or is invalid')
    } else if (isBase64 && isAscii(bytes)) error('ASCII text sent as base64 encoded word')
  }
  if (/"[^"]*=\?[^"]*\?=[^"]*"/.test(field.value)) error('encoded word inside a quoted string')
}

function lintAddresses(name: string, value: string, line: number, report: Report): void {
  const addresses = addressesOf(value)
  const isBad = (a: string) => a.split('@').length !== 2 || /[\s<>,;:"]/.test(a)
  if (addresses.length === 0 || addresses.some(isBad)) {
    report('H11', 'error', line, `bad address list in ${name}: ${value}`)
  }
  if (name === 'from' && addresses.length !== 1) report('H11', 'error', line, 'From must be one mailbox')
  if (/(^|, )[^"<,]*[()<>@:;.[\]][^"<,]* </.test(value.replace(ENCODED_WORD, 'x'))) {
    report('H11', 'error', line, `display name with specials not quoted: ${value}`)
  }
}

function lintSubject(subject: string, raw: string, line: number, report: Report): SubjectTag | null {
  const error = (rule: string, text: string) => report(rule, 'error', line, text)
  if (INVISIBLE.test(subject)) error('H5', 'control or bidi character in Subject')
  if (subject.startsWith('[') && raw.startsWith('=?')) {
    error('H5', 'subject tag inside an encoded word; list tools grep for it raw')
  }
  const core = subject.replace(/^Re: /, '')
  if (isReplySubject(subject) && (!subject.startsWith('Re: ') || /^(re|aw|sv|antw|fwd?)\s*:/i.test(core))) {
    error('H5', `reply subject must be exactly one "Re: " prefix: ${subject}`)
  }
  const m = SUBJECT.exec(core)?.groups
  if (!m) {
    error('H5', `Subject is not "[RFC vN n/m] area: phrase": ${subject}`)
    return null
  }
  const { prefix = '', version = '', part = '', parts = '', phrase = '' } = m
  if (version === '0' || version === '1') error('H5', 'v1 is not written')
  if ([...phrase].length > 75) error('H6', `summary phrase of ${[...phrase].length} characters`)
  if (!/^[A-Za-z0-9_/.,+-]+(: )\S/.test(phrase)) {
    report('H5', 'warning', line, 'no "area: " in the summary phrase')
  }
  if (Number(part) > Number(parts)) error('H5', 'n > m in n/m')
  if (part.length !== parts.length) error('H5', 'n must be padded to the width of m')
  return { prefix, version, part: Number(part), parts: Number(parts), phrase }
}

function typedLines(note: string): HeaderFacts['typed'] {
  const m = /(?:^|; )body=([1-9]\d{0,6})\+([1-9]\d{0,6})(?:;|$)/.exec(note)
  return m ? { from: Number(m[1]) - 1, to: Number(m[1]) - 1 + Number(m[2]) } : null
}

function isReplySubject(subject: string): boolean {
  return /^re:\s/i.test(subject)
}

/** The addresses of a list, as a forgiving reader finds them: nothing is refused here. */
function addressesOf(value: string): string[] {
  // A quoted string stays as one word: alone between two commas it is an entry, and not an address.
  const simple = value.replace(/"(?:[^"\\]|\\.)*"/g, 'quoted').replace(/\([^()]*\)/g, '')
  return simple
    .split(/,|(?<=>)/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => /<([^>]*)>/.exec(part)?.[1]?.trim() ?? part)
}

function firstAddress(value: string): Mailbox {
  const address = addressesOf(value)[0] ?? ''
  const phrase = /^\s*("(?:[^"\\]|\\.)*"|[^<"]*?)\s*</.exec(value)?.[1] ?? ''
  const name = phrase.startsWith('"')
    ? phrase.slice(1, -1).replace(/\\(.)/g, '$1')
    : decodeEncodedWords(phrase)
  return { name, address }
}

function dateWordsOf(date: { epochSeconds: number; offsetMinutes: number }) {
  const local = new Date((date.epochSeconds + date.offsetMinutes * 60) * 1000)
  const iso = local.toISOString().slice(0, 10)
  const month =
    ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][
      local.getUTCMonth()
    ] ?? ''
  return { year: iso.slice(0, 4), month, iso }
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}
