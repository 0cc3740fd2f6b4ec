/**
 * Authentication where no mail server of ours did it: a mailbox that somebody uploads, a listener that mail reaches
 * directly. mailauth checks DKIM, DMARC and (with the client's address) SPF; the decision is the same one that is
 * taken from our server's header, on mailauth's results in the same form.
 *
 * Keys come from DNS, or from a file of records where there is none: old mail whose keys are gone from DNS, closed
 * networks, tests.
 */
import { resolve } from 'node:dns/promises'
import { authenticate } from 'mailauth'
import {
  type Authenticated,
  type Authentication,
  type AuthenticationPolicy,
  decide,
  findNamedList,
} from '#lib/mail/import/read/authentication.ts'
import type { MethodResult } from '#lib/mail/import/read/authentication-results.ts'
import { MAX_SIGNATURES } from '#lib/mail/import/read/dkim-signature.ts'

/** TXT and other records by name, as Node's resolver gives them. */
export type DnsResolver = (name: string, type: string) => Promise<string[][] | string[] | object[]>

/** Who handed the mail over. Without it SPF is not checked, and DKIM has to carry DMARC alone. */
export type Envelope = { readonly ip: string; readonly helo: string; readonly sender: string }

export type CheckedBy = {
  readonly policy: AuthenticationPolicy
  readonly resolver: DnsResolver
  readonly envelope: Envelope | null
  /** An answer that does not come in time is no proof. */
  readonly timeoutMs: number
}

export async function authenticateBytes(
  bytes: Uint8Array,
  mail: Authenticated,
  { policy, resolver, envelope, timeoutMs }: CheckedBy,
): Promise<Authentication> {
  const none = (why: string): Authentication => ({ kind: 'none', why, isRefuted: false })
  // mailauth asks a name server for each; and it prints a line for one that covers more than there is, as those that
  // are in order never do.
  const written = mail.headers.filter(({ name }) => name.toLowerCase() === 'dkim-signature').length
  if (written > MAX_SIGNATURES) return none('it has too many signatures')
  if (mail.signatures.some(({ uncovered }) => uncovered < 0))
    return none('a signature claims more words than there are')
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((done) => {
    timer = setTimeout(() => done(null), timeoutMs)
  })
  try {
    const checked = authenticate(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      ...(envelope ?? {}),
      mta: policy.authservId,
      trustReceived: false,
      disableArc: true,
      disableBimi: true,
      resolver,
    })
    const result = await Promise.race([checked, late])
    if (!result) return none('the check took too long')
    return decide(methodsOf(result), mail, findNamedList(mail.headers, policy))
  } catch (error) {
    // The mail is a stranger's and the network is the network: whatever fails here proves nothing.
    return none(`the check failed: ${error instanceof Error ? error.message : 'unknown'}`)
  } finally {
    clearTimeout(timer)
  }
}

/** What mailauth found, as a server says it. Its values are taken, not the header that it writes: nothing to parse. */
function methodsOf({ dkim, spf, dmarc }: Awaited<ReturnType<typeof authenticate>>): MethodResult[] {
  const method = (name: string, result: string | undefined, values: Readonly<Record<string, string>>) => ({
    method: name,
    result: result ?? 'none',
    properties: new Map(Object.entries(values).map(([key, text]) => [key, { text, domain: domainOf(text) }])),
    isAmbiguous: false,
  })
  return [
    ...(dkim?.results ?? []).map(({ status, signingDomain = '', selector = '', signature = '' }) =>
      method('dkim', status.underSized ? 'policy' : status.result, {
        'header.d': signingDomain,
        'header.s': selector,
        'header.b': signature.replace(/\s/g, ''),
      }),
    ),
    ...(spf ? [method('spf', spf.status?.result, { 'smtp.mailfrom': spf['envelope-from'] ?? '' })] : []),
    // `header.d` is the domain of the From where a policy was found for it; without a policy a signature decides.
    ...(dmarc && dmarc.status?.result !== 'none'
      ? [method('dmarc', dmarc.status?.result, { 'header.from': dmarc.status?.header?.d ?? '' })]
      : []),
  ]
}

const domainOf = (text: string) => text.slice(text.lastIndexOf('@') + 1).toLowerCase()

/** Node's resolver, in the shape that the check asks for. */
export const systemResolver: DnsResolver = async (name, type) => {
  const records = await resolve(name, type)
  return Array.isArray(records) ? records : [records]
}

/** TXT records by name: `{"sel._domainkey.example.org": "v=DKIM1; k=rsa; p=…"}`. Nothing else exists. */
export function resolverOfRecords(records: Readonly<Record<string, string>>): DnsResolver {
  const byName = new Map(Object.entries(records).map(([name, value]) => [name.toLowerCase(), value]))
  return async (name, type) => {
    const value = type === 'TXT' ? byName.get(name.toLowerCase().replace(/\.$/, '')) : undefined
    if (value === undefined)
      throw Object.assign(new Error(`no ${type} record of ${name}`), { code: 'ENOTFOUND' })
    return [[value]]
  }
}
