/**
 * mboxrd: many mails in one file, reversibly.
 *
 * Of the four mbox dialects only this one can be undone: every line that could be read as a separator, at any
 * depth of `>`, gets one more `>`. The separator is public-inbox's constant, as a real sender and time there
 * would be data that nobody reads and every export would differ by.
 *
 * Written as a generator, one chunk a message, so that a thread of ten thousand comments never exists as one
 * string.
 */
import { err, ok, type Result } from '#lib/result.ts'
import type { Message } from './message.ts'
import { writeMessage } from './write-message.ts'

export const SEPARATOR = 'From mboxrd@z Thu Jan  1 00:00:00 1970'

/** Chunks of the mailbox, one a message. Their concatenation is the file, in UTF-8. */
export function* writeMbox(messages: Iterable<Message>): Generator<string> {
  for (const message of messages) yield `${SEPARATOR}\n${escapeFromLines(writeMessage(message))}\n`
}

export type MboxProblem = { readonly kind: 'no-separator' | 'bad-separator'; readonly line: number }

/** The texts of the mails of a mailbox. Chunks may be cut anywhere; lines count from 1. */
export function* readMbox(chunks: Iterable<string>): Generator<Result<string, MboxProblem>> {
  let lines: string[] | null = null
  let lineNumber = 0
  for (const line of linesOf(chunks)) {
    lineNumber++
    if (line.startsWith('From ')) {
      if (!/^From \S+ +\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/.test(line)) {
        yield err({ kind: 'bad-separator', line: lineNumber })
        return
      }
      if (lines) yield ok(messageText(lines))
      lines = []
    } else if (lines) lines.push(line)
    else {
      yield err({ kind: 'no-separator', line: lineNumber })
      return
    }
  }
  if (lines) yield ok(messageText(lines))
}

/** The empty line after a mail separates it from the next; it is not the mail's. */
function messageText(lines: readonly string[]): string {
  const own = lines.at(-1) === '' ? lines.slice(0, -1) : lines
  return `${own.map((line) => line.replace(/^>(>*From )/, '$1')).join('\n')}\n`
}

function escapeFromLines(text: string): string {
  return text.replace(/^(>*From )/gm, '>$1')
}

function* linesOf(chunks: Iterable<string>): Generator<string> {
  let rest = ''
  for (const chunk of chunks) {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
  if (rest !== '') yield rest
}
