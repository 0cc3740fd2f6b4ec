/**
 * The mails of a mailbox file, as the bytes that they were sent as, however large the file is.
 *
 * Foreign mailboxes come in four dialects and say nowhere in which. All of them begin a mail with a `From ` line behind
 * an empty line, and all but one put `>` before such a line in a mail; what is read here is what is the same in all: a
 * separator has an empty line (or nothing) before it and a year or our own mark in it, and one `>` goes from
 * `>From `, `>>From ` …
 */
import { MAX_MAIL_BYTES } from '#lib/mail/import/read/limits.ts'

const LF = 10
const CR = 13
const SEPARATOR = /^From (?:mboxrd@z |\S+ .*\b\d{4}\b)/
const ESCAPED = /^>+From /
/** A line of which no more is needed to know whether it is a separator. */
const LOOKED_AT = 200

/** Of a mail beyond the limit one byte more than the limit is kept, so that it is refused, and no memory is filled. */
export async function* splitMbox(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const mail = new MailBytes()
  let isFirst = true
  let afterEmpty = true
  for await (const line of linesOf(chunks)) {
    const start = Buffer.from(line.subarray(0, LOOKED_AT)).toString('latin1')
    if (afterEmpty && SEPARATOR.test(start)) {
      if (!isFirst) yield mail.take()
      isFirst = false
    } else if (!isFirst) mail.add(ESCAPED.test(start) ? line.subarray(1) : line)
    else if (start.trim() !== '') throw new NoMailbox()
    afterEmpty = start === '\n' || start === '\r\n'
  }
  if (!isFirst) yield mail.take()
}

/** The file does not begin with a separator: it is no mailbox, but perhaps one mail. */
export class NoMailbox extends Error {
  constructor() {
    super('not a mailbox: it does not begin with a line "From …"')
  }
}

export function isMailbox(beginning: Uint8Array): boolean {
  return SEPARATOR.test(Buffer.from(beginning.subarray(0, LOOKED_AT)).toString('latin1').trimStart())
}

class MailBytes {
  #lines: Uint8Array[] = []
  #length = 0

  add(line: Uint8Array): void {
    if (this.#length > MAX_MAIL_BYTES) return
    this.#lines.push(line.slice(0, MAX_MAIL_BYTES + 1 - this.#length))
    this.#length += line.length
  }

  /** The empty line before the next separator is the mailbox's, not the mail's. */
  take(): Uint8Array {
    const last = this.#lines.at(-1)
    if (this.#length <= MAX_MAIL_BYTES && last && (last[0] === LF || last[0] === CR) && last.length <= 2)
      this.#lines.pop()
    const bytes = new Uint8Array(Buffer.concat(this.#lines))
    this.#lines = []
    this.#length = 0
    return bytes
  }
}

/** Lines with their ends. A line without an end is given in pieces of bounded length. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, from)) {
      const line = chunk.subarray(from, end + 1)
      yield rest.length === 0 ? line : new Uint8Array(Buffer.concat([...rest, line]))
      rest = []
      length = 0
      from = end + 1
    }
    if (from < chunk.length) {
      rest.push(chunk.subarray(from))
      length += chunk.length - from
    }
    if (length > MAX_MAIL_BYTES) {
      yield new Uint8Array(Buffer.concat(rest))
      rest = []
      length = 0
    }
  }
  if (length > 0) yield new Uint8Array(Buffer.concat(rest))
}
