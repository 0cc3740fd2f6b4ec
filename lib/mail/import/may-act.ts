/**
 * Whether the lines of a mail may do anything: only where it is certain that the sender wrote this mail, these words, to this
 * thread, a short while ago. A mail that is believed enough to be shown need not be believed enough for that.
 */
import type { Authentication } from '#lib/mail/import/read/authentication.ts'
import type { ParsedMail } from '#lib/mail/import/read/parsed-mail.ts'

/** Headers that a signature covers, or the mail could be sent again as an answer to something else. */
export const SIGNED_HEADERS = ['from', 'subject', 'date', 'message-id', 'in-reply-to'] as const
export const FRESH_DAYS = 14
const DAY_S = 24 * 60 * 60

export type ActRefusal = 'not-proved' | 'not-signed' | 'old' | 'from-a-file' | 'let-in' | 'written-here'

/** @param now seconds since 1970. @returns why not; null: they may */
export function refusesLines(
  mail: Pick<ParsedMail, 'signatures' | 'date' | 'headers'>,
  proof: Authentication,
  now: number,
): 'not-proved' | 'not-signed' | 'old' | null {
  if (proof.kind !== 'sender') return 'not-proved'
  const names = mail.headers.map(({ name }) => name.toLowerCase())
  // All of them: which one was found right is not known here, and one that was added costs nothing to make.
  const isWhole = mail.signatures.every(
    ({ uncovered, signed }) =>
      uncovered === 0 &&
      SIGNED_HEADERS.every((name) => {
        const times = names.filter((one) => one === name).length
        // What is not there must be signed as not there, or it could be put in.
        return signed.filter((one) => one === name).length >= Math.max(1, times)
      }),
  )
  if (!mail.signatures.some(({ domain }) => areRelated(proof.domain, domain))) return 'not-signed'
  if (!isWhole) return 'not-signed'
  if (!mail.date || now - mail.date.epochSeconds > FRESH_DAYS * DAY_S) return 'old'
  return null
}

/** The signer is the sender's domain, one that it lies in, or one within it. A domain of one word is nobody's. */
const areRelated = (sender: string, signer: string) =>
  signer.includes('.') &&
  (sender === signer || sender.endsWith(`.${signer}`) || signer.endsWith(`.${sender}`))

export const REFUSAL_WORDS: Readonly<Record<ActRefusal, string>> = {
  'not-proved': 'Nothing proves who sent this mail, so its lines do nothing.',
  'not-signed': `The signature of this mail does not cover its whole body and ${SIGNED_HEADERS.join(', ')}, so its lines do nothing.`,
  old: `This mail is older than ${FRESH_DAYS} days, or has no date, so its lines do nothing.`,
  'from-a-file': 'This mail came from a file, and not from a mail server, so its lines do nothing.',
  'let-in': 'Somebody else let this mail in, so its lines do nothing.',
  'written-here': 'This mail is one that this site wrote, so its lines do nothing.',
}
