/**
 * Message-IDs that need no memory.
 *
 * The id of a part is computed from the bundle alone, so exporting a revision twice, on two machines, ten
 * years apart, names the same mails: a list drops the second copy, and a reply can be matched to its part
 * without a table. The content hash is in the id because the same version number with other content is
 * another mail. Comments are different: they exist once, and keep the id that they got when they were stored.
 */
import { invariant } from '#lib/result.ts'
import { type MailDate, utcDay } from './date.ts'
import type { MessageId } from './message.ts'

/** public-inbox cuts longer ids. Bytes, without the angle brackets. */
const MAX_BYTES = 244
/** Safe in a URL without escaping: `https://lore.kernel.org/r/<id>`. */
const SAFE = /^[A-Za-z0-9._+=-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/

export type PartIdentity = {
  readonly date: MailDate
  readonly slug: string
  readonly revision: number
  /** 0 is the cover. */
  readonly part: number
  /** Hex; the first eight digits are used. */
  readonly contentHash: string
  readonly mailDomain: string
}

/** `20210614-futex-uring-v2-0-3f9c1a7e@rfc.example` */
export function partMessageId(of: PartIdentity): MessageId {
  invariant(/^[0-9a-f]{8}/.test(of.contentHash), 'a content hash is hex, eight digits or more')
  invariant(isMailDomain(of.mailDomain), `not a domain for Message-IDs: ${of.mailDomain}`)
  const tail = `-v${of.revision}-${of.part}-${of.contentHash.slice(0, 8)}@${of.mailDomain}`
  const room = MAX_BYTES - 'yyyymmdd-'.length - tail.length
  const slug = of.slug.replace(/[^A-Za-z0-9._+=-]/g, '-').slice(0, Math.max(1, room))
  const id = `${utcDay(of.date)}-${slug}${tail}`
  invariant(isSafeMessageId(id), `a Message-ID that lists would refuse: ${id}`)
  return id
}

/** A domain that exists outside this machine: with a dot, and not `localhost`. */
export function isMailDomain(domain: string): boolean {
  return (
    domain.length <= 200 &&
    /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/.test(domain) &&
    !/(^|\.)local(host|domain)?$/i.test(domain)
  )
}

/** Whether `text` is an id that this program would write; ids of other people's mail may look otherwise. */
export function isSafeMessageId(text: string): text is MessageId {
  return text.length <= MAX_BYTES && SAFE.test(text)
}
