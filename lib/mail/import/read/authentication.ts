/**
 * Who really sent it: the decision that is taken from what our own mail server wrote on top of the mail.
 *
 * Anybody can put `Authentication-Results: mx.ours; dmarc=pass` into a mail. Two things cannot be faked: a server
 * prepends, so what our server wrote stands above what came with the mail; and it writes its Received header before
 * it looks (RFC 8601, 5). Therefore only the *first* such header counts, only above the first Received, and only
 * when it names our server. Everything but a pass is held for a person; there is no "probably".
 */
import type { HeaderField } from '#lib/mail/message/header.ts'
import type { Mailbox } from '#lib/mail/message/message.ts'
import { splitOutside } from './mime-structure.ts'

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

export function authenticationOf(
  headers: readonly HeaderField[],
  author: Mailbox | null,
  policy: AuthenticationPolicy,
): Authentication {
  const received = headers.findIndex((h) => h.name.toLowerCase() === 'received')
  const trusted = headers.slice(0, received < 0 ? headers.length : received)
  const first = trusted.find((h) => h.name.toLowerCase() === 'authentication-results')
  if (!first) return none('our server wrote no result')
  const results = parseAuthenticationResults(first.value)
  if (results.authservId !== policy.authservId.toLowerCase()) return none('the result is not of our server')
  return decide(results.methods, author, findNamedList(headers, policy))
}

/** The list that the mail says it came through, when the operator named it. Saying so proves nothing yet. */
export function findNamedList(
  headers: readonly HeaderField[],
  policy: Pick<AuthenticationPolicy, 'lists'>,
): NamedList | null {
  const listId = listIdOf(headers)
  return policy.lists.find((list) => list.listId.toLowerCase() === listId) ?? null
}

/** One `method=result property=value …` of the header; names and values in small letters. */
export type MethodResult = {
  readonly method: string
  readonly result: string
  readonly properties: ReadonlyMap<string, string>
}

export function parseAuthenticationResults(value: string): {
  readonly authservId: string
  readonly methods: readonly MethodResult[]
} {
  const pieces = splitOutside(value.slice(0, 20_000), ';').map((piece) => piece.trim().toLowerCase())
  const methods: MethodResult[] = []
  for (const piece of pieces.slice(1)) {
    const [head = '', ...rest] = piece.split(/\s+/).join(' ').replace(/ ?= ?/g, '=').split(' ')
    const m = /^([a-z0-9-]+)(?:\/\d+)?=([a-z]+)$/.exec(head)
    if (!m) continue
    const properties = new Map<string, string>()
    for (const word of rest) {
      const equals = word.indexOf('=')
      if (equals > 0 && !properties.has(word.slice(0, equals))) {
        properties.set(word.slice(0, equals), word.slice(equals + 1))
      }
    }
    methods.push({ method: m[1] ?? '', result: m[2] ?? '', properties })
  }
  return { authservId: (pieces[0] ?? '').split(/\s+/)[0] ?? '', methods }
}

/** Which property names the domain that passed: the signer (`d=`, or `i=`, which lies within it); the envelope. */
const DKIM = { method: 'dkim', properties: ['header.d', 'header.i'] }
const SPF = { method: 'spf', properties: ['smtp.mailfrom'] }

/**
 * DMARC decides where it was evaluated, as it binds the result to the From that people see; without it, a DKIM
 * signature of the From's own domain does.
 */
export function decide(
  methods: readonly MethodResult[],
  author: Mailbox | null,
  list: NamedList | null,
): Authentication {
  const domain = domainOf(author?.address ?? '')
  if (domain === '') return none('the sender has no domain')
  const dmarc = methods.filter((m) => m.method === 'dmarc')
  const sender =
    dmarc.length > 0
      ? dmarc.every((m) => m.result === 'pass' && (m.properties.get('header.from') ?? domain) === domain)
      : methods.some((m) => isPassOf(m, DKIM, domain))
  if (sender) return { kind: 'sender', domain }
  const viaList =
    list !== null &&
    methods.some(
      (m) => isPassOf(m, DKIM, list.domain.toLowerCase()) || isPassOf(m, SPF, list.domain.toLowerCase()),
    )
  if (list && viaList) return { kind: 'list', listId: list.listId }
  const said = (dmarc[0] ?? methods.find((m) => m.method === 'dkim'))?.result
  const isRefuted = dmarc.some((m) => m.result === 'fail')
  return none(said ? `the result is ${said}` : 'the result says nothing about the sender', isRefuted)
}

/**
 * A signature counts for its domain and what is below it. Not the other way round: whoever owns `x.github.io` does
 * not speak for `github.io`, and telling such domains apart would need the public suffix list.
 */
function isPassOf(m: MethodResult, { method, properties }: typeof DKIM, domain: string): boolean {
  if (m.method !== method || m.result !== 'pass') return false
  const named = properties.map((name) => m.properties.get(name)).find((value) => value !== undefined) ?? ''
  const signer = named.replace(/^.*@/, '')
  return signer.includes('.') && (domain === signer || domain.endsWith(`.${signer}`))
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
