/**
 * How much of a mail's body its DKIM signatures cover (RFC 6376, 3.5 and 8.2). With `l=` a signature is good for that
 * many octets; what somebody wrote below them is nobody's, although the signature passes.
 */
import type { HeaderField } from '#lib/mail/message/header.ts'

export type DkimSignature = {
  readonly domain: string
  readonly selector: string
  /** The signature itself, without blanks. */
  readonly b: string
  /** Octets below those that it covers; 0 for a signature of all. Negative: it claims more than there is. */
  readonly uncovered: number
  /** Names of headers that it covers, in lower case; one as often as it stands in `h=`. */
  readonly signed: readonly string[]
}

/** Nobody signs as often; each is a question to a name server, and a pass over the mail. */
export const MAX_SIGNATURES = 20

/** Names in `h=`; mailers sign some thirty. */
const MAX_SIGNED = 100

/** Of each DKIM-Signature header; `body` is the raw body as byte text, with whatever line ends. */
export function signaturesOf(headers: readonly HeaderField[], body: string): DkimSignature[] {
  const lengths = new Map<string, number>()
  const lengthOf = (how: 'simple' | 'relaxed') => {
    const length = lengths.get(how) ?? canonicalLength(body, how)
    lengths.set(how, length)
    return length
  }
  return headers
    .filter(({ name }) => name.toLowerCase() === 'dkim-signature')
    .slice(0, MAX_SIGNATURES)
    .map(({ value }) => {
      const tags = tagsOf(value)
      const limit = tags.get('l')
      const how = /\/relaxed$/i.test(tags.get('c') ?? '') ? 'relaxed' : 'simple'
      return {
        domain: (tags.get('d') ?? '').toLowerCase(),
        selector: (tags.get('s') ?? '').toLowerCase(),
        b: tags.get('b') ?? '',
        signed: (tags.get('h') ?? '').toLowerCase().split(':').slice(0, MAX_SIGNED),
        uncovered: limit === undefined ? 0 : lengthOf(how) - (/^\d{1,76}$/.test(limit) ? Number(limit) : 0),
      }
    })
}

/** `tag=value; …`, blanks taken out; of a tag that stands twice (which is an error) the first. */
function tagsOf(value: string): ReadonlyMap<string, string> {
  const tags = new Map<string, string>()
  for (const spec of value.slice(0, 20_000).split(';')) {
    const equals = spec.indexOf('=')
    const name = spec.slice(0, Math.max(0, equals)).replace(/\s+/g, '')
    if (name !== '' && !tags.has(name)) tags.set(name, spec.slice(equals + 1).replace(/\s+/g, ''))
  }
  return tags
}

/** RFC 6376, 3.4.3 and 3.4.4: octets of the body with CRLF, without the empty lines at its end. */
function canonicalLength(body: string, how: 'simple' | 'relaxed'): number {
  let length = 0
  let empty = 0
  let at = 0
  while (at < body.length) {
    const newline = body.indexOf('\n', at)
    const end = newline < 0 ? body.length : newline
    const line = body.slice(at, body[end - 1] === '\r' && end > at ? end - 1 : end)
    const said = how === 'relaxed' ? line.replace(/[ \t]+/g, ' ').replace(/ $/, '') : line
    if (said === '') empty++
    else {
      length += 2 * empty + said.length + 2
      empty = 0
    }
    at = end + 1
  }
  return length === 0 && how === 'simple' ? 2 : length
}
