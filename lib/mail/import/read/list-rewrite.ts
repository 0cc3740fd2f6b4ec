/**
 * Who wrote a mail whose From a list put its own address into.
 *
 * Lists do so where the sender's domain forbids others to send in its name (DMARC): `Alice via Futexes <futexes@lists…>`.
 * Each has another place for who it was. None of them is proved: the list broke what proved it, and anybody can write
 * these headers. But taking the list's address for the person would put the words of all its members under the name of
 * whoever wrote first.
 */
import type { HeaderField } from '#lib/mail/message/header.ts'
import type { Mailbox } from '#lib/mail/message/message.ts'
import { headerOf } from './parsed-mail.ts'

/** Headers in which lists keep the sender, the surest first. */
const ORIGINAL = ['x-original-from', 'x-mailman-original-from', 'x-original-sender'] as const
/** Whose mailboxes are needed of a mail that a list may have rewritten. */
export const WRITER_HEADERS = [...ORIGINAL, 'x-mailfrom', 'reply-to', 'to', 'cc'] as const
export type WriterHeader = (typeof WRITER_HEADERS)[number]

/** The mailboxes of a header; none for a header that is not there. */
export type BoxesOf = (name: WriterHeader) => readonly Mailbox[]

/** The writer of a rewritten mail, null when nothing says who it is; `undefined`: the From was not rewritten. */
export function writerBehindList(
  from: Mailbox,
  headers: readonly HeaderField[],
  boxesOf: BoxesOf,
): Mailbox | null | undefined {
  const address = from.address.toLowerCase()
  const lists = listAddresses(headers)
  const via = nameBehindVia(from.name)
  const isOfList = (one: string) => lists.has(one.toLowerCase())
  const isAtList = [...lists].some((list) => domainOf(list) === domainOf(address))
  const isReceiver = () =>
    [...boxesOf('to'), ...boxesOf('cc')].some((box) => box.address.toLowerCase() === address)
  const original = ORIGINAL.flatMap((name) => boxesOf(name)).find(
    (box) => box.address.toLowerCase() !== address,
  )
  const encoded = encodedIn(address, isAtList)
  const isRewritten =
    isOfList(address) ||
    encoded !== null ||
    /-dmarc-request@/.test(address) ||
    (original !== undefined && (isAtList || via !== null)) ||
    (via !== null && (isAtList || address.startsWith('devnull+') || isReceiver()))
  if (!isRewritten) return undefined
  // A comment behind the name (`Alice (via futexes)`) is gone by now; a list that writes under its own name is nobody.
  const isListsName = from.name.toLowerCase().includes(address.split('@')[0] ?? '')
  const name = via ?? (isOfList(address) && isListsName ? '' : from.name)
  const named = (box: Mailbox | undefined): Mailbox | null =>
    box && !isOfList(box.address) && box.address.toLowerCase() !== address
      ? {
          address: box.address,
          name: box.name === '' || box.name === box.address ? bareName(name, box.address) : box.name,
        }
      : null
  const envelope = boxesOf('x-mailfrom').filter((box) => !/bounce|[+=]|^(?:mailer|owner)/i.test(box.address))
  const answers = boxesOf('reply-to').filter((box) => !isOfList(box.address))
  // Where answers go to the list, Mailman names who wrote it among those who get a copy.
  const copies = boxesOf('cc').filter((box) => name !== '' && box.name === name)
  return (
    named(original) ??
    named(encoded ? { name: '', address: encoded } : undefined) ??
    named(envelope[0]) ??
    named(answers.length === 1 ? answers[0] : answers.find((box) => box.name === name)) ??
    named(copies[0]) ??
    // Some lists know nobody's name, and put the address in its place.
    named(
      /^[^\s@<>"(),]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(name)
        ? { name: '', address: name }
        : undefined,
    ) ??
    standIn(name, address)
  )
}

/** What the mail says to be addresses of a list. Saying so gives no right: it only keeps words from a wrong name. */
function listAddresses(headers: readonly HeaderField[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (const { name, value } of headers) {
    const header = name.toLowerCase()
    if (!/^(?:list-post|list-id|x-beenthere|x-mailing-list|mailing-list|x-loop|delivered-to)$/.test(header))
      continue
    const text = value.slice(0, 2000).toLowerCase()
    if (header === 'list-id') {
      const id = /<([^<>\s.]+)\.([^<>\s]+)>/.exec(text) ?? /^\s*([^<>\s.]+)\.([^<>\s]+)\s*$/.exec(text)
      if (id) found.add(`${id[1]}@${id[2]}`)
    } else if (header !== 'delivered-to' || text.includes('mailing list')) {
      for (const [address] of text.matchAll(/[^\s<>,;:"()@]+@[a-z0-9.-]+/g)) found.add(address)
    }
  }
  return found
}

/** `Alice via Futexes`, `'Alice' via Futexes`, `Alice (via Futexes)`: Alice. */
function nameBehindVia(name: string): string | null {
  const m = /^(.{1,200}?)\s*(?:\(via\s[^()]{1,200}\)|\svia\s.{1,200})$/iu.exec(name.slice(0, 500))
  return m ? (m[1] ?? '').replace(/^["'\s]+|["'\s]+$/g, '') : null
}

/** A name that is an address is none. */
function bareName(name: string, address: string): string {
  return name.includes('@') || name.toLowerCase() === address.toLowerCase() ? '' : name
}

/** `alice=a.example@lists…` (groups.io and others), `alice=40a.example@dmarc.…` (IETF): alice@a.example. */
function encodedIn(address: string, isAtList: boolean): string | null {
  const m = /^([^@=\s]{1,64})=(?:40)?([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8})@([^@\s]+)$/.exec(address)
  if (!m || !(isAtList || (m[3] ?? '').startsWith('dmarc.'))) return null
  return `${m[1]}@${m[2]}`
}

/**
 * Somebody of whom the list kept the name only: an address that cannot exist (RFC 6761), another for each name, so that
 * two people stay two. Null where there is no name either.
 */
function standIn(name: string, address: string): Mailbox | null {
  const letters = [...name.normalize('NFC').toLowerCase()]
    .map((c) =>
      /[a-z0-9]/.test(c) ? c : /\p{L}|\p{N}/u.test(c) ? `u${(c.codePointAt(0) ?? 0).toString(16)}` : '-',
    )
    .join('')
    .replace(/-+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 100)
  return letters === '' ? null : { name, address: `${letters}.via.${address}.invalid` }
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}

/**
 * Addresses as archives hide them from programs that collect them: `rory at bugs.example (Rory Bugg)` (Pipermail),
 * `Rory Bugg <rory(a)bugs.example>` (HyperKitty), `rory () bugs ! example` (MARC), `rory at bugs dot example`. A From of any
 * other form comes back as it is.
 */
export function withoutArchiveSpelling(from: string): string {
  if (from.length > 1000) return from
  // Signs of HTML, where a page was taken for the mail.
  const text = from
    .trim()
    .replace(/&lt;(?=[^<>&]{1,320}&gt;$)|&gt;$/g, (sign) => (sign === '&lt;' ? '<' : '>'))
  const angled = /^(.*)<([^<>]{1,320})>$/s.exec(text)
  if (angled) {
    const address = addressAsHidden(angled[2] ?? '')
    return address === null ? text : `${angled[1]}<${address}>`
  }
  // Pipermail keeps the name as a comment behind the address; MARC has `()` in the address itself.
  const bare = addressAsHidden(text)
  if (bare !== null) return bare
  const commented = /^([^<>"]{1,320}?)\s+\(([^()].*)\)$/s.exec(text)
  const address = commented && addressAsHidden(commented[1] ?? '')
  if (!commented || address === null) return text
  const name = (commented[2] ?? '').replace(/["\\]/g, '')
  return name === '' ? address : `"${name}" <${address}>`
}

const HIDDEN =
  /^([^\s<>@"(),!]+)(?:\s+at\s+|\s?\(a\)\s?|\s?\(at\)\s?|\s?\[at\]\s?|\s?\{at\}\s?|\s?<at>\s?|&#64;|_at_|\s?\(\)\s?)([a-z0-9-]+(?:(?:\.|\s+dot\s+|\s?\{dot\}\s?|\s+!\s+)[a-z0-9-]+)+)$/i

/** Null: it is hidden in none of these ways. */
function addressAsHidden(text: string): string | null {
  const [, local, domain] = HIDDEN.exec(text.trim()) ?? []
  return local && domain ? `${local}@${domain.replace(/\s+(?:dot|!)\s+|\s?\{dot\}\s?/gi, '.')}` : null
}

/** Whether a mail says that it came through a list. */
export function isThroughList(headers: readonly HeaderField[]): boolean {
  return headerOf({ headers }, 'list-id') !== null || listAddresses(headers).size > 0
}
