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
  type Authentication,
  type AuthenticationPolicy,
  decide,
  findNamedList,
  parseAuthenticationResults,
} from '#lib/mail/import/read/authentication.ts'
import type { ParsedMail } from '#lib/mail/import/read/parsed-mail.ts'
import { unfoldHeaders } from '#lib/mail/message/header.ts'

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
  mail: Pick<ParsedMail, 'headers' | 'author'>,
  { policy, resolver, envelope, timeoutMs }: CheckedBy,
): Promise<Authentication> {
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
    if (!result) return { kind: 'none', why: 'the check took too long', isRefuted: false }
    const fields = unfoldHeaders(result.headers.replace(/\r\n/g, '\n'))
    const results = fields.find((field) => field.name.toLowerCase() === 'authentication-results')
    if (!results) return { kind: 'none', why: 'the check gave no result', isRefuted: false }
    const { methods } = parseAuthenticationResults(results.value)
    return decide(methods, mail.author, findNamedList(mail.headers, policy))
  } catch (error) {
    // The mail is a stranger's and the network is the network: whatever fails here proves nothing.
    return {
      kind: 'none',
      why: `the check failed: ${error instanceof Error ? error.message : 'unknown'}`,
      isRefuted: false,
    }
  } finally {
    clearTimeout(timer)
  }
}

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
