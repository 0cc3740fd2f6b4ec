/**
 * Mails as lists, gateways and clients leave them, in the shapes of public archives with invented people: who wrote
 * each, what they said, and what is said about it. None is lost without a word.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ReplySpelling, reply, sampleSeries } from '#lib/mail/import/samples/reply.ts'
import { createMailImporter } from '#lib/mail/shell/import-mails.ts'
import { actingLines } from './acting-lines.ts'
import { saidIn } from './imported-mail.ts'

const model = JSON.parse(readFileSync(join(import.meta.dirname, 'samples/rfc.json'), 'utf8'))
const series = sampleSeries(model)
const LISTED = {
  authservId: 'mx.rfc.example',
  lists: [{ listId: 'futexes.lists.example', domain: 'lists.example' }],
}
const OF_LIST = 'mx.rfc.example; dkim=pass header.d=lists.example; dmarc=pass header.from=lists.example'
const NOW = new Date('2021-07-01T00:00:00Z')

/** The last lines of 4.2 of the sample, as a reply quotes them. */
const passage = series.parts[4]?.passages.find(({ id }) => id === 'p4/4.2#1')
const words = series.parts[4]?.text.slice(passage?.start, passage?.end) ?? ''
const QUOTE = `${words
  .split('\n')
  .map((line) => `> ${line}`)
  .join('\n')}\n\n`

async function read(body: string, spelling: ReplySpelling = {}) {
  const importer = createMailImporter([series], LISTED, NOW)
  const mail = await importer.importBytes(Buffer.from(reply(body, spelling)))
  return { ...mail, said: mail.comments.map(({ text }) => text) }
}

const list = { 'Authentication-Results': OF_LIST, 'List-Id': '<futexes.lists.example>' }
const byList = (from: string, others: Record<string, string | null> = {}) =>
  read(`${QUOTE}My words.\n`, { headers: { ...list, From: from, ...others } })

const ALICE = { name: 'Alice Aimer', address: 'alice@a.example' }

test.each([
  [
    'Mailman 2, munged',
    'Alice Aimer via Futexes <futexes@lists.example>',
    { 'Reply-To': 'Alice Aimer <alice@a.example>' },
  ],
  [
    'Mailman 2, answers to the list',
    'Alice Aimer via Futexes <futexes@lists.example>',
    { 'Reply-To': 'futexes@lists.example', Cc: 'Bob <bob@b.example>, Alice Aimer <alice@a.example>' },
  ],
  [
    'Mailman with both answer addresses',
    'Alice Aimer via Futexes <futexes@lists.example>',
    { 'Reply-To': 'Futexes <futexes@lists.example>, Alice Aimer <alice@a.example>' },
  ],
  [
    'Mailman, original header',
    '"Alice Aimer via Futexes" <futexes@lists.example>',
    { 'X-Mailman-Original-From': 'Alice Aimer <alice@a.example>' },
  ],
  [
    'Mailman 3',
    'Alice Aimer via Futexes <futexes@lists.example>',
    { 'X-MailFrom': 'alice@a.example', 'Reply-To': 'futexes@lists.example' },
  ],
  [
    'Google Groups',
    "'Alice Aimer' via Futexes <futexes@lists.example>",
    { 'X-Original-From': 'Alice Aimer <alice@a.example>' },
  ],
  [
    'Google Groups, sender only',
    "'Alice Aimer' via Futexes <futexes@lists.example>",
    { 'X-Original-Sender': 'alice@a.example' },
  ],
  ['groups.io', 'Alice Aimer via lists.example <alice=a.example@lists.example>', {}],
  ['IETF', 'Alice Aimer <alice=40a.example@dmarc.ietf.example>', {}],
  [
    'Sympa',
    'Alice Aimer (via futexes Mailing List) <futexes@lists.example>',
    { 'Reply-To': 'alice@a.example' },
  ],
  [
    'ezmlm',
    'Alice Aimer via futexes <futexes@lists.example>',
    {
      'List-Id': null,
      'Mailing-List': 'contact futexes-help@lists.example; run by ezmlm',
      'List-Post': '<mailto:futexes@lists.example>',
      'Reply-To': 'Alice Aimer <alice@a.example>',
    },
  ],
  [
    'LISTSERV',
    'Alice Aimer <0000012a4b5c6d7e-dmarc-request@lists.example>',
    { 'Reply-To': 'Alice Aimer <alice@a.example>' },
  ],
  [
    'a relay for patches',
    'Alice Aimer via B4 Relay <devnull+alice.a.example@kernel.example>',
    { 'List-Id': null, 'X-Original-From': 'Alice Aimer <alice@a.example>', 'Reply-To': 'alice@a.example' },
  ],
  [
    'an archive without list headers',
    'Alice Aimer via Futexes <futexes@lists.example>',
    { 'List-Id': null, To: 'futexes@lists.example', 'Reply-To': 'Alice Aimer <alice@a.example>' },
  ],
  [
    'a list that puts the address in the place of the name',
    '"alice@a.example" (via futexes Mailing List) <futexes@lists.example>',
    { Cc: 'Alice Aimer <alice@a.example>' },
    '',
  ],
  [
    'an encoded name',
    '=?utf-8?q?Alice_Aimer_via_Futexes?= <futexes@lists.example>',
    { 'Reply-To': 'alice@a.example' },
  ],
])('%s: who wrote it is the author, and nothing proves it', async (_, from, headers, name = ALICE.name) => {
  const mail = await byList(from, headers)
  expect(mail.author).toEqual({ ...ALICE, name })
  expect(mail.flags).toContain('from-munged')
  expect(mail.authentication.kind).not.toBe('sender')
  expect(mail.said).toEqual(['My words.'])
})

test('a list that keeps only names makes one person of nobody', async () => {
  const from = (name: string) => `${name} via Futexes <futexes@lists.example>`
  const [alice, bob, same, taro] = await Promise.all(
    ['Alice Aimer', 'Bob Baker', 'Alice  Aimer', '日本 太郎'].map((name) => byList(from(name))),
  )
  expect(alice?.author).toEqual({
    name: 'Alice Aimer',
    address: 'alice-aimer.via.futexes@lists.example.invalid',
  })
  expect(bob?.author?.address).not.toBe(alice?.author?.address)
  expect(same?.author?.address).toBe(alice?.author?.address)
  expect(taro?.author?.address).toMatch(/^[a-z0-9-]+\.via\.futexes@lists\.example\.invalid$/)
  // Without even a name somebody has to look.
  expect(await byList('futexes@lists.example')).toMatchObject({ status: 'quarantined', author: null })
})

test('a rewritten From proves nobody, whatever passed for its own domain', async () => {
  const headers = {
    'Authentication-Results':
      'mx.rfc.example; dkim=pass header.d=mail.example; dmarc=pass header.from=mail.example',
    From: 'Reva via friends <mallory@mail.example>',
    'List-Id': '<mallory.mail.example>',
    'Reply-To': 'Reva <reva@mail.example>',
  }
  const mail = await read('I am Reva.\n\nReviewed-by: Reva <reva@mail.example>\n', { headers })
  expect(mail).toMatchObject({ status: 'quarantined', author: { address: 'reva@mail.example' } })
  expect(mail.trailers.map(({ match }) => match)).toEqual([false])
})

test('a member who writes from the domain of the list, and who has "via" in a name, is who they are', async () => {
  for (const from of [
    'Mia Keeper <mia@lists.example>',
    'Via Rail <via@lists.example>',
    'Ola Via <ola@lists.example>',
  ]) {
    const mail = await byList(from)
    expect(mail.flags).not.toContain('from-munged')
    expect(`${mail.author?.name} <${mail.author?.address}>`).toBe(from)
    expect(mail.authentication.kind).toBe('sender')
  }
})

const FOOT = `${'_'.repeat(47)}\nfutexes mailing list\nfutexes@lists.example\nhttps://lists.example/mailman/listinfo/futexes\n`
const mixed = (...parts: readonly string[]) => ({
  body: `${parts.map((part) => `--m\n${part}\n`).join('')}--m--\n`,
  headers: { 'Content-Type': 'multipart/mixed; boundary="m"' },
})
const html = (text: string) =>
  `Content-Type: text/html; charset=utf-8\n\n<blockquote>${words.replaceAll('\n', ' ')}</blockquote><p>${text}</p>`
const plain = (text: string, head = '') => `Content-Type: text/plain; charset=utf-8\n${head}\n${text}`

test.each([
  [
    'HTML beside a text footer of the list',
    mixed(html('In HTML.'), plain(FOOT, 'Content-Disposition: inline\n')),
  ],
  [
    'HTML behind a text footer of the list',
    mixed(plain(FOOT, 'Content-Disposition: inline\n'), html('In HTML.')),
  ],
  [
    'HTML behind a placeholder',
    {
      body: `--a\n${plain('Your mail reader does not support HTML. Please view this message in a browser.')}\n--a\n${html('In HTML.')}\n--a--\n`,
      headers: { 'Content-Type': 'multipart/alternative; boundary="a"' },
    },
  ],
  [
    'HTML within related parts beside a blank text',
    {
      body: `--a\n${plain(' ')}\n--a\nContent-Type: multipart/related; boundary="r"\n\n--r\n${html('In HTML.')}\n--r\nContent-Type: image/png; name="x.png"\n\nx\n--r--\n--a--\n`,
      headers: { 'Content-Type': 'multipart/alternative; boundary="a"' },
    },
  ],
])('%s is read', async (_, { body, headers }) => {
  const mail = await read(body, { headers })
  expect(mail).toMatchObject({ status: 'imported', said: ['In HTML.'] })
  expect(mail.comments[0]?.anchor).toMatchObject({ passage: 'p4/4.2#1' })
  expect(mail.flags).toContain('html-only')
})

test('HTML that says again what stands in the text is read once', async () => {
  const { body, headers } = mixed(plain(`${QUOTE}Once.`), 'Content-Type: text/html\n\n<p>Once.</p>')
  expect(await read(body, { headers })).toMatchObject({ said: ['Once.'] })
})

const inner = (from: string) =>
  `Content-Type: message/rfc822\n\nFrom: ${from}\nSubject: Re: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n${QUOTE}Within.\n`

test('of a mail that a list wrapped, words and writer are those of the mail within; one that a person attached is held', async () => {
  const { body, headers } = mixed(inner('Alice Aimer <alice@a.example>'), plain(FOOT))
  const wrapped = await read(body, {
    headers: { ...list, ...headers, From: 'Alice via Futexes <futexes@lists.example>' },
  })
  expect(wrapped).toMatchObject({ status: 'imported', author: ALICE, said: ['Within.'] })
  expect(wrapped.flags).toEqual(expect.arrayContaining(['wrapped-by-list', 'from-munged', 'via-list']))
  const attached = await read(body, { headers })
  expect(attached).toMatchObject({
    status: 'quarantined',
    said: ['Within.'],
    author: { address: 'reva@example.org' },
  })
  expect(attached.flags).toContain('forwarded-mail')
})

test.each([
  [
    'opaque S/MIME',
    'opaque-signed',
    'MIIBAAYJKoZIhvcNAQcC\n',
    { 'Content-Type': 'application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"' },
  ],
  [
    'S/MIME that does not say which',
    'opaque-signed',
    'MIIBAAYJKoZIhvcNAQcCoIHy\n',
    { 'Content-Type': 'application/x-pkcs7-mime; name="smime.p7m"' },
  ],
  [
    'sealed S/MIME',
    'encrypted',
    'MIIBAAYJKoZIhvcNAQcDoIHy\n',
    { 'Content-Type': 'application/pkcs7-mime; name="smime.p7m"' },
  ],
  [
    'PGP/MIME',
    'encrypted',
    '--e\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--e\nContent-Type: application/octet-stream\n\nx\n--e--\n',
    { 'Content-Type': 'multipart/encrypted; boundary="e"' },
  ],
  ['PGP in the text', 'encrypted', '-----BEGIN PGP MESSAGE-----\n\nabcd\n-----END PGP MESSAGE-----\n', {}],
  [
    'a patch and no words',
    'only-attachments',
    '--m\nContent-Type: text/x-patch; name="a.patch"\nContent-Disposition: attachment\n\n--- a\n--m--\n',
    { 'Content-Type': 'multipart/mixed; boundary="m"' },
  ],
  [
    'an Outlook container',
    'only-attachments',
    'xx',
    { 'Content-Type': 'application/ms-tnef; name="winmail.dat"' },
  ],
  [
    'a digest',
    'digest',
    'Today’s Topics:\n\n   1. Re: x (Alice)\n',
    { Subject: 'Futexes Digest, Vol 12, Issue 3' },
  ],
] as const)('%s is held for a person, and says why', async (_, flag, body, headers) => {
  const mail = await read(body, { headers })
  expect(mail.status).toBe('quarantined')
  expect(mail.flags).toContain(flag)
})

test.each([
  [
    'Mailman 2',
    'futexes-owner@lists.example',
    { 'X-List-Administrivia': 'yes', Subject: 'Your message to futexes awaits moderator approval' },
  ],
  [
    'Mailman 3',
    'futexes-bounces@lists.example',
    { Subject: 'Your message to futexes@lists.example awaits moderator approval' },
  ],
  ['LISTSERV', 'LISTSERV@lists.example', { Subject: 'Rejected posting to FUTEXES@LISTS.EXAMPLE' }],
  ['Majordomo', 'majordomo-owner@lists.example', { Subject: 'Confirmation required' }],
  ['Google Groups', 'noreply@lists.example', { Subject: 'Moderation needed: futexes' }],
  ['Sympa', 'sympa@lists.example', { Subject: 'Message distribution' }],
  ['ezmlm', 'futexes-help@lists.example', { Subject: 'confirm subscribe to futexes@lists.example' }],
  [
    'Mailman 2, a number to be sent back',
    'futexes-request@lists.example',
    { Subject: 'confirm 0123456789abcdef0123456789abcdef01234567' },
  ],
  ['Majordomo, results', 'Majordomo@lists.example', { Subject: 'Majordomo results: Re: [RFC 4/4] x' }],
  ['a list that keeps the subject', 'futexes-owner@lists.example', {}],
  [
    'Exim',
    'list@lists.example',
    { 'X-Failed-Recipients': 'reva@example.org', Subject: 'Warning: message delayed' },
  ],
])('a notice of %s is no comment', async (_, from, headers) => {
  const PASSED = 'mx.rfc.example; dmarc=pass header.from=lists.example'
  const notice = 'Your message to the list\nis being held until the moderator can review it.\n'
  const mail = await read(notice, {
    headers: { 'Authentication-Results': PASSED, From: from, ...headers },
  })
  expect(mail.status).toBe('ignored')
})

test.each([
  [
    'Your message has been rejected, probably because you are not subscribed to the list and its policy\nis to prohibit non-members from posting to it.',
  ],
  ['You are not allowed to post to this mailing list, and your message has been automatically rejected.'],
  ['Your mail could not be delivered to the group.'],
])('a refusal of a list is no comment, whatever its subject is: %j', async (notice) => {
  const passed = { 'Authentication-Results': 'mx.rfc.example; dmarc=pass header.from=lists.example' }
  const desk = { ...passed, From: 'futexes-owner@lists.example' }
  expect(await read(`${notice}\n`, { headers: desk })).toMatchObject({ status: 'ignored' })
  // The same words of a person are theirs.
  expect(await read(`${notice}\n`)).toMatchObject({ status: 'imported' })
})

test('a person who writes from the owner’s address about a message is a person', async () => {
  const PASSED = 'mx.rfc.example; dmarc=pass header.from=lists.example'
  const mail = await read(`${QUOTE}No.\n`, {
    headers: { 'Authentication-Results': PASSED, From: 'Owner <futexes-owner@lists.example>' },
  })
  expect(mail).toMatchObject({ status: 'imported', said: ['No.'] })
})

const ATTRIBUTED = `On Mon, Jun 14, 2021 at 10:00, Ünal Größe wrote:\n${QUOTE}`
test.each([
  [
    '[EXTERNAL EMAIL] CAUTION: This email originated from outside of the organization. Do not click links.\n\n',
  ],
  ['[EXTERNAL]\n\n'],
  ['CAUTION: External Email\n\n'],
  [
    'EXTERNAL EMAIL: Do not click any links or open any attachments unless you trust the sender and\nknow the content is safe.\n\n',
  ],
  ["You don't often get email from reva@example.org. Learn why this is important<https://aka.ms/x>\n\n"],
  [
    'ZjQcmQRYFpfptBannerStart\nThis Message Is From an External Sender\n\nThis message came from outside your organization.\nZjQcmQRYFpfptBannerEnd\n\n',
  ],
  ['************\nACHTUNG: Diese E-Mail kommt von außerhalb der Organisation.\n************\n\n'],
  ['*** EXTERNAL SENDER ***\nThis message came from outside your organization.\n\n'],
  [
    '[Sie erhalten nicht oft E-Mails von reva@example.org. Weitere Informationen, warum dies wichtig ist, finden Sie unter https://aka.ms/LearnAboutSenderIdentification ]\n\n',
  ],
  [
    '[Vous ne recevez pas souvent de courriers de reva@example.org. D?couvrez pourquoi ceci est important ? https://aka.ms/LearnAboutSenderIdentification ]\n\n',
  ],
  ['X-Original-To: futexes@lists.example\nDelivered-To: reva@example.org\n\n'],
])('a banner is nobody’s words: %j', async (banner) => {
  expect(await read(`${banner}${ATTRIBUTED}Only this.\n`)).toMatchObject({ said: ['Only this.'] })
})

test.each([
  ['\n\nCAUTION: This email originated from outside of the organization. Do not click links.\n'],
  ['\n\n[EXTERNAL]\n\n'],
  ['\n\n*** EXTERNAL SENDER ***\nThis message came from outside your organization.\n***\n'],
])('nor is one below them: %j', async (banner) => {
  expect(await read(`${ATTRIBUTED}Only this.${banner}`)).toMatchObject({ said: ['Only this.'] })
  expect((await read(`Warning: this overflows.${banner}`)).said).toEqual(['Warning: this overflows.'])
  // The gateway comes last, behind the list.
  expect((await read(`Words.\n\n${FOOT}${banner}`)).said).toEqual(['Words.'])
  expect((await read(`Words.${banner}\n${FOOT}`)).said).toEqual(['Words.'])
})

test.each([
  ['External.'],
  ['EXTERNAL'],
  ['Warning: never link the waiter twice.'],
  ['Attention: hold the lock before it links to the chain.'],
  ['Precedence: the owner first, then waiters.'],
  ['List-Head: it is empty.'],
  ['Caution: do not click together two queues here.'],
  ['This happens outside the lock, so the domain of it is unclear.'],
])('last words that sound like a warning are words: %j', async (said) => {
  expect((await read(`${ATTRIBUTED}Is it internal?\n\n${said}\n`)).said.join('\n')).toContain(said)
})

test.each([
  ['[EXTERNAL] I disagree with this.'],
  ['Warning: this overflows.'],
  ['This message is never sent outside the lock.'],
  ['Caution is needed here, before you open the file.'],
])('an answer that sounds like a banner is one: %j', async (said) => {
  expect((await read(`${said}\n\n${ATTRIBUTED}And this.\n`)).said.join('\n')).toContain(said)
})

test.each([
  [
    `${'#'.repeat(72)}\n\nTo unsubscribe from the FUTEXES list, click the following link:\nhttps://lists.example/cgi-bin/wa?SUBED1=FUTEXES&A=1\n`,
  ],
  [
    '-=-=-=-=-=-=-=-=-=-=-=-\nGroups.io Links: You receive all messages sent to this group.\nView/Reply Online (#12): https://groups.io/g/futexes/message/12\nMute This Topic: https://groups.io/mt/1/2\nUnsubscribe: https://groups.io/g/futexes/unsub [reva@example.org]\n-=-=-=-=-=-=-=-=-=-=-=-\n',
  ],
  [
    `${'-'.repeat(69)}\nTo unsubscribe, e-mail: futexes-unsubscribe@lists.example\nFor additional commands, e-mail: futexes-help@lists.example\n`,
  ],
  [
    `${'_'.repeat(47)}\nfutexes mailing list -- futexes@lists.example\nTo unsubscribe send an email to futexes-leave@lists.example\n`,
  ],
])('a footer of a list is nobody’s words: %j', async (footer) => {
  expect(await read(`${QUOTE}Only this.\n\n${footer}`)).toMatchObject({ said: ['Only this.'] })
})

test.each([
  ['reva at example.org (Reva Reviewer)'],
  ['Reva Reviewer <reva at example.org>'],
  ['"Reva Reviewer" <reva(a)example.org>'],
  ['reva(a)example.org (Reva Reviewer)'],
  ['Reva Reviewer <reva () example ! org>'],
  ['"Reva Reviewer" <reva at example dot org>'],
  ['reva at example dot org (=?utf-8?q?Reva_Reviewer?=)'],
])('an address as an archive hides it is read: %s', async (From) => {
  const mail = await read(`${QUOTE}Words.\n`, { headers: { From, 'Authentication-Results': null } })
  expect(mail.author).toEqual({ name: 'Reva Reviewer', address: 'reva@example.org' })
  expect(mail.authentication.kind).toBe('none')
})

test.each([
  ['yesterday', 'date-invalid'],
  ['Tue, 42 Jun 2021 09:00:00 +0200', 'date-invalid'],
  ['', 'date-missing'],
  ['Thu, 01 Jan 1970 00:00:00 +0000', 'date-invalid'],
  ['Tue, 15 Jun 2077 09:00:00 +0200', 'date-future'],
])('a date like %j is that of the topmost Received, in its zone', async (date, flag) => {
  const above = [
    'Received: from list by mx.rfc.example (Postfix) with ESMTPS id 1;\n\tTue, 15 Jun 2021 11:30:00 +0530 (IST)',
    'Received: from laptop by list; Tue, 15 Jun 2021 01:00:00 -0700',
  ]
  const mail = await read('Words.\n', {
    headers: { Date: date },
    above: ['Authentication-Results: mx.rfc.example; dmarc=pass header.from=example.org', ...above],
  })
  expect(mail.flags).toContain(flag)
  expect(mail.date).toMatchObject({ offsetMinutes: 330, epochSeconds: Date.UTC(2021, 5, 15, 6, 0, 0) / 1000 })
})

test('a quote that a mailer wrapped anew, of a mail that is not here, stays one quote', async () => {
  const body =
    '> From: Michael [mailto:michael@example.net]\n> Cc: Timur; Alexandre; linuxppc-dev@lists.example;\nlinux-kernel@vger.example;\n> thomas@example.net\n> Subject: something about a\nport\n>\n> > Yang pointed to these patches in his post\nof\n> > last week.\n\nMy one comment.\n'
  expect(await read(body)).toMatchObject({ said: ['My one comment.'] })
  // One of them may begin with a name, or the hour.
  const hours =
    '> I sent the second version of this on Monday the ninth at nine\nAM\n> and asked whoever had looked at the first one to say whether\nthe\n> order is right, which nobody has done until this very\nmorning\n> of Friday.\n\nIt is.\n'
  expect((await read(hours)).said).toEqual(['It is.'])
  // And one may be an answer, which stands as tight.
  for (const own of ['Agreed.', 'NAK', 'No', 'Yes!']) {
    const torn = `> I think the waker should hold the lock while it is\nreading\n> the count, and that the path has to be taken\ninto\n> account when the second queue is locked, as in wait_multiple\n${own}\n> And the exit drops it.\n`
    expect((await read(torn)).said.join('|'), own).toContain(own)
  }
  // Answers that stand as tight are answers.
  const answers = await read('> Is there a bound\nyes, there is.\n> and is it documented?\nNo.\n> Why not\n')
  expect(answers.said).toEqual(['yes, there is.', 'No.'])
})

test('a trailer stays where it stood, and an empty line of a patch is one blank', async () => {
  const body =
    'For this part only:\n\nReviewed-by: Reva Reviewer <reva@example.org>\n\nThanks,\n\n        reva\n'
  expect(await read(body)).toMatchObject({
    said: [body.trimEnd()],
    trailers: [{ tag: 'Reviewed-by', match: true }],
  })
  const patch = '--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n \n-a\n+b\n c\n'
  expect((await read(`${QUOTE}Like this:\n\n${patch}`)).said).toEqual([`Like this:\n\n${patch.trimEnd()}`])
})

const OWN = 'Reviewed-by: Reva Reviewer <reva@example.org>'
const another = series.parts[4]?.passages.find(({ id }) => id !== passage?.id)
const SECOND = `${(series.parts[4]?.text.slice(another?.start, another?.end) ?? '').replace(/^/gm, '> ')}\n\n`
test.each([
  ['above the first quote', `${OWN}\n\n${QUOTE}Words.\n`, [OWN, 'Words.']],
  ['between two quotes', `${QUOTE}${OWN}\n\n${SECOND}Words.\n`, [OWN, 'Words.']],
  ['below the last quote', `${QUOTE}Words.\n\n${SECOND}${OWN}\n`, ['Words.', OWN]],
  [
    'above, between and below',
    `${OWN}\n\n${QUOTE}One.\n\n${SECOND}Two.\n\n${QUOTE}Tested-by: Reva Reviewer <reva@example.org>\n`,
    [OWN, 'One.', 'Two.', 'Tested-by: Reva Reviewer <reva@example.org>'],
  ],
  [
    'in a list',
    `${QUOTE}Three things:\n\n- the lock\n\n${OWN}\n\n- the count\n`,
    [`Three things:\n\n- the lock\n\n${OWN}\n\n- the count`],
  ],
  ['below a greeting', `Hi,\n\n${OWN}\n\n${QUOTE}Words.\n`, [`Hi,\n\n${OWN}`, 'Words.']],
  ['alone', `${QUOTE}${OWN}\n`, []],
])('a trailer %s is said where it stood', async (_, body, said) => {
  const mail = await read(body)
  expect(saidIn(mail).map(({ text }) => text)).toEqual(said)
  expect(mail.trailers.map(({ match }) => match)).not.toContain(false)
  expect(mail.trailers.length).toBeGreaterThan(0)
  // What is about a passage is not about the next one.
  for (const { quote } of saidIn(mail))
    expect(quote.includes(QUOTE.trim()) && quote.includes(SECOND.trim())).toBe(false)
})

test.each([
  ['Tue Jun 15 09:00:00 2021', 0],
  ['Tue Jun 15 09:00:00 CEST 2021', 120],
  ['Tue Jun  5 09:00 2021 -0700', -420],
])('an archive’s date like %j is a date', async (date, offsetMinutes) => {
  const mail = await read('Words.\n', { headers: { Date: date } })
  expect(mail.flags).not.toContain('date-invalid')
  expect(mail.date).toMatchObject({ offsetMinutes })
})

test('bytes that are no mail, and a whole mailbox, are refused', async () => {
  const importer = createMailImporter([series], LISTED, NOW)
  const garbage = await importer.importBytes(Buffer.from([0, 1, 2, 255, 10, 10, 200, 13, 10]))
  expect(garbage).toMatchObject({ status: 'rejected', flags: ['not-a-mail'] })
  expect(await importer.importBytes(Buffer.from('{"json": true}\n'))).toMatchObject({ flags: ['not-a-mail'] })
  const mbox = ['a', 'b']
    .map(
      (id) =>
        `From reva@example.org Tue Jun 15 09:00:00 2021\n${reply('Words.\n', { id: `<${id}@e.org>` })}\n`,
    )
    .join('')
  expect(await importer.importBytes(Buffer.from(mbox))).toMatchObject({
    status: 'rejected',
    flags: ['several-mails'],
  })
  const one = mbox.slice(0, mbox.indexOf('\nFrom '))
  expect((await importer.importBytes(Buffer.from(one))).status).toBe('imported')
})

const [UNMARKED, SAID] = [QUOTE.replace(/^> /gm, '').trim(), 'Only these words.']
const HEAD =
  'From: Ünal <u@g.example>\nSent: Monday, June 14, 2021 10:00 AM\nTo: list\nSubject: [RFC v2 4/4] x\n\n'
test.each([
  [
    'Proton, old',
    `${SAID}\n\nSent with ProtonMail Secure Email.\n\n‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\n\nOn Monday, June 14th, 2021 at 10:00, Ünal <u@g.example> wrote:\n\n${QUOTE}`,
  ],
  [
    'Outlook on a telephone',
    `${SAID}\n\nGet Outlook for Android<https://aka.ms/AAb9ysg>\n${'_'.repeat(32)}\n${HEAD}${UNMARKED}\n`,
  ],
  ['QQ', `${SAID}\n\n\n\n------------------ Original ------------------\n${HEAD}${UNMARKED}\n`],
  ['cc:Mail', `${SAID}\n\n${'_'.repeat(30)} Reply Separator ${'_'.repeat(33)}\n${HEAD}${UNMARKED}\n`],
  [
    'Gnus, initials set in',
    `>>>>> "U" == Ünal Größe <u@g.example> writes:\n\n${QUOTE.trim().replace(/^> /gm, '    U> ')}\n\n${SAID}\n`,
  ],
  [
    'Notes',
    `-----Ünal Größe <u@g.example> wrote: -----\nTo: list@g.example\nFrom: Ünal Größe <u@g.example>\nDate: 06/14/2021 10:00AM\nSubject: [RFC v2 4/4] x\n\n${QUOTE}${SAID}\n`,
  ],
  [
    'a law department right below the words',
    `${QUOTE}${SAID}\nIMPORTANT NOTICE: The contents of this email are confidential and may also be privileged. If you are not the\nintended recipient, please notify the sender immediately.\n`,
  ],
])('what %s puts around the words is no word', async (_, body) => {
  expect((await read(body)).said).toEqual([SAID])
})

test('a heading between dashes, and a notice of a kernel, are words', async () => {
  for (const own of [
    '-- original --\n\nThe lock is taken twice.',
    'It says this:\nNotice: this message is confidential in the sense of the patch.',
    'Ana reacted to your message as I would have: it is wrong.',
  ])
    expect((await read(`${QUOTE}${own}\n`)).said.join('\n')).toContain(own.split('\n').at(-1))
})

test('the footer that a list put below words in base64 is its footer', async () => {
  const sealed = Buffer.from(`${QUOTE}${SAID}\n`).toString('base64')
  const headers = { 'Content-Transfer-Encoding': 'base64' }
  for (const body of [sealed, sealed.replace(/.{76}/g, '$&\n')]) {
    const mail = await read(`${body}\n${FOOT}`, { headers })
    expect(mail).toMatchObject({ said: [SAID], flags: [] })
  }
  const name = await read(`${sealed}\n\nfutexes\nmailing list\n`, { headers })
  expect(name.said).toEqual([`${SAID}\n\nfutexes\nmailing list`])
  const cut = await read(`${sealed}\n\nAnd words below it.\n`, { headers })
  expect(cut.said).toEqual([`${SAID}\n\nAnd words below it.`])
})

test('words about a recall are words', async () => {
  const headers = { Subject: 'Recall: [RFC v2 4/4] x' }
  for (const own of [
    'I would like to recall the message, "a waiter is never lost".',
    'Reva would like to recall the message, "[RFC v2 4/4] x".',
  ])
    expect((await read(`${QUOTE}${own}\n`, { headers })).said).toEqual([own])
  const other = 'I would like to recall the message, "a waiter is never lost".'
  expect((await read(`${other}\n`, { headers })).said).toEqual([other])
})

test.each([
  ['Recall: [RFC v2 4/4] x', 'Reva Reviewer would like to recall the message, "[RFC v2 4/4] x".\n'],
  [
    'Read: [RFC v2 4/4] x',
    'Your message\n\n   To: Reva\n   Subject: [RFC v2 4/4] x\n   Sent: Monday, June 14, 2021 10:00:00 AM\n\nwas read on Monday, June 14, 2021 11:00:00 AM.\n',
  ],
  ['Accepted: [RFC v2 4/4] x', 'Reva Reviewer has accepted this invitation.\n'],
])('a button that somebody pressed is no comment, and what they add to it is: %s', async (Subject, body) => {
  expect((await read(body, { headers: { Subject } })).status).toBe('ignored')
  const more = await read(`${body}\nThe lock is missing in 4.2, I think.\n`, { headers: { Subject } })
  expect(more.said.join('\n')).toContain('The lock is missing in 4.2, I think.')
})

const LETTER =
  'From: Ann Other <ann@o.example>\nDate: Mon, 14 Jun 2021 10:00:00 +0000\nSubject: futexes\nTo: Reva Reviewer <reva@example.org>\n\n'
const HERS = `The waker is lost, says Ann.\n\nResolves: #7\n${OWN}\n`
const actsOf = (said: readonly string[]) => said.flatMap((text) => actingLines(text))
test.each([
  ['-------- Przekazana wiadomość --------'],
  ['-------- Továbbított üzenet --------'],
  ['-----Eredeti üzenet-----'],
  ['-------- İletilmiş İleti --------'],
  ['-------- 전달된 메시지 --------'],
  ['-------- 转发的消息 --------'],
  ['-----邮件原件-----'],
  ['-----Ursprungligt meddelande-----'],
  ['-------- Videresendt besked --------'],
  ['-------- Välitetty viesti --------'],
  ['-------- Προωθημένο μήνυμα --------'],
  ['-------- Перенаправленное сообщение --------'],
  ['-------- Missatge reenviat --------'],
  ['-------- הודעה שהועברה --------'],
  ['-------- Mesej yang dimajukan --------'],
  ['Début du message réexpédié :\n'],
  ['Inicio del mensaje reenviado:\n'],
  ['Начало переадресованного сообщения:\n'],
  ['开始转发的邮件：\n'],
  ['----- Forwarded message from Ann Other <ann@o.example> -----\n'],
  ['----- Forwarded by Reva Reviewer/Firm on 06/14/2021 10:00 AM -----\n'],
  ['-------------------- Start of forwarded message --------------------'],
  ['------- Forwarded Message\n'],
  ['------- Forwarded message follows -------'],
  ['----- Weitergeleitete Nachricht von ann@o.example -----'],
  ['8<--------------- Original message text ---------------'],
  ['------- start of forwarded message (RFC 934 encapsulation) -------'],
  ['--- On Mon, 6/14/21, Ann Other <ann@o.example> wrote:\n'],
  ['>>> Ann Other <ann@o.example> 6/14/2021 10:00 AM >>>'],
  ['_'.repeat(32)],
])(
  'nothing of a mail below %j is done, and no trailer of it counts, but what was written above stays',
  async (mark) => {
    for (const above of [`${QUOTE}From Ann:\n\n`, 'From Ann:\n\n', ''])
      for (const head of mark.startsWith('_') ? [LETTER] : [LETTER, '\n']) {
        // Where it begins the mail, its quote may as well have been taken out.
        if (above === '' && head !== LETTER && mark.endsWith('wrote:\n')) continue
        const mail = await read(`${above}${mark}\n${head}${HERS}`)
        expect(mail.trailers.filter(({ match }) => match)).toEqual([])
        expect(actsOf(mail.said)).toEqual([])
        if (above !== '') expect(mail.said.join('\n')).toContain('From Ann:')
        // Where her words are all that there is, what says that they are hers stands above them.
        else expect(mail.said[0]).toContain(head === LETTER ? 'ann@o.example' : mark.trim())
      }
  },
)

test.each([
  ['-------- Forwarded Message --------'],
  ['-----Original Message-----'],
  ['Begin forwarded message:\n'],
  ['-------- Mesej yang dimajukan --------'],
  ['_'.repeat(32)],
  ['On Monday, June 14, 2021, 10:00:04 AM GMT+2, Ann Other <ann@o.example> wrote:\n'],
])('nor is it where that mail quotes, and its own words stand below the quote: %j', async (mark) => {
  // "Hi," is how covers begin, and proves nothing.
  const quoting = `${LETTER}Hi,\n\n> Does it wake all of them, or only one?\n\n${HERS}`
  for (const above of [`${QUOTE}From Ann:\n\n`, 'From Ann:\n\n', '']) {
    const mail = await read(`${above}${mark}\n${quoting}`)
    expect(mail.trailers.filter(({ match }) => match)).toEqual([])
    expect(actsOf(saidIn(mail).map(({ text }) => text))).toEqual([])
    for (const said of mail.said.filter((text) => text.includes('says Ann')))
      expect(said).toContain('ann@o.example')
  }
})

const HEAD_SUBJECT = '[RFC v2 4/4] io_uring/futex: Something'
test.each([
  [
    `Từ: Ann <ann@o.example>\nĐã gửi: Thứ Hai, 14 Tháng Sáu 2021 10:00 SA\nĐến: l@o.example\nChủ đề: ${HEAD_SUBJECT}`,
  ],
  [`จาก: Ann <ann@o.example>\nส่ง: 14 มิถุนายน 2021 10:00\nถึง: l@o.example\nเรื่อง: ${HEAD_SUBJECT}`],
  [`از: Ann <ann@o.example>\nتاریخ: 14 ژوئن 2021 10:00\nبه: l@o.example\nموضوع: ${HEAD_SUBJECT}`],
  [
    `Šalje: Ann <ann@o.example>\nPoslano: 14. lipnja 2021. 10:00\nPrima: l@o.example\nPredmet: ${HEAD_SUBJECT}`,
  ],
  [
    `Nuo: Ann <ann@o.example>\nIšsiųsta: 2021 m. birželio 14 d. 10:00\nKam: l@o.example\nTema: ${HEAD_SUBJECT}`,
  ],
  [
    `Saatja: Ann <ann@o.example>\nSaatmisaeg: 14. juuni 2021 10:00\nAdressaat: l@o.example\nTeema: ${HEAD_SUBJECT}`,
  ],
])('a head is known by what its fields hold, in a language that is not: %j', async (head) => {
  // The answered mail, and one that nobody knows.
  expect((await read(`My words.\n\n${head}\n\n${UNMARKED}\n\nRegards,\nÜnal\n`)).said).toEqual(['My words.'])
  const mail = await read(`My words.\n\n${head}\n\n${HERS}`)
  expect(mail.said).toEqual(['My words.'])
  expect(mail.trailers.filter(({ match }) => match)).toEqual([])
  expect((await read(`${head}\n\n${UNMARKED}\n\nMy words, below.\n`)).said).toEqual(['My words, below.'])
})

test.each([
  ['Message-ID: <x@o.example>\nFrom: Ann <ann@o.example>\nSubject: futexes'],
  ['Received: from a by b; Mon, 14 Jun 2021 10:00:00 +0000\nFrom: Ann <ann@o.example>\nSubject: futexes'],
  ['Return-Path: <ann@o.example>\nDate: Mon, 14 Jun 2021 10:00:00 +0000\nFrom: Ann <ann@o.example>'],
])('nothing of a mail that somebody pasted as it was sent is done: %j', async (head) => {
  const mail = await read(`See what came:\n\n${head}\n\n${HERS}`)
  expect(mail.trailers.filter(({ match }) => match)).toEqual([])
  expect(actsOf(mail.said)).toEqual([])
  expect(mail.said.join('\n')).toContain('From: Ann')
})

test.each([
  ['On Mon, Jun 14, 2021 at 10:00:04AM +0200, Ünal Größe wrote:'],
  ['On Mon, 14 Jun 2021, Ünal Größe wrote:'],
  ['Am Montag, 14. Juni 2021, 10:00:00 CEST schrieb Ünal Größe:'],
  ['Ünal Größe <u@g.example> writes:'],
  ['Zitat von Ünal Größe <u@g.example>:'],
  ['2021年6月14日(月) 10:00 Ünal Größe <u@g.example>:'],
  ['пн, 14 июн. 2021 г. в 10:00, Ünal Größe <u@g.example>:'],
  ['14.06.2021, 10:00, "Ünal Größe" <u@g.example>:'],
  ['Jun 14, 2021, 10:00 by u@g.example:'],
  ['در تاریخ دوشنبه ۱۴ ژوئن ۲۰۲۱، ۱۰:۰۰ Ünal Größe <u@g.example> نوشت:'],
  ['+-- On Mon, 14 Jun 2021, Ünal Größe wrote --+'],
  ['------------------&nbsp;原始邮件&nbsp;------------------'],
])('nothing of words that no mark tells from what %s says is done', async (line) => {
  const above = await read(`My words.\n\n${line}\n\n${HERS}`)
  expect(above.trailers.filter(({ match }) => match)).toEqual([])
  expect(actsOf(above.said)).toEqual([])
  expect(above.said.join('\n')).toContain(line)
  // Marked, it is nobody's line, above and below.
  expect((await read(`${line}\n${QUOTE}My words.\n`)).said).toEqual(['My words.'])
  expect((await read(`My words.\n\n${line}\n${QUOTE}`)).said).toEqual(['My words.'])
})

test('below what is left of an attribution stand the sender’s words where the answered mail is known, else somebody’s', async () => {
  for (const line of [
    'On Mon, Jun 14, 2021 at 10:00:04AM +0200, Ünal Größe wrote:',
    'On Mon, Jun 14, 2021 at 10:00 AM Ünal Größe <u@g.example> wrote:',
    'Am 14.06.21 um 10:00 schrieb Ünal Größe:',
  ]) {
    const body = `${line}\n\nDone in v3.\n\n${OWN}\nResolves: #7\n`
    const answer = await read(body)
    expect(answer.said).toEqual([`Done in v3.\n\n${OWN}\nResolves: #7`])
    expect(answer.trailers).toMatchObject([{ match: true }])
    expect(actsOf(answer.said)).toHaveLength(2)
    expect((await read(`${line}\n\n${OWN}\n`)).trailers).toMatchObject([{ match: true }])
    // Of a mail that is not here it may be all that there is.
    const other = await read(body, { headers: { 'In-Reply-To': '<x@elsewhere.example>' } })
    expect(other.said).toEqual([body.trim()])
    expect(other.trailers.filter(({ match }) => match)).toEqual([])
    expect(actsOf(other.said)).toEqual([])
  }
})

test('an answered comment that a mailer put in below a name alone, unmarked, is a quote, and does nothing', async () => {
  const importer = createMailImporter([series], LISTED, NOW)
  const bob = 'I think this is fine now and can be closed.\n\nResolves: #7\n'
  await importer.importBytes(Buffer.from(reply(`${QUOTE}${bob}`, { id: '<bob@b.example>' })))
  const answer = reply(`Bob wrote:\n\n${bob}\nNo, it is not.\n`, {
    headers: { 'In-Reply-To': '<bob@b.example>' },
  })
  const { comments } = await importer.importBytes(Buffer.from(answer))
  expect(comments.map(({ text }) => text)).toEqual(['No, it is not.'])
})

test.each([
  ['CAUTION: never link these two.'],
  ['Warning: never link the waiter twice.'],
  ['Attention: an external user can trigger this.'],
  ['Warning: this runs outside the network namespace of the company.'],
  ['Caution: before you open links to the ring, take the lock.'],
])('a warning that is all of a mail, or begins it, is its words: %s', async (own) => {
  expect((await read(`${own}\n`)).said).toEqual([own])
})

test.each([['Warning: never link the waiter twice.'], ['Attention: an external user can trigger this.']])(
  'and above others, too: %s',
  async (own) => {
    expect((await read(`${own}\n\n${ATTRIBUTED}And this.\n`)).said).toEqual([own, 'And this.'])
  },
)

test.each([
  [`-- \nReva Reviewer\n\nPS: the name is odd, too.\n\nResolves: #7\n`, 'PS: the name is odd, too.'],
  ['-- \nP.S. please rename it\n', 'P.S. please rename it'],
  ['--\nPS: rename it\n', 'PS: rename it'],
])(
  'a postscript below a signature is words, and what stands below it is not: %j',
  async (tail, postscript) => {
    const mail = await read(`${QUOTE}Mine.\n\n${tail}`)
    expect(mail.said).toEqual([expect.stringMatching(/^Mine\.\n/)])
    expect(mail.said[0]).toContain(postscript)
    expect(actsOf(mail.said)).toEqual([])
  },
)

test('a mail that says something only below the mark of its signature says it, and does nothing there', async () => {
  const below = `it is fine with me now\n\n${OWN}\nResolves: #7`
  const mail = await read(`${ATTRIBUTED}-- \n${below}\n`)
  expect(mail.said).toEqual([`--\n${below}`])
  expect(mail.trailers.filter(({ match }) => match)).toEqual([])
  expect(actsOf(mail.said)).toEqual([])
  expect((await read(`${QUOTE}-- \nReva Reviewer\nExample Ltd\n`)).status).toBe('ignored')
  expect((await read(`${QUOTE}Mine.\n\n-- \nwhat is to be is to be\n`)).said).toEqual(['Mine.'])
})

test('a comparison at the end of a sentence is no quote that is left over', async () => {
  for (const own of ['It breaks only when nr\n> 4', 'It breaks when nr is\n> 4 on this CPU.'])
    expect((await read(`${QUOTE}${own}\n`)).said).toEqual([own])
  expect((await read(`${QUOTE}Mine.\n\n> Thanks,\n> Ünal\n`)).said).toEqual(['Mine.'])
})

test.each([
  [
    `${'_'.repeat(47)}\nFutexes-Mailingliste\nfutexes@lists.example\nhttps://lists.example/mailman/listinfo/futexes\n`,
  ],
  [
    `${'_'.repeat(47)}\nСписок рассылки futexes\nfutexes@lists.example\nhttps://lists.example/mailman/listinfo/futexes\n`,
  ],
  [
    `${'_'.repeat(47)}\nfutexes メーリングリスト\nfutexes@lists.example\nhttps://lists.example/mailman/listinfo/futexes\n`,
  ],
  [
    '-\nTo unsubscribe from this list: send the line "unsubscribe x" in\nthe body of a message to majordomo@vger.example\n',
  ],
  [
    '-=-=-=-=-=-=-=-=-=-=-=-\nLinks: You receive all messages sent to this group.\nView/Reply Online (#12): https://lists.example/g/f/message/12\nUnsubscribe: https://lists.example/g/f/unsub [reva@example.org]\n-=-=-=-=-=-=-=-=-=-=-=-\n',
  ],
  [
    'Reply to this email directly, view it on GitHub (https://git.example/4), or unsubscribe (https://git.example/u).\nYou are receiving this because you were mentioned.\n',
  ],
  ['发自我的iPhone\n'],
  ["Wysłane z iPhone'a\n"],
  ['Sendt fra min iPhone\n'],
  ['Στάλθηκε από το iPhone μου\n'],
  ['iPhoneから送信\n'],
  ['Отправлено с iPhone\n'],
  ["iPhone'umdan gönderildi\n"],
  ['Gesendet mit der GMX Mail App\n'],
])('below what a list or a device says a line still acts: %j', async (footer) => {
  const mail = await read(`${QUOTE}Only this.\n\n${OWN}\n\n${footer}`)
  expect(mail.said).toEqual([`Only this.\n\n${OWN}`])
  expect(actsOf(mail.said)).toHaveLength(1)
})

test.each([
  ['ユーザ空間から送信'],
  ['Отправлено с другого ядра'],
  ['Gesendet von der Gegenseite'],
  ['Trimis de pe alt nucleu'],
])('what a kernel sends is no telephone: %s', async (own) => {
  expect((await read(`${QUOTE}Why?\n\n${own}\n`)).said).toEqual([`Why?\n\n${own}`])
})

test.each([
  ['See [1].\n\n---\n[1] https://lists.example/mailman/listinfo/futexes'],
  ['See:\n\n---\nThe log of the run\nhttps://logs.example/1\nis long.'],
  ['One.\n\n-\nTwo.'],
])('what names a page below a rule is words: %j', async (own) => {
  expect((await read(`${QUOTE}${own}\n`)).said).toEqual([own])
})

test.each([
  [
    '本邮件及其附件含有保密信息，仅限于发送给上面地址中列出的个人或群组。如果您错收了本邮件，请您立即通知发件人并删除本邮件！',
  ],
  [
    'このメールおよび添付ファイルには機密情報が含まれています。誤って受信された場合は、送信者に通知し、削除してください。',
  ],
  [
    "Ce message peut contenir des informations confidentielles. Si vous l'avez reçu par erreur, veuillez le signaler à l'expéditeur et le détruire.",
  ],
  [
    'Este mensaje se dirige exclusivamente a su destinatario y puede contener información confidencial. Si no es usted, notifíquelo al remitente y destrúyalo.',
  ],
  [
    'Questo messaggio e i suoi allegati sono riservati al destinatario. Se ricevuto per errore, informi il mittente e lo cancelli.',
  ],
  [
    'Данное сообщение содержит конфиденциальную информацию, предназначенную адресату. Сообщите отправителю и удалите это письмо.',
  ],
  [
    'Diese Nachricht enthält vertrauliche Informationen. Sind Sie nicht der Adressat, informieren Sie bitte den Absender.',
  ],
])('below what a law department says in its language a line still acts: %s', async (notice) => {
  const mail = await read(`${QUOTE}Only this.\n\n${OWN}\n\n${notice}\n`)
  expect(mail.said).toEqual([`Only this.\n\n${OWN}`])
  expect(actsOf(mail.said)).toHaveLength(1)
})

test.each([
  ['Este mensaje es confidencial en el sentido del parche.'],
  ['Ce message est perdu, et le destinataire attend.'],
  ['本邮件讨论锁。'],
  ['Diese Nachricht weckt den falschen Adressaten.'],
])('a sentence that begins as one does is words: %s', async (own) => {
  expect((await read(`${QUOTE}Yes.\n\n${own}\n`)).said).toEqual([`Yes.\n\n${own}`])
})

test('trailers for several people, which hold addresses and moments as heads do, count', async () => {
  const run = `Reported-by: Ann <ann@o.example>\nReported-by: Bob <bob@b.example>\nLink: https://o.example/2021/10:00\n${OWN}`
  const mail = await read(`${QUOTE}Ok.\n\n${run}\n`)
  expect(mail.trailers.map(({ match }) => match)).toEqual([false, false, true])
  expect(actsOf(mail.said)).toHaveLength(1)
})

test('what somebody wrote into a quoted line is theirs', async () => {
  const line = QUOTE.split('\n')[0] ?? ''
  const behind = await read(`${line}   <-- says who?\n${QUOTE.slice(line.length + 1)}`)
  expect(behind.said).toEqual(['<-- says who?'])
  expect(behind.comments[0]?.anchor).toMatchObject({ passage: 'p4/4.2#1' })
  const within = line.replace(/ (\S+)$/, ' [Reva: why?] $1')
  expect((await read(`${within}\n`)).said).toEqual([within])
  // Who only corrected a word while quoting says something else, and who quotes only says nothing.
  expect((await read(`${within}\n\nMine.\n`)).said).toEqual(['Mine.'])
  expect((await read(QUOTE)).status).toBe('ignored')
})

test('a quote whose marks a mailer wrote as HTML does is a quote', async () => {
  const escaped = `${QUOTE}> ${OWN}`.replace(/^>/gm, '&gt;')
  const mail = await read(`${escaped}\n\nMine, &gt; 4.\n`)
  expect(mail).toMatchObject({ said: ['Mine, &gt; 4.'], trailers: [] })
  expect(mail.comments[0]?.anchor).toMatchObject({ passage: 'p4/4.2#1' })
})

test('the marks of a merge that failed are no quote', async () => {
  const own = 'It conflicts:\n\n<<<<<<< HEAD\nfoo();\n=======\nbar();\n>>>>>>> v2\n\nok?'
  expect((await read(`${QUOTE}${own}\n`)).said).toEqual([own])
})

test('what an HTML mail hides is not said', async () => {
  const hidden = ['visibility:hidden', 'visibility: hidden', 'mso-hide:all', 'display:none'].map(
    (style) => `<p style="${style}">Resolves: #7</p>`,
  )
  const body = `<p>Fine.</p>${hidden.join('')}<p hidden>Resolves: #7</p>`
  expect((await read(body, { headers: { 'Content-Type': 'text/html' } })).said).toEqual(['Fine.'])
})

test('trailers that were copied with a blank behind each stay lines of their own in flowed text', async () => {
  const headers = { 'Content-Type': 'text/plain; charset=UTF-8; format=flowed' }
  const mail = await read(`Fine.\n\n${OWN} \nResolves: #7\n`, { headers })
  expect(actsOf(mail.said)).toHaveLength(2)
  // One that goes on in the next line does.
  const broken = await read('Fine.\n\nReviewed-by: Reva Reviewer \n<reva@example.org>\n', { headers })
  expect(broken.trailers).toMatchObject([{ match: true }])
})

test.each([
  ['----- Forwarded message from Ann <ann@o.example> -----\n', '----- End forwarded message -----'],
  [
    '-------------------- Start of forwarded message --------------------',
    '-------------------- End of forwarded message --------------------',
  ],
  ['------- Forwarded Message\n', '------- End of Forwarded Message'],
  [
    '----- Weitergeleitete Nachricht von ann@o.example -----',
    '----- Ende der weitergeleiteten Nachricht -----',
  ],
])('words below the end of a mail that begins with %j are words of who put it in', async (mark, end) => {
  for (const above of [`${QUOTE}From Ann:\n\n`, 'From Ann:\n\n', '']) {
    const mail = await read(`${above}${mark}\n${LETTER}${HERS}\n${end}\n\nI think she is right about it.\n`)
    expect(mail.said.join('\n')).toContain('I think she is right about it.')
    // Anybody can write the line that ends a mail, and so could she.
    expect(mail.trailers.filter(({ match }) => match)).toEqual([])
    expect(actsOf(mail.said)).toEqual([])
  }
})

test('a heading, a sentence about a forwarded message, and a trailer below it are the writer’s', async () => {
  const own = `-- original messages --\n\nThe lock is taken twice.\n\nThe forwarded message:\n\n\tmsg = io_msg_ring()\n\nis freed twice.\n\n${OWN}`
  const mail = await read(`${QUOTE}${own}\n`)
  expect(mail).toMatchObject({ said: [own], trailers: [{ match: true }] })
  // In code it is an example.
  const fenced = await read(`${QUOTE}As in:\n\n\`\`\`\n${OWN}\n\`\`\`\n`)
  expect(fenced.trailers.filter(({ match }) => match)).toEqual([])
})

test.each([
  ['VORSICHT: Diese E-Mail kam von einem externen Absender. Klicken Sie nicht auf Links.'],
  ['ATENCIÓN: Este correo electrónico proviene de fuera de la organización. No haga clic en enlaces.'],
  ['LET OP: Deze e-mail is afkomstig van buiten de organisatie. Klik niet op links.'],
  ['ATTENZIONE: questa e-mail proviene dall’esterno dell’organizzazione. Non fare clic sui link.'],
  ['OBS! Detta e-postmeddelande kommer från en extern avsändare. Klicka inte på länkar.'],
  ['UWAGA: Ta wiadomość pochodzi spoza organizacji. Nie klikaj linków.'],
  ['ВНИМАНИЕ: это письмо пришло извне организации. Не переходите по ссылкам.'],
  ['注意: このメールは社外から送信されました。'],
  ['外部邮件：请谨慎点击链接和附件'],
  ['[EXTERNE]'],
])('a banner in another language is nobody’s words, above them or below: %s', async (banner) => {
  expect((await read(`${banner}\n\n${ATTRIBUTED}Only this.\n`)).said).toEqual(['Only this.'])
  expect((await read(`${QUOTE}Only this.\n\n${banner}\n`)).said).toEqual(['Only this.'])
})

test.each([
  ['Vorsicht: hier wird der Lock zweimal genommen.'],
  ['Attenzione: il lock manca.'],
  ['Hinweis: der externe Zähler wird nie kleiner.'],
  ['注意：这里需要锁。'],
])('a remark that begins as one does is words: %s', async (own) => {
  expect((await read(`${own}\n\n${ATTRIBUTED}And this.\n`)).said).toEqual([own, 'And this.'])
  expect((await read(`${QUOTE}Yes.\n\n${own}\n`)).said).toEqual([`Yes.\n\n${own}`])
})

test.each([
  ['Automatisk svar: '],
  ['Odpowiedź automatyczna: '],
  ['Otomatik Yanıt: '],
  ['Автоматический ответ: '],
  ['自動返信: '],
  ['자동 회신: '],
  ['Automatická odpověď: '],
  ['Fuera de la oficina: '],
  ['Αυτόματη απάντηση: '],
  ['Fraværende: '],
])('an absence that %s announces is no comment', async (announced) => {
  const Subject = `${announced}[RFC v2 4/4] x`
  expect(await read('x\n', { headers: { Subject } })).toMatchObject({ status: 'ignored' })
  const subject = `Re: [RFC v2 4/4] ${announced}x`
  expect((await read('I am here.\n', { headers: { Subject: subject } })).said).toEqual(['I am here.'])
})

test.each([
  ['Ihre Nachricht an futexes wartet auf die Bestätigung des Moderators'],
  ["Votre message pour futexes est en attente d'approbation du modérateur"],
  ['Su mensaje a futexes espera la aprobación del moderador'],
  ['Uw bericht aan futexes wacht op goedkeuring door de moderator'],
  ['Ваше сообщение ожидает одобрения модератора'],
])('a notice of a list in another language is no comment: %s', async (Subject) => {
  const PASSED = 'mx.rfc.example; dmarc=pass header.from=lists.example'
  const desk = { 'Authentication-Results': PASSED, From: 'futexes-bounces@lists.example' }
  expect((await read('x\n', { headers: { ...desk, Subject } })).status).toBe('ignored')
  expect((await read('x\n', { headers: { ...desk, Subject: `Re: ${Subject}` } })).status).toBe('imported')
  expect((await read('x\n', { headers: { Subject } })).status).toBe('imported')
})

test.each([
  ['---\nThis email has been checked for viruses by Avast antivirus software.\nwww.avast.com\n'],
  [
    '------------------------------------------\nfutexes: futexes\nPermalink: https://futexes.topicbox.com/groups/futexes/T1-M2\nDelivery options: https://futexes.topicbox.com/groups/futexes/subscription\n',
  ],
  [`${'_'.repeat(47)}\nfutexes Mailingliste\nJetzt abbestellen: https://lists.example/listinfo/futexes\n`],
])('a footer of a further program is nobody’s words: %j', async (footer) => {
  expect((await read(`${QUOTE}Only this.\n\n${footer}`)).said).toEqual(['Only this.'])
})

test('the footer that a list adds in HTML, to words in HTML, is its footer', async () => {
  const footer =
    'Content-Type: text/html\n\n<hr><p>futexes mailing list<br>futexes@lists.example<br>https://lists.example/mailman/listinfo/futexes</p>'
  const { body, headers } = mixed(html('In HTML.'), footer)
  expect((await read(body, { headers })).said).toEqual(['In HTML.'])
  // Alone it may be what somebody wanted to say.
  expect((await read(mixed(footer).body, { headers })).said.join()).toContain('futexes mailing list')
})

test('words in PGP that are set in are held, too', async () => {
  const sealed = '  -----BEGIN PGP MESSAGE-----\n\n  abcd\n  -----END PGP MESSAGE-----\n'
  expect(await read(sealed)).toMatchObject({ status: 'quarantined', flags: ['encrypted'] })
})

test('the right frame of a drawing that a mailer broke off is quoted with it', async () => {
  const torn =
    '>      |          | wake() |\n|\n>      |          |<-------|\n|\n>      |          | 1 woken\n|\n\nMine.\n'
  expect((await read(torn)).said).toEqual(['Mine.'])
})

test.each([
  ['reva_at_example.org (Reva Reviewer)'],
  ['reva {at} example {dot} org (Reva Reviewer)'],
  ['Reva Reviewer <reva&#64;example.org>'],
  ['Reva Reviewer &lt;reva@example.org&gt;'],
])('an address as a page shows it is read: %s', async (From) => {
  const mail = await read('Words.\n', { headers: { From, 'Authentication-Results': null } })
  expect(mail.author).toEqual({ name: 'Reva Reviewer', address: 'reva@example.org' })
})

test('where the topmost server did not say when, the next one is asked', async () => {
  const above = [
    'Authentication-Results: mx.rfc.example; dmarc=pass header.from=example.org',
    'Received: from list by mx.rfc.example',
    'Received: from a by list; Tue, 15 Jun 2021 11:30:00 +0530 (IST; no summer)',
  ]
  for (const date of ['yesterday', 'Tue, 15 Jun 2021 09:00:00 PM'])
    expect((await read('Words.\n', { headers: { Date: date }, above })).date).toMatchObject({
      offsetMinutes: 330,
    })
  const zone = await read('Words.\n', { headers: { Date: 'Tue, 15 Jun 2021 09:00:00 +05:30' } })
  expect(zone).toMatchObject({ flags: [], date: { offsetMinutes: 330 } })
})

test.each([
  ["attachment; filename*=koi8-r''%C6%C1%CA%CC.patch", 'файл.patch'],
  ["attachment; filename*0*=windows-1251''%F4%E0; filename*1*=%E9%EB; filename*2=.patch", 'файл.patch'],
  ['attachment; filename="=?iso-2022-jp?B?GyRCJUYlOSVIGyhCLnBhdGNo?="', 'テスト.patch'],
  ['attachment; filename="=?windows-1251?Q?../=F4=E0=E9=EB.patch?="', 'файл.patch'],
  ["attachment; filename*=no-such''%C6.patch", '=?no-such?Q?=C6.patch?='],
  ['attachment', ''],
])('the name of a file is read in its charset, and is a name: %s', async (disposition, filename) => {
  const file = `Content-Type: application/octet-stream\nContent-Disposition: ${disposition}\n\nx`
  const { body, headers } = mixed(plain(`${QUOTE}Words.`), file, file)
  const mail = await read(body, { headers })
  expect(mail).toMatchObject({ said: ['Words.'], attachments: [{ filename }, { filename }] })
})
