/** Subjects as the last thing by which a mail finds its thread: without what mailers put before them. */

/** `Re:` as mailers of other languages write it, forwards, and counted forms (`Re[2]:`, `Re^3:`). */
const PREFIX =
  /^(?:re|aw|antw|antwort|sv|vs|vb|rv|res|resp|ref|rif|r|odp|pd|ynt|ilt|tr|wg|fw|fwd|doorst|enc|i|hs|bls|vá|továbbítás|atb|σχετ|απ|πρθ|на|отв|ответ|回复|回覆|答复|转发|轉寄|返信|転送|답장|回覆)\s?(?:[[(^]\d{1,3}[\])]?)?\s?[:：]\s*/iu
/** `[io-uring]`: a list's name, which some lists insert; a tag has more than one word or is `[RFC]`. */
const LIST_NAME = /^\[(?!RFC\b|PATCH\b)[\p{L}\p{N}_.+-]{1,60}\]\s*/iu
/** Whatever else a mailer or a gateway puts before what can only be one of ours: a word and a colon, a remark in a frame. */
const LEAD =
  /^(?:[\p{L}\p{M} .]{1,20}[:：]|\*{2,3}[\p{L} ]{1,30}\*{2,3}|\[(?!RFC\b|PATCH\b)[^[\]]{1,40}\])\s*(?=[^[\]]{0,30}\[RFC(?: v\d{1,4})? \d{1,3}\/)/iu
const TAG = /^\[RFC(?: PATCH)?(?: v(\d{1,4}))? (\d{1,3})\/(\d{1,3})\]/i

export type PartTag = { readonly revision: number; readonly part: number; readonly last: number }

/** What stays the same in all replies: prefixes off, white space collapsed, small letters. */
export function subjectKey(subject: string): string {
  let rest = subject.slice(0, 1000).replace(/\s+/g, ' ').trim()
  for (let i = 0; i < 50; i++) {
    const shorter = rest.replace(PREFIX, '').replace(LIST_NAME, '').replace(LEAD, '')
    if (shorter === rest) break
    rest = shorter
  }
  return rest.toLowerCase()
}

/** `[RFC v2 3/4]`; v1 is not written. */
export function partTagOf(key: string): PartTag | null {
  const m = TAG.exec(key)
  return m ? { revision: Number(m[1] ?? 1), part: Number(m[2]), last: Number(m[3]) } : null
}

/** The subject that a new one says it had: `New topic (was: Re: old topic)`. */
export function formerSubject(subject: string): string | null {
  const at = subject.toLowerCase().lastIndexOf('(was:')
  if (at < 0) return null
  const end = subject.lastIndexOf(')')
  return subject.slice(at + 5, end > at ? end : undefined).trim()
}
