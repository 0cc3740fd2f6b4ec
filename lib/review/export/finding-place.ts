/**
 * Where a finding of the linter leads: which mail, which line of its text, and the line of the write-up behind it.
 *
 * A finding has the line of the mailbox file. The author wants to know what to change, so each line of a mail remembers
 * the line of the source that it was rendered from (`MessageSource`), and the page has a block that begins there.
 */
import type { Finding } from '#lib/mail/lint/finding.ts'
import type { Message } from '#lib/mail/message/message.ts'
import { writeMessage } from '#lib/mail/message/write-message.ts'
import type { Block } from '#lib/writeup/blocks/blocks.ts'
import type { MessageSource } from './series.ts'

export type FindingPlace = {
  readonly finding: Finding
  /** Position of the mail in the mailbox, from 0; null for a finding about the mailbox as a whole. */
  readonly mail: number | null
  /** Line of the mail's text, from 1; null for one of its headers. */
  readonly bodyLine: number | null
  /** In the bundle; null where no source stands behind the line. */
  readonly source: { readonly file: string; readonly line: number } | null
}

/** `sources` of the mails that come from write-ups: the first ones. */
export function placesOf(
  findings: readonly Finding[],
  messages: readonly Message[],
  sources: readonly MessageSource[],
): FindingPlace[] {
  // Line of the mailbox at which each text begins: separator, headers, empty line.
  const bodyStarts: number[] = []
  let line = 1
  for (const message of messages) {
    const text = writeMessage(message)
    const headers = linesIn(text.slice(0, text.length - message.body.length))
    bodyStarts.push(line + 1 + headers)
    line += 1 + linesIn(text) + 1
  }
  return findings.map((finding) => {
    const mail = finding.message > 0 && finding.message <= messages.length ? finding.message - 1 : null
    const start = mail === null ? null : (bodyStarts[mail] ?? null)
    const length = mail === null ? 0 : linesIn(messages[mail]?.body ?? '')
    const inBody = start === null ? 0 : finding.line - start + 1
    const bodyLine = inBody >= 1 && inBody <= length ? inBody : null
    const from = mail === null ? undefined : sources[mail]
    const sourceLine = bodyLine === null ? null : (from?.lines[bodyLine - 1] ?? null)
    const source = from && sourceLine !== null ? { file: from.file, line: sourceLine } : null
    return { finding, mail, bodyLine, source }
  })
}

/** The block of the page that a line of a write-up belongs to: the last one that begins at or above it. */
export function blockAt<Place extends Pick<Block, 'writeup' | 'line'>>(
  blocks: readonly Place[],
  { file, line }: { readonly file: string; readonly line: number },
): Place | null {
  return blocks.findLast((block) => `${block.writeup}.mdx` === file && block.line <= line) ?? null
}

function linesIn(text: string): number {
  return text.split('\n').length - 1
}
