/**
 * Lines that on a list are more than words: they split a mailbox, count as somebody's approval, or name another
 * author. Set in by four blanks each is what it was, and no program takes it for anything.
 */

import type { Mailbox } from '#lib/mail/message/message.ts'
import { PATCH_START } from '#lib/mail/text/line-signs.ts'
import type { StretchKind } from './stretch.ts'

/** As git and b4 read them: any case, a few blanks or the stars of bold letters before. */
const PERSON_TRAILER = /^[ \t]{0,3}\*{0,2}([A-Za-z][A-Za-z-]{1,30})-by\*{0,2}[ \t]*:(.*)$/is
const REVIEW_KEY =
  /^(?:reviewed|acked|nacked|tested|signed-off|co-developed|suggested|reported|requested|objected)$/i
const ADDRESS = /[^\s<>()"',;:@]{1,200}@[^\s<>()"',;:@]{1,200}/
const BRACKETED = /<([^<>]{0,300}@[^<>]{0,300})>/
/** Where git cuts a text off: three dashes, and blanks that nobody sees (`patchbreak` in git's mailinfo.c). */
const CUT = /^---[ \t\v\f\r]*$/
/** At the top of a mail's text git reads these as the mail's own. */
const HEADER_AT_TOP = /^(?:From|Subject|Date|Message-ID|Content-[A-Za-z-]+):|^\[PATCH/i

/** Whether a line, at the left edge of a mail by `sender`, must not stand there. */
export function isForging(line: string, kind: StretchKind, sender: Mailbox): boolean {
  if (line.startsWith('From ') || line.startsWith('>From ')) return true
  if (kind === 'quote') return false
  // A context line has one blank before it, and trailers are read behind three; anybody can write a hunk's head above.
  if (CUT.test(line) || isTrailerOfOther(line, sender)) return true
  // The other lines of a patch are behind their marks, and a patch that is set in applies nowhere.
  return kind !== 'patch' && PATCH_START.test(line)
}

export const isHeaderAtTop = (line: string) => HEADER_AT_TOP.test(line)

/** A trailer for a person other than the sender, or for nobody that its address tells. */
export function isTrailerOfOther(line: string, { address }: Mailbox): boolean {
  const trailer = PERSON_TRAILER.exec(line.slice(0, 1000))
  if (!trailer) return false
  // As importers read it: what stands in angle brackets, whatever address is put before them as a name.
  const value = trailer[2] ?? ''
  const named = ADDRESS.exec(BRACKETED.exec(value)?.[1] ?? value)?.[0]
  if (named === undefined) return REVIEW_KEY.test(trailer[1] ?? '')
  return named.toLowerCase() !== address.toLowerCase()
}
