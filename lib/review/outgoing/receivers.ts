/**
 * Who should get a series: proposed from its cover, its area and its threads, chosen by whoever sends it.
 *
 * An address is shown to those whom it concerns: lists are public; the addresses of authors and of people who took part
 * are for members of the proposal, and only those that their owners made public.
 */
import { isSameAddress } from '#lib/mail/message/address.ts'
import type { Mailbox, Message } from '#lib/mail/message/message.ts'
import { isDeliverable } from '#lib/review/export/mail-sender.ts'
import { coverMailbox } from '#lib/review/revision/mailbox.ts'
import type { Cover } from '#lib/writeup/parse/cover.ts'
import { listsOfArea } from './area-lists.ts'

export type ProposedReceiver = {
  readonly box: Mailbox
  readonly as: 'to' | 'cc'
  /** A list, as against a person. */
  readonly isList: boolean
  readonly why: string
}

export type Participant = {
  readonly box: Mailbox
  /** Numbers, ascending. */
  readonly threads: readonly number[]
}

/** In the order of the headers, each address once. The author who sends is not among them. */
export function proposeReceivers(
  cover: Pick<Cover, 'area' | 'authors' | 'to' | 'cc'>,
  participants: readonly Participant[],
): ProposedReceiver[] {
  const [sender, ...authors] = cover.authors.map(coverMailbox)
  const all: ProposedReceiver[] = [
    ...cover.to.map((text) => proposed(text, 'to', true, 'named in the cover')),
    ...listsOfArea(cover.area).map((text) => proposed(text, 'cc', true, `list of ${cover.area}`)),
    ...cover.cc.map((text) => proposed(text, 'cc', false, 'named in the cover')),
    ...authors.map((box) => ({ box, as: 'cc' as const, isList: false, why: 'author' })),
    ...participants
      .filter(({ box }) => isDeliverable(box))
      .map(({ box, threads }) => ({ box, as: 'cc' as const, isList: false, why: threadWords(threads) })),
  ]
  return all.filter(
    ({ box }, i) =>
      (sender === undefined || !isSameAddress(box, sender)) &&
      all.findIndex((other) => isSameAddress(other.box, box)) === i,
  )
}

export const publicOnly = (receivers: readonly ProposedReceiver[]) => receivers.filter(({ isList }) => isList)

export type Receivers = { readonly to: readonly Mailbox[]; readonly cc: readonly Mailbox[] }

export function receiversOf(chosen: readonly ProposedReceiver[]): Receivers {
  const boxes = (as: 'to' | 'cc') => chosen.filter((one) => one.as === as).map(({ box }) => box)
  const to = boxes('to')
  // A mail has somebody in To.
  return to.length > 0 ? { to, cc: boxes('cc') } : { to: boxes('cc').slice(0, 1), cc: boxes('cc').slice(1) }
}

/** The mails with these receivers in their headers; everything else stays, also the Message-IDs. */
export function addressedTo(messages: readonly Message[], { to, cc }: Receivers): Message[] {
  return messages.map((message) => ({ ...message, to, cc }))
}

function proposed(text: string, as: 'to' | 'cc', isList: boolean, why: string): ProposedReceiver {
  return { box: coverMailbox(text), as, isList, why }
}

function threadWords(threads: readonly number[]): string {
  const shown = threads.slice(0, 3).join(', ')
  return `wrote in thread${threads.length === 1 ? '' : 's'} ${shown}${threads.length > 3 ? ' …' : ''}`
}
