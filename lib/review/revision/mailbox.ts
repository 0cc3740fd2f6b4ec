import { looseMailbox, parseMailbox } from '#lib/mail/message/address.ts'
import type { Mailbox } from '#lib/mail/message/message.ts'
import { cleanLine } from '#lib/mail/text/clean.ts'
import { invariant } from '#lib/result.ts'

/** An address of a cover as a mail has it. The cover's schema accepted it: what is no address is a bug there. */
export function coverMailbox(text: string): Mailbox {
  const box = parseMailbox(text)
  invariant(box.ok, `not an address: ${text}`)
  return { name: cleanLine(box.value.name), address: box.value.address }
}

/** An address of a cover as people are found by it: in lower case, and the name of who gave none. */
export function mailboxOf(text: string): Mailbox {
  const box = looseMailbox(text)
  const address = box.address.toLowerCase()
  return { name: box.name || address, address }
}
