/**
 * Lines that on a list are more than words: they split a mailbox, count as somebody's approval, or name another
 * author. Set in by four blanks each is what it was, and no program takes it for anything.
 */

import type { Mailbox } from '#lib/mail/message/message.ts'
import { PATCH_START } from '#lib/mail/text/line-signs.ts'
import { personTrailer, REVIEW_TRAILER, unwrappedTrailer } from '#lib/mail/text/trailer.ts'
import type { StretchKind } from './stretch.ts'

const ADDRESS = /[^\s<>()"',;:@]{1,200}@[^\s<>()"',;:@]{1,200}/
const BRACKETED = /<([^<>]{0,300}@[^<>]{0,300})>/
/** Where git cuts a text off: three dashes, and blanks that nobody sees (`patchbreak` in git's mailinfo.c). */
const CUT = /^---[ \t\v\f\r]*$/
/** At the top of a mail's text git reads these as the mail's own. */
const HEADER_AT_TOP = /^(?:From|Subject|Date|Message-ID|Content-[A-Za-z-]+):|^\[PATCH/i

/** Whether a line, at the left edge of a mail by `sender`, must not stand there. `next`: the line below it. */
export function isForging(line: string, kind: StretchKind, sender: Mailbox, next = ''): boolean {
  if (line.startsWith('From ') || line.startsWith('>From ')) return true
  if (kind === 'quote') return false
  // A context line has one blank before it, and trailers are read behind three; anybody can write a hunk's head above.
  if (CUT.test(line) || isTrailerOfOther(line, sender, next)) return true
  // The other lines of a patch are behind their marks, and a patch that is set in applies nowhere.
  return kind !== 'patch' && PATCH_START.test(line)
}

export const isHeaderAtTop = (line: string) => HEADER_AT_TOP.test(line)

/** A trailer for a person other than the sender, or for nobody that its address tells. */
export function isTrailerOfOther(line: string, sender: Mailbox, next = ''): boolean {
  const trailer = personTrailer(line)
  if (!trailer) return false
  const named = addressIn(trailer.value) ?? addressIn(wrappedValue(unwrappedTrailer(line, next)))
  if (named === null) return REVIEW_TRAILER.test(trailer.key)
  return named.toLowerCase() !== sender.address.toLowerCase()
}

const wrappedValue = (line: string | null) => (line === null ? '' : (personTrailer(line)?.value ?? ''))

/** As importers read it: what stands in angle brackets, whatever address is put before them as a name. */
function addressIn(value: string): string | null {
  return ADDRESS.exec(BRACKETED.exec(value)?.[1] ?? value)?.[0] ?? null
}
