/**
 * From whom a comment comes, as one valid mailbox.
 *
 * The address of an account is private: its owner gave it to sign in, not to be published on a list. It is used once
 * he confirmed it as his own for this; a person without an account has only addresses that were public before (of a
 * cover, of a mail to the list). For everybody else the address is made from the person: `person-<id>@<mail domain
 * of the proposal>`. It is the same in each export, tells nothing but who wrote what, and an operator who owns the
 * domain may deliver it. Nobody is written to at such an address: it is never in To or Cc.
 */
import { displayNameOf, parseMailbox } from '#lib/mail/message/address.ts'
import type { Mailbox } from '#lib/mail/message/message.ts'
import { cleanLine } from '#lib/mail/text/clean.ts'
import { displayWidth } from '#lib/mail/text/width.ts'

export type PersonForMail = {
  readonly id: string
  readonly name: string
  /** One that may be published; null when there is none. */
  readonly publicAddress: string | null
}

/** An attribution line takes 37 columns beside the name, and must not be wrapped. */
const MAX_NAME_COLUMNS = 60

export function senderOf(person: PersonForMail, mailDomain: string): Mailbox {
  const given = person.publicAddress === null ? null : parseMailbox(person.publicAddress)
  const address =
    given?.ok && given.value.name === '' ? given.value.address : derivedAddress(person.id, mailDomain)
  return { name: shortName(cleanLine(person.name.replace(UNSAYABLE, ' '))), address }
}

/** Signs that make an attribution line, or a program that takes a name apart, see something else than a name. */
const UNSAYABLE = /["@[\]<>{}*$\\&`!]|:\/\/|wrote:/g

function derivedAddress(personId: string, mailDomain: string): string {
  return `person-${personId.toLowerCase().replace(/[^a-z0-9]+/g, '-')}@${mailDomain}`
}

/** Whether mail to this address reaches somebody. */
export function isDeliverable(box: Mailbox): boolean {
  return !/^person-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}@/.test(box.address)
}

function shortName(name: string): string {
  if (displayWidth(name) <= MAX_NAME_COLUMNS) return name
  let short = ''
  for (const character of name) {
    if (displayWidth(short + character) > MAX_NAME_COLUMNS - 3) break
    short += character
  }
  return `${short.trimEnd()}...`
}

/** Who wrote the quoted words, as an attribution can say it; null when neither name nor address can stand there. */
export function nameInAttribution(box: Mailbox): string | null {
  return [displayNameOf(box), box.address].find(isSayable) ?? null
}

/** Short enough, and nothing that a list tool would take for a link or markup: a cover's author may have any name. */
function isSayable(name: string): boolean {
  return displayWidth(name) <= MAX_NAME_COLUMNS && !/[[\]<>{}*$\\&`!]|:\/\/|wrote:/.test(name)
}
