/**
 * Who really sent it: the decision that is taken from what our own mail server wrote on top of the mail.
 *
 * Anybody can put `Authentication-Results: mx.ours; dmarc=pass` into a mail. Two things cannot be faked: a server
 * prepends, so what our server wrote stands above what came with the mail; and it writes its Received header before
 * it looks (RFC 8601, 5). Therefore only the *first* such header counts, only above the first Received, and only
 * when it names our server. Everything but a pass is held for a person; there is no "probably".
 */
import type { HeaderField } from '#lib/mail/message/header.ts'
import { type MethodResult, parseAuthenticationResults } from './authentication-results.ts'
import type { ParsedMail } from './parsed-mail.ts'

export type Authentication =
  /** The domain of the sender vouches for the mail. */
  | { readonly kind: 'sender'; readonly domain: string }
  /** The sender's signature is gone (lists add footers); a list that the operator named vouches for it. */
  | { readonly kind: 'list'; readonly listId: string }
  /** The person who brought the mail vouches for it: let in, and nothing of it proved. */
  | { readonly kind: 'vouched' }
  /** `isRefuted`: a check was made and failed, as it does for a forged sender. Nobody vouches for such a mail unseen. */
  | { readonly kind: 'none'; readonly why: string; readonly isRefuted: boolean }

/** A list whose mail is accepted although it broke the sender's signature. */
export type NamedList = {
  /** As in List-Id, without angle brackets. */
  readonly listId: string
  /** The domain whose DKIM signature, or envelope (SPF), proves that the list sent it. */
  readonly domain: string
}

export type AuthenticationPolicy = {
  /** The name that our server puts first in Authentication-Results. */
  readonly authservId: string
  readonly lists: readonly NamedList[]
}

/** What of a mail the decision needs. `flags`: whether a list rewrote its From. */
export type Authenticated = Pick<ParsedMail, 'headers' | 'author' | 'signatures' | 'flags'>

export function authenticationOf(mail: Authenticated, policy: AuthenticationPolicy): Authentication {
  const { headers } = mail
  const received = headers.findIndex((h) => h.name.toLowerCase() === 'received')
  const trusted = headers.slice(0, received < 0 ? headers.length : received)
  const first = trusted.find((h) => h.name.toLowerCase() === 'authentication-results')
  if (!first) return none('our server wrote no result')
  const results = parseAuthenticationResults(first.value)
  if (results.authservId !== policy.authservId.toLowerCase()) return none('the result is not of our server')
  return decide(results.methods, mail, findNamedList(headers, policy))
}

/** The list that the mail says it came through, when the operator named it. Saying so proves nothing yet. */
export function findNamedList(
  headers: readonly HeaderField[],
  policy: Pick<AuthenticationPolicy, 'lists'>,
): NamedList | null {
  const listId = listIdOf(headers)
  return policy.lists.find((list) => list.listId.toLowerCase() === listId) ?? null
}

/** Which property names the domain that passed: the signer (`d=`, or `i=`, which lies within it); the envelope. */
const DKIM = { method: 'dkim', properties: ['header.d', 'header.i'] }
const SPF = { method: 'spf', properties: ['smtp.mailfrom'] }

/**
 * DMARC decides where it was evaluated, as it binds the result to the From that people see; without it, a DKIM
 * signature of the From's own domain does. Where a list rewrote the From, whatever passed passed for the list.
 */
export function decide(
  methods: readonly MethodResult[],
  mail: Authenticated,
  list: NamedList | null,
): Authentication {
  const domain = domainOf(mail.author?.address ?? '')
  if (domain === '') return none('the sender has no domain')
  const isRewritten = mail.flags.includes('from-munged')
  const dmarc = methods.filter((m) => m.method === 'dmarc')
  const sender =
    dmarc.length > 0
      ? dmarc.every((m) => isDmarcPass(m, domain)) && isWholeMail(methods, mail, domain)
      : methods.some((m) => isPassOf(m, DKIM, domain) && isOfWholeMail(m, mail))
  if (sender && !isRewritten) return { kind: 'sender', domain }
  const ofList = list?.domain.toLowerCase() ?? ''
  const viaList = methods.some(
    (m) => (isPassOf(m, DKIM, ofList) && isOfWholeMail(m, mail)) || isPassOf(m, SPF, ofList),
  )
  if (list && viaList) return { kind: 'list', listId: list.listId }
  const isRefuted = dmarc.some((m) => m.result === 'fail')
  if (isRewritten) return none('a list rewrote the sender', isRefuted)
  const said = (dmarc[0] ?? methods.find((m) => m.method === 'dkim'))?.result
  if (said === 'pass') return none('the pass is not for the sender, or not for the whole mail', isRefuted)
  return none(said ? `the result is ${said}` : 'the result says nothing about the sender', isRefuted)
}

/** For this very From: a pass that does not say for whom may be anybody's. */
function isDmarcPass(m: MethodResult, domain: string): boolean {
  return (
    m.result === 'pass' && !m.isAmbiguous && m.properties.get('header.from')?.text.toLowerCase() === domain
  )
}

/**
 * A signature counts for its domain and what is below it. Not the other way round: whoever owns `x.github.io` does
 * not speak for `github.io`, and telling such domains apart would need the public suffix list.
 */
function isPassOf(m: MethodResult, { method, properties }: typeof DKIM, domain: string): boolean {
  if (m.method !== method || m.result !== 'pass' || m.isAmbiguous) return false
  const [signer = '', ...within] = properties.flatMap((name) => m.properties.get(name)?.domain ?? [])
  return signer.includes('.') && isWithin(domain, signer) && within.every((one) => isWithin(one, signer))
}

function isWithin(domain: string, parent: string): boolean {
  return domain === parent || domain.endsWith(`.${parent}`)
}

/** Whether a DKIM result is about none of the mail's signatures that leave the end of the body to anybody. */
function isOfWholeMail({ properties }: MethodResult, { signatures }: Authenticated): boolean {
  const signer = (properties.get('header.d') ?? properties.get('header.i'))?.domain ?? ''
  const selector = properties.get('header.s')?.text.toLowerCase()
  const b = properties.get('header.b')?.text.replace(/\s/g, '')
  return !signatures.some(
    (one) =>
      one.uncovered > 0 &&
      isWithin(signer, one.domain) &&
      (selector === undefined || selector === one.selector) &&
      (b === undefined || one.b.startsWith(b)),
  )
}

/** DMARC does not say by what it passed. Where that may be a signature of a part, something else has to have passed. */
function isWholeMail(methods: readonly MethodResult[], mail: Authenticated, domain: string): boolean {
  const mayBePart = mail.signatures.some(
    (one) => one.uncovered > 0 && (isWithin(domain, one.domain) || isWithin(one.domain, domain)),
  )
  return (
    !mayBePart ||
    methods.some((m) => (isPassOf(m, DKIM, domain) && isOfWholeMail(m, mail)) || isPassOf(m, SPF, domain))
  )
}

function listIdOf(headers: readonly HeaderField[]): string {
  const value = headers.find((h) => h.name.toLowerCase() === 'list-id')?.value ?? ''
  const open = value.lastIndexOf('<')
  return (open < 0 ? value : value.slice(open + 1).replace(/>.*$/s, '')).trim().toLowerCase()
}

function domainOf(address: string): string {
  const at = address.lastIndexOf('@')
  return at < 0 ? '' : address.slice(at + 1).toLowerCase()
}

function none(why: string, isRefuted = false): Authentication {
  return { kind: 'none', why, isRefuted }
}
