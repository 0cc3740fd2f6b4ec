import 'server-only'
import { readFile } from 'node:fs/promises'
import { env } from '#lib/env.server.ts'
import {
  type Authentication,
  type AuthenticationPolicy,
  authenticationOf,
} from '#lib/mail/import/read/authentication.ts'
import type { ParsedMail } from '#lib/mail/import/read/parsed-mail.ts'
import {
  authenticateBytes,
  type DnsResolver,
  resolverOfRecords,
  systemResolver,
} from '#lib/mail/shell/authenticate.ts'
import { isOurMailServer, type MailSource } from './mail-source.ts'

/**
 * Who proves the sender: our mail server where it hands the mail in itself, which wrote what it checked into
 * Authentication-Results (`COHERENT_AUTHSERV_ID` names it); or, where `COHERENT_DKIM` says so, a check made here, with
 * keys from DNS or from a file. Without either nothing is proved, and that is no error.
 */
const CHECK_MS = 5000

export async function checkSender(
  bytes: Uint8Array,
  mail: ParsedMail,
  source: MailSource,
): Promise<Authentication> {
  const policy = { authservId: env.mail.authservId ?? '', lists: env.mail.lists }
  const believed = believedHeaders(mail, source, policy)
  if (believed.kind !== 'none' || believed.isRefuted || env.mail.dkim === null) return believed
  return authenticateBytes(bytes, mail, {
    policy: { ...policy, authservId: policy.authservId || 'coherent.invalid' },
    resolver: await resolver(env.mail.dkim),
    envelope: null,
    timeoutMs: CHECK_MS,
  })
}

function believedHeaders(mail: ParsedMail, source: MailSource, policy: AuthenticationPolicy): Authentication {
  const none = (why: string): Authentication => ({ kind: 'none', why, isRefuted: false })
  if (policy.authservId === '') return none('no mail server of ours is named')
  const said = authenticationOf(mail, policy)
  // Nobody gains by a failure: it holds a mail for somebody who looks, wherever it is read.
  if (isOurMailServer(source) || (said.kind === 'none' && said.isRefuted)) return said
  return none('anybody can write the headers of a file')
}

let fromFile: Promise<DnsResolver> | undefined

function resolver(how: string): Promise<DnsResolver> | DnsResolver {
  if (how === 'dns') return systemResolver
  // Read once: the operator who changes the file starts again.
  fromFile ??= readFile(how, 'utf8').then((text) =>
    resolverOfRecords(JSON.parse(text) as Record<string, string>),
  )
  return fromFile
}
