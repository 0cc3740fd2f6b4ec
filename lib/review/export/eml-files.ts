/**
 * A series as one file for each mail, and all of them as one archive.
 *
 * `git send-email` takes a mailbox for a single mail, so it needs files; their names sort in the order of the thread.
 * The archive is plain tar (POSIX ustar), the one form that unpacks everywhere; equal mails are equal bytes.
 */
import type { Message } from '#lib/mail/message/message.ts'
import { writeMessage } from '#lib/mail/message/write-message.ts'
import { invariant } from '#lib/result.ts'

const NAMES = ['cover-letter', 'problem', 'integration', 'sys-futex', 'lifetime']

/** `0001-problem.eml`; behind the parts of the series `0005-reply.eml`. */
export function emlName(position: number): string {
  return `${String(position).padStart(4, '0')}-${NAMES[position] ?? 'reply'}.eml`
}

const BLOCK = 512

/** Files of a folder as tar; times are the mails' own. */
export function emlArchive(folder: string, messages: readonly Message[]): Uint8Array {
  const encoder = new TextEncoder()
  const blocks: Uint8Array[] = []
  messages.forEach((message, position) => {
    const content = encoder.encode(writeMessage(message))
    blocks.push(header(`${folder}/${emlName(position)}`, content.length, message.date.epochSeconds), content)
    blocks.push(new Uint8Array((BLOCK - (content.length % BLOCK)) % BLOCK))
  })
  blocks.push(new Uint8Array(2 * BLOCK))
  const archive = new Uint8Array(blocks.reduce((sum, block) => sum + block.length, 0))
  let at = 0
  for (const block of blocks) {
    archive.set(block, at)
    at += block.length
  }
  return archive
}

function header(path: string, size: number, epochSeconds: number): Uint8Array {
  invariant(/^[\x21-\x7e]{1,99}$/.test(path), 'a name that fits the header of a tar file')
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`
  const fields: [offset: number, text: string][] = [
    [0, path],
    [100, octal(0o644, 8)],
    [108, octal(0, 8)],
    [116, octal(0, 8)],
    [124, octal(size, 12)],
    [136, octal(Math.max(0, epochSeconds), 12)],
    [148, '        '], // the checksum is counted with blanks in its place
    [156, '0'],
    [257, 'ustar\x0000'],
  ]
  const bytes = new Uint8Array(BLOCK)
  const write = (offset: number, text: string) => {
    for (let i = 0; i < text.length; i++) bytes[offset + i] = text.charCodeAt(i)
  }
  for (const [offset, text] of fields) write(offset, text)
  const sum = bytes.reduce((total, byte) => total + byte, 0)
  write(148, `${sum.toString(8).padStart(6, '0')}\0 `)
  return bytes
}
