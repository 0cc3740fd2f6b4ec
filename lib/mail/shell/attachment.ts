/** One attachment of a mail, decoded when somebody asks for it: nothing is unpacked while mail comes in. */
import { attachmentsOf, bareName, scanMime } from '#lib/mail/import/read/mime-structure.ts'
import { decodeQ } from '#lib/mail/message/encoded-word.ts'
import { cleanLine } from '#lib/mail/text/clean.ts'

export type AttachmentBytes = {
  /** A bare name for a file; empty when the mail gives none. */
  readonly filename: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** `n` counts the mail's attachments from 0, as they are listed; null for one that is not there. */
export function attachmentBytes(mail: Uint8Array, n: number): AttachmentBytes | null {
  const raw = Buffer.from(mail.buffer, mail.byteOffset, mail.byteLength).toString('latin1')
  const root = scanMime(raw)
  const part = root.ok ? attachmentsOf(root.value)[n] : undefined
  if (!part) return null
  const body = raw.slice(part.bodyStart, part.bodyEnd)
  return { filename: shownName(part.filename), bytes: new Uint8Array(decoded(body, part.encoding)) }
}

const LONGEST_NAME = 200

/** The name of a file with its words in charsets that only the platform knows; one that nobody knows stays as it is written. */
export function shownName(filename: string): string {
  const decoded = filename.replace(
    /=\?([\w.:-]{1,40})\?Q\?([^?\s]{0,600})\?=/g,
    (word, charset: string, payload: string) => {
      try {
        return new TextDecoder(charset).decode(Buffer.from(decodeQ(payload), 'latin1'))
      } catch {
        // There is no such charset.
        return word
      }
    },
  )
  return cleanLine(bareName(decoded)).slice(0, LONGEST_NAME)
}

/** RFC 2045, 6. What is not of the encoding that it says is given as far as it can be read. */
function decoded(body: string, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(body, 'base64')
  if (encoding !== 'quoted-printable') return Buffer.from(body, 'latin1')
  const text = body
    .replace(/[ \t]+(?=\r?\n|$)/g, '')
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(text, 'latin1')
}
