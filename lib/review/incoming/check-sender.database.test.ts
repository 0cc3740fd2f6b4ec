import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dkimSign } from 'mailauth/lib/dkim/sign.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { changeEnvironment } from '#lib/env.server.ts'
import { newProposal, type TestProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import { importMail } from './import.server.ts'
import type { MailSource } from './mail-source.ts'
import { createMailToken, findMailToken } from './tokens.server.ts'

/** Who is believed about the sender of a mail, by how the mail came. */
let proposal: TestProposal
let folder = ''
const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
})

beforeAll(async () => {
  proposal = await newProposal('mail-believed')
  folder = await mkdtemp(join(tmpdir(), 'keys-'))
  const key = `v=DKIM1; k=rsa; p=${keys.publicKey.toString('base64')}`
  await writeFile(join(folder, 'keys.json'), JSON.stringify({ 's._domainkey.example.org': key }))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function api(isMailServer: boolean): Promise<MailSource> {
  const { token } = await createMailToken('a program', isMailServer)
  const found = await findMailToken(token, new Date())
  if (!found) throw new Error('no token')
  return { kind: 'api', ...found }
}

async function proofOf(source: MailSource, bytes: Uint8Array) {
  const { mailId, status } = await importMail(source, bytes)
  const row = await db().incomingMail.findUniqueOrThrow({ where: { id: mailId ?? '' } })
  return `${status}, ${row.proof}: ${row.proofDetail}`
}

test('what our server is said to have found counts where it hands the mail in, and in no file', async () => {
  const someone = await db().person.create({ data: { name: 'Someone' }, select: { id: true, name: true } })
  const upload = {
    kind: 'upload',
    viewer: { personId: someone.id, name: someone.name, administrator: true },
  } as const
  const proved = 'imported, sender: example.org'
  const unproved = 'none: anybody can write the headers of a file'
  expect(await proofOf({ kind: 'lmtp' }, proposal.mail('By LMTP.\n'))).toBe(proved)
  expect(await proofOf(await api(true), proposal.mail('By our server’s token.\n'))).toBe(proved)
  expect(await proofOf(await api(false), proposal.mail('By another token.\n'))).toBe(
    `quarantined, ${unproved}`,
  )
  expect(await proofOf({ kind: 'command' }, proposal.mail('By command.\n'))).toBe(`imported, ${unproved}`)
  expect(await proofOf(upload, proposal.mail('By upload.\n'))).toBe(`imported, ${unproved}`)
})

test('a forged file is not the author’s comment, and its trailer does not count', async () => {
  const author = await db().person.create({ data: { name: 'Author' }, select: { id: true } })
  const address = 'author@example.org'
  await db().personAddress.create({ data: { address, personId: author.id, confirmedAt: new Date() } })
  const forged = proposal.mail(`I accept this.\n\nReviewed-by: Author <${address}>\n`, {
    from: `Author <${address}>`,
  })
  const { mailId } = await importMail({ kind: 'command' }, forged)
  const row = await db().incomingMail.findUniqueOrThrow({
    where: { id: mailId ?? '' },
    select: { authorId: true, trailers: { select: { isOwn: true } } },
  })
  expect(row.authorId).not.toBe(author.id)
  expect(row.trailers).toEqual([{ isOwn: false }])
})

test('a failure in our server’s name holds a mail, however it came', async () => {
  const fail = 'Authentication-Results: mx.rfc.example; dmarc=fail header.from=example.org\n'
  for (const source of [{ kind: 'command' }, await api(false)] as const)
    expect(
      (await importMail(source, proposal.mail(`Refuted, ${source.kind}.\n`, { proof: fail }))).status,
    ).toBe('quarantined')
})

test('of a file a signature is checked here; without name servers nothing is proved and nothing fails', async () => {
  const signed = async (words: string) => {
    const mail = proposal.mail(words, { proof: '' }).toString().replace(/\n/g, '\r\n')
    const { signatures } = await dkimSign(mail, {
      canonicalization: 'relaxed/relaxed',
      signatureData: [{ signingDomain: 'example.org', selector: 's', privateKey: keys.privateKey }],
    })
    return Buffer.from(signatures + mail)
  }
  expect(await proofOf({ kind: 'command' }, await signed('Nobody checks.\n'))).toMatch(/^imported, none: /)
  changeEnvironment({ COHERENT_DKIM: join(folder, 'keys.json') })
  try {
    expect(await proofOf({ kind: 'command' }, await signed('Signed.\n'))).toBe(
      'imported, sender: example.org',
    )
    const changed = Buffer.from((await signed('Signed, too.\n')).toString().replace('too', 'not'))
    expect(await proofOf({ kind: 'command' }, changed)).toMatch(/^imported, none: /)
    // A program's token: its mail is proved by its signature, or held.
    expect(await proofOf(await api(false), await signed('Passed on.\n'))).toBe(
      'imported, sender: example.org',
    )
  } finally {
    changeEnvironment({ COHERENT_DKIM: undefined })
  }
})

test('a token is not made the mail server’s after the fact', async () => {
  const { id } = await createMailToken('a program')
  await expect(db().mailToken.update({ where: { id }, data: { isMailServer: true } })).rejects.toThrow(
    /what a token is for does not change/,
  )
})
