/**
 * The output rules of list mail, checked on the bytes of a mailbox.
 *
 * The writer is built so that it cannot break them; this is the proof on each export, shown on the export page
 * next to the mail. It works on bytes, not on messages, because most of what a list rejects (a CR, a byte order
 * mark, a line of 999 bytes, a folded tag) exists only there. Findings are data with the line of the file.
 *
 * A second, independent implementation in Python (`scripts/validators/lint_mbox.py`) must report the same
 * rule, mail and line on every sample; `lint.test.ts` compares them. Two differences are wanted: a header called
 * `X-Coherent` is known here (rule H10; what is written is `X-RFC-Coherent`, known to both), and links that lead to
 * localhost are a warning here (rule B21): they are about this instance, of which the other one knows nothing.
 */

import { decodeUtf8, encodeUtf8, isAscii } from '#lib/mail/message/utf8.ts'
import type { Finding } from './finding.ts'
import { type BodyFacts, lintBody } from './lint-body.ts'
import { lintHeaders } from './lint-headers.ts'
import { type LintedMail, lintThread, type MailboxKind } from './lint-thread.ts'

export type LintOptions = {
  readonly kind: MailboxKind
  /** Columns of prose; 72 when left out. Above 75 is an error whatever is set. */
  readonly wrapAt?: number
}

const MAX_MESSAGE_BYTES = 100_000
/** What a person typed is not cut below this: most lists hold longer mails for a moderator. */
const MAX_TYPED_BYTES = 1_000_000
const SEPARATOR =
  /^From \S+(?: at \S+)? +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d \d{4}$/

/** Findings in the order of mails and lines. A string is taken as the UTF-8 that it would be written as. */
export function lintMbox(mailbox: string | Uint8Array, options: LintOptions): Finding[] {
  const bytes = typeof mailbox === 'string' ? encodeUtf8(mailbox) : toByteText(mailbox)
  const findings: Finding[] = []
  let number = 0
  const report = (rule: string, severity: Finding['severity'], line: number, text: string) => {
    findings.push({ rule, severity, message: number, line, text: text.slice(0, 160) })
  }

  if (bytes === '') report('M1', 'error', 0, 'empty file')
  lintContainer(bytes, report)
  const mails: LintedMail[] = []
  for (const { line, raw } of splitMails(bytes, report)) {
    number++
    const end = raw.indexOf('\n\n')
    if (end < 0) {
      report('H1', 'error', line, 'no empty line after headers')
      continue
    }
    const head = raw.slice(0, end)
    const bodyBytes = raw.slice(end + 2)
    const bodyLine = line + countLines(head) + 2
    const headers = lintHeaders(head, line, isAscii(bodyBytes), report)
    const isTypedLong = headers.typed !== null && raw.length <= MAX_TYPED_BYTES
    if (raw.length > MAX_MESSAGE_BYTES)
      report('S1', isTypedLong ? 'warning' : 'error', line, `message of ${raw.length} bytes`)
    const { text: body, badAt } = decodeUtf8(bodyBytes)
    if (badAt !== null) report('B6', 'error', bodyLine, `body is not UTF-8 at byte ${badAt}`)
    const facts: BodyFacts = { ...headers, bodyLine, wrapAt: options.wrapAt ?? 72 }
    lintBody(body, facts, report)
    mails.push({ ...headers, number, line, bodyLine, body })
  }
  number = 0
  if (mails.length === 0 && bytes !== '') report('M1', 'error', 0, 'no message')
  lintThread(mails, options.kind, (mail) => {
    number = mail
    return report
  })
  // Stable: findings of one place stay in the order of the rules.
  return findings.sort((a, b) => a.message - b.message || a.line - b.line)
}

export function errorsOf(findings: readonly Finding[]): Finding[] {
  return findings.filter((finding) => finding.severity === 'error')
}

type RawMail = { readonly line: number; readonly raw: string }
type ReportFinding = (rule: string, severity: Finding['severity'], line: number, text: string) => void

function lintContainer(bytes: string, report: ReportFinding): void {
  const lineOf = (at: number) => countLines(bytes.slice(0, at)) + 1
  if (bytes.includes('\r')) report('M3', 'error', lineOf(bytes.indexOf('\r')), 'CR in mbox')
  if (bytes.includes('\0')) report('M3', 'error', lineOf(bytes.indexOf('\0')), 'NUL byte')
  if (bytes.startsWith('\xef\xbb\xbf')) report('M3', 'error', 1, 'byte order mark')
  if (bytes !== '' && !bytes.endsWith('\n')) {
    report('M3', 'error', countLines(bytes) + 1, 'no newline at end of file')
  }
}

/** The mails with the line their headers begin at, unescaped. Reports what is wrong with the separators. */
function splitMails(bytes: string, report: ReportFinding): RawMail[] {
  if (!bytes.startsWith('From ')) {
    report('M1', 'error', 1, 'does not start with a From_ line')
    return []
  }
  const lines = bytes.split('\n')
  if (bytes.endsWith('\n')) lines.pop()
  const mails: RawMail[] = []
  let current: string[] | null = null
  let start = 0
  let previous = ''
  const finish = () => {
    if (!current) return
    let raw = `${current.join('\n')}\n`
    if (raw.endsWith('\n\n')) raw = raw.slice(0, -1) // the empty line that belongs to the mailbox
    mails.push({ line: start, raw: raw.replace(/(^|\n)>(>*From )/g, '$1$2') })
  }
  lines.forEach((line, i) => {
    if (line.startsWith('From ')) {
      if (!SEPARATOR.test(line)) {
        report('M1', 'error', i + 1, `unescaped "From " in a body, or a bad From_ line: ${line.slice(0, 60)}`)
      } else if (current && previous !== '') {
        report('M1', 'error', i + 1, 'no empty line before From_ line')
      }
      finish()
      current = []
      start = i + 2
    } else current?.push(line)
    previous = line
  })
  finish()
  return mails
}

function countLines(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

function toByteText(bytes: Uint8Array): string {
  // In slices: a call takes its arguments on the stack.
  const parts: string[] = []
  for (let i = 0; i < bytes.length; i += 8192) {
    parts.push(String.fromCharCode(...bytes.subarray(i, i + 8192)))
  }
  return parts.join('')
}
