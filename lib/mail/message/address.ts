/**
 * Mailboxes: `Name <local@domain>` and back.
 *
 * The writer picks one spelling per name, the safest that keeps every character: bare words for a name of
 * plain words, a quoted string when it has ASCII specials, encoded words for everything else. A name that
 * holds quotes, backslashes or angle brackets is encoded as well although a quoted string could hold it:
 * many readers find the address with a regular expression, and must not find a false one inside a name.
 */
import { err, ok, type Result } from '#lib/result.ts'
import { decodeEncodedWords, encodeWords } from './encoded-word.ts'
import type { Mailbox } from './message.ts'

export type AddressProblem = { readonly kind: 'not-an-address'; readonly text: string }

/** What may stand in a phrase without quotes: atoms (RFC 5322, 3.2.3) separated by single spaces. */
const PLAIN_NAME = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const QUOTABLE_NAME = /^[\x20-\x7e]+$/
const NEEDS_ENCODING = /["\\<>]|=\?/
const ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/

/** `Name <a@b>`, `"Name, Q." <a@b>`, `<a@b>` or `a@b`. Groups and comments are not mailboxes. */
export function parseMailbox(text: string): Result<Mailbox, AddressProblem> {
  const problem = err({ kind: 'not-an-address' as const, text })
  const { name: phrase, address } = looseMailbox(text)
  if (!ADDRESS.test(address) || address.includes('..')) return problem
  if (phrase.startsWith('"')) {
    if (!/^"(?:[^"\\]|\\.)*"$/s.test(phrase)) return problem
    return ok({ name: phrase.slice(1, -1).replace(/\\(.)/gs, '$1'), address })
  }
  if (/["<>]/.test(phrase)) return problem
  return ok({ name: decodeEncodedWords(phrase), address })
}

/** The two parts as they are written, with nothing asked of them: no name, and the whole text, without brackets. */
export function looseMailbox(text: string): Mailbox {
  const trimmed = text.trim()
  const angle = /^(.*?)\s*<([^<>]*)>$/s.exec(trimmed)
  return angle ? { name: angle[1] ?? '', address: angle[2] ?? '' } : { name: '', address: trimmed }
}

/** Splits at commas outside quoted strings. Fails as a whole when one part is not a mailbox. */
export function parseMailboxes(text: string): Result<Mailbox[], AddressProblem> {
  const boxes: Mailbox[] = []
  for (const part of splitList(text)) {
    const box = parseMailbox(part)
    if (!box.ok) return box
    boxes.push(box.value)
  }
  return ok(boxes)
}

/** The pieces of a mailbox as a header writer may break them: it puts a space or a fold between two. */
export function mailboxPieces(box: Mailbox): string[] {
  if (box.name === '') return [box.address]
  return [...namePieces(box.name), `<${box.address}>`]
}

/** For text and attributions: the name, else the address. */
export function displayNameOf(box: Mailbox): string {
  return box.name === '' ? box.address : box.name
}

/** Addresses compare without regard to case: no list server tells `Reva@` from `reva@`. */
export function isSameAddress(a: Mailbox, b: Mailbox): boolean {
  return a.address.toLowerCase() === b.address.toLowerCase()
}

function namePieces(name: string): string[] {
  if (NEEDS_ENCODING.test(name) || !QUOTABLE_NAME.test(name) || name !== name.trim()) return encodeWords(name)
  if (PLAIN_NAME.test(name)) return name.split(' ')
  return [`"${name}"`]
}

function splitList(text: string): string[] {
  const parts: string[] = []
  let part = ''
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? ''
    if (quoted && c === '\\') part += c + (text[++i] ?? '')
    else if (c === ',' && !quoted) {
      parts.push(part)
      part = ''
    } else {
      if (c === '"') quoted = !quoted
      part += c
    }
  }
  parts.push(part)
  return parts.filter((p) => p.trim() !== '')
}
