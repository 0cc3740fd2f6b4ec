import { beforeAll, expect, test } from 'vitest'
import { MAX_COMMENTS, MAX_MIME_LEVELS, MAX_MIME_PARTS } from '#lib/mail/import/read/limits.ts'
import {
  NOW,
  PASS,
  POLICY,
  partId,
  type ReplySpelling,
  reply,
  sampleSeries,
} from '#lib/mail/import/samples/reply.ts'
import rfc from '#lib/mail/import/samples/rfc.json'
import { replySubject } from '#lib/mail/message/threading.ts'
import { createMailImporter } from '#lib/mail/shell/import-mails.ts'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import type { ImportedMail } from './imported-mail.ts'

// One test for each thing that somebody may try (README, "Attacks").
const series = sampleSeries(rfc)
const REVIEWED = 'Fine.\n\nReviewed-by: Reva Reviewer <reva@example.org>\n'

async function importAll(...mails: readonly (string | Buffer)[]): Promise<ImportedMail[]> {
  const importer = createMailImporter([series], POLICY, NOW)
  const outcomes: ImportedMail[] = []
  for (const mail of mails) outcomes.push(await importer.importBytes(Buffer.from(mail as string)))
  return outcomes
}

async function importOne(body: string, spelling?: ReplySpelling): Promise<ImportedMail> {
  const [outcome] = await importAll(reply(body, spelling))
  return outcome as ImportedMail
}

function hasNoEffect(outcome: ImportedMail): void {
  expect(['quarantined', 'rejected', 'ignored']).toContain(outcome.status)
  expect(outcome.trailers.filter((t) => t.match)).toEqual([])
}

test('a forged sender is held, its words are kept for a person, and its trailer does not count', async () => {
  const fail = 'mx.rfc.example; dkim=none; dmarc=fail header.from=example.org'
  const outcome = await importOne(REVIEWED, { headers: { 'Authentication-Results': fail } })
  hasNoEffect(outcome)
  expect(outcome).toMatchObject({
    status: 'quarantined',
    flags: ['auth-fail'],
    comments: [{ text: 'Fine.\n\nReviewed-by: Reva Reviewer <reva@example.org>' }],
  })
})

test('mail of a list that the operator named is shown, and its trailers do not count', async () => {
  const policy = { ...POLICY, lists: [{ listId: 'io-uring.list.example', domain: 'list.example' }] }
  const results = 'mx.rfc.example; dmarc=fail header.from=example.org; dkim=pass header.d=list.example'
  const headers = { 'Authentication-Results': results, 'List-Id': '<io-uring.list.example>' }
  const outcome = await createMailImporter([series], policy, NOW).importBytes(
    Buffer.from(reply(REVIEWED, { headers })),
  )
  expect(outcome).toMatchObject({ status: 'imported', flags: ['via-list'], trailers: [{ match: false }] })
  hasNoEffect(await importOne(REVIEWED, { headers }))
})

test('a forged Authentication-Results below our own, or below a Received, is not believed', async () => {
  const own = 'Authentication-Results: mx.rfc.example; dmarc=fail header.from=example.org'
  hasNoEffect(await importOne(REVIEWED, { above: [own] }))
  hasNoEffect(await importOne(REVIEWED, { above: ['Received: from evil.example by mx.rfc.example'] }))
  const folded = `${own}\nX-A: b\n Authentication-Results: ${PASS}`
  hasNoEffect(await importOne(REVIEWED, { above: [folded] }))
})

test('a second From is held, wherever it stands and however it is spelt', async () => {
  for (const name of ['From', 'FROM', 'from']) {
    const mail = reply(REVIEWED).replace('MIME-Version', `${name}: Mallory <m@evil.example>\nMIME-Version`)
    const [outcome] = await importAll(mail)
    hasNoEffect(outcome as ImportedMail)
    expect(outcome?.flags).toContain('header-duplicate')
  }
  const outcome = await importOne(REVIEWED, {
    headers: { From: 'Reva <reva@example.org>, Mallory <m@evil.example>' },
  })
  hasNoEffect(outcome)
  expect(outcome.flags).toContain('from-invalid')
})

test('a known Message-ID with new text changes nothing of the known mail', async () => {
  const first = reply('What was said.\n', { id: '<known@import.example>' })
  const other = reply('What was never said.\n', { id: '<known@import.example>' })
  const answer = reply('> What was said.\n\nYes.\n', { headers: { 'In-Reply-To': '<known@import.example>' } })
  const [, conflict, reaction] = await importAll(first, other, answer)
  hasNoEffect(conflict as ImportedMail)
  expect(conflict?.flags).toContain('message-id-conflict')
  expect(reaction?.comments).toMatchObject([{ kind: 'reply', text: 'Yes.' }])
})

test('words made a quote under a known Message-ID are other words', async () => {
  const first = reply('I never said:\n\nMerge it.\n', { id: '<depth@import.example>' })
  const other = reply('> I never said:\n\nMerge it.\n', { id: '<depth@import.example>' })
  expect((await importAll(first, other)).map((o) => o.status)).toEqual(['imported', 'quarantined'])
})

test('who sends a forgery first does not own the Message-ID', async () => {
  const forged = reply('Withdrawn.\n', {
    id: '<early@import.example>',
    headers: { 'Authentication-Results': 'mx.rfc.example; dmarc=fail' },
  })
  const real = reply('Here it is.\n', { id: '<early@import.example>' })
  expect((await importAll(forged, real)).map((o) => o.status)).toEqual(['quarantined', 'imported'])
})

test('nothing hangs on a mail that is held', async () => {
  const held = reply('> The order is:\n\nForged.\n', {
    id: '<held@import.example>',
    headers: { 'Authentication-Results': 'mx.rfc.example; dmarc=fail' },
  })
  const answer = reply('> Forged.\n\nAgreed.\n', { headers: { 'In-Reply-To': '<held@import.example>' } })
  const [, reaction] = await importAll(held, answer)
  expect(reaction?.parent).toEqual({ messageId: partId(4).slice(1, -1), by: 'references' })
  expect(reaction?.comments[0]?.replyTo).toBeNull()
})

test('an address in a display name is a name', async () => {
  const from = '"Reva Reviewer <reva@example.org>" <m@evil.example>'
  const pass = 'mx.rfc.example; dmarc=pass header.from=evil.example'
  const outcome = await importOne(REVIEWED, { headers: { From: from, 'Authentication-Results': pass } })
  expect(outcome.author).toEqual({ name: 'Reva Reviewer <reva@example.org>', address: 'm@evil.example' })
  expect(outcome.flags).toEqual(expect.arrayContaining(['address-in-name', 'trailer-mismatch']))
  expect(outcome.trailers[0]?.match).toBe(false)
  const encoded = `=?UTF-8?Q?=22_=3Creva=40example.org=3E?= <m@evil.example>`
  const [second] = await importAll(
    reply('x\n', { headers: { From: encoded, 'Authentication-Results': pass } }),
  )
  expect(second?.author?.address).toBe('m@evil.example')
})

test('a trailer for another person is shown and does not count', async () => {
  const outcome = await importOne('Reviewed-by: Mika Keeper <mika@example.org>\n')
  expect(outcome).toMatchObject({
    status: 'imported',
    flags: ['trailer-mismatch'],
    trailers: [{ match: false }],
  })
})

test('line breaks in a decoded subject or name write no header', async () => {
  const outcome = await importOne('Words.\n', {
    headers: {
      Subject: 'Re: =?UTF-8?Q?[RFC_v2_4/4]_x=0D=0ABcc:_victim@example.org?=',
      From: '=?UTF-8?Q?Reva=0D=0AReply-To:_m=40evil.example?= <reva@example.org>',
    },
  })
  expect(outcome.subject).toBe('Re: [RFC v2 4/4] x Bcc: victim@example.org')
  expect(outcome.author).toEqual({ name: 'Reva Reply-To: m@evil.example', address: 'reva@example.org' })
  expect(replySubject(outcome.subject)).not.toMatch(/[\r\n]/)
})

test('script, HTML and MDX in the text stay text', async () => {
  const text = '<script>alert(1)</script> {process.env.SECRET} <Simulation model="x" />\nimport x from "fs"'
  expect((await importOne(`${text}\n`)).comments).toMatchObject([{ text }])
})

test('script, style, pictures and addresses of HTML are not in the text', async () => {
  const html =
    '<style>p{}</style><script>alert(1)</script><p onclick="x()">Words <a href="javascript:alert(1)">here</a><img src="http://t.example/p.gif" alt="pixel"></p><svg onload=alert(1)></svg><iframe src="//e.example"></iframe>'
  const outcome = await importOne(html, { headers: { 'Content-Type': 'text/html' } })
  expect(outcome.comments).toMatchObject([{ text: 'Words here' }])
})

test('a path in the name of an attachment is a name, and the attachment is not unpacked', async () => {
  const names = ['../../etc/passwd', '..\\..\\boot.ini', '/etc/shadow', '=?utf-8?q?=2E=2E=2Fx.c?=', '...']
  const parts = names.map(
    (name) =>
      `--b\nContent-Type: application/x; name="${name}"\nContent-Disposition: attachment; filename="${name}"\nContent-Transfer-Encoding: base64\n\nQUJD\n`,
  )
  const body = `--b\nContent-Type: text/plain\n\nWords.\n${parts.join('')}--b--\n`
  const outcome = await importOne(body, { headers: { 'Content-Type': 'multipart/mixed; boundary=b' } })
  expect(outcome.attachments.map((a) => a.filename)).toEqual(['passwd', 'boot.ini', 'shadow', 'x.c', ''])
  expect(JSON.stringify(outcome)).not.toMatch(/ABC|QUJD/)
})

test('a mail in a mail is an attachment: its words and senders are not looked at', async () => {
  const inner = reply('Words of the inner mail.\n', { headers: { From: 'm@evil.example' } })
  const body = `--b\nContent-Type: text/plain\n\nSee below.\n--b\nContent-Type: message/rfc822\n\n${inner}\n--b--\n`
  const outcome = await importOne(body, { headers: { 'Content-Type': 'multipart/mixed; boundary=b' } })
  expect(outcome.comments).toMatchObject([{ text: 'See below.' }])
  expect(outcome.attachments).toMatchObject([{ contentType: 'message/rfc822' }])
})

test("a mail that is its own parent, and two that are each other's, end", async () => {
  const own = reply('I am my own.\n', {
    id: '<own@import.example>',
    headers: { 'In-Reply-To': '<own@import.example>', References: `${partId(4)} <own@import.example>` },
  })
  const [outcome] = await importAll(own)
  expect(outcome?.parent?.messageId).toBe(partId(4).slice(1, -1))
  const a = reply('> b\n\na says enough words\n', {
    id: '<a@x.example>',
    headers: { 'In-Reply-To': '<b@x.example>' },
  })
  const b = reply('> a says enough words\n\nb\n', {
    id: '<b@x.example>',
    headers: { 'In-Reply-To': '<a@x.example>' },
  })
  expect((await importAll(a, b)).map((o) => o.parent?.messageId)).toEqual([
    partId(4).slice(1, -1),
    'a@x.example',
  ])
})

test('bad and future dates are no dates', async () => {
  for (const date of ['Mon, 32 Foo 2021 99:99:99 +9999', 'Fri, 31 Dec 9999 23:59:59 +0000', '', '0', 'now']) {
    expect((await importOne('Words.\n', { headers: { Date: date } })).date).toBeNull()
  }
})

test('an automatic answer is not imported, whoever it answers', async () => {
  hasNoEffect(await importOne(REVIEWED, { headers: { 'Auto-Submitted': 'auto-replied' } }))
})

test('control characters, terminal sequences and invisible characters do not reach the text', async () => {
  const outcome = await importOne(
    'a\u0000b\u0007 \u001b[31mred\u001b[0m \u001b]0;title\u0007\u202eevil\u202c \u200bx\n',
  )
  expect(outcome.comments).toMatchObject([{ text: 'ab red evil x' }])
  expect(outcome.flags).toContain('control-characters')
})

test('a mail beyond a limit is refused whole', async () => {
  const nested = (levels: number) => {
    const open = Array.from(
      { length: levels },
      (_, i) => `Content-Type: multipart/mixed; boundary="b${i}"\n\n--b${i}\n`,
    )
    return open.join('').replace(/^.*\n\n/, '')
  }
  const mixed = { headers: { 'Content-Type': 'multipart/mixed; boundary="b0"' } }
  const many = '--b0\nContent-Type: text/x\n\nx\n'
  const cases: readonly (readonly [string, string])[] = [
    [reply('x'.repeat(1_048_576)), 'too-large'],
    [reply('x', { headers: { 'X-Long': 'y'.repeat(65_536) } }), 'headers-too-large'],
    [`A: ${'y\n '.repeat(40_000)}`, 'headers-too-large'],
    [reply(nested(MAX_MIME_LEVELS + 1), mixed), 'mime-too-complex'],
    [reply(many.repeat(MAX_MIME_PARTS + 1), mixed), 'mime-too-complex'],
  ]
  for (const [mail, flag] of cases) {
    const [outcome] = await importAll(mail)
    hasNoEffect(outcome as ImportedMail)
    expect(outcome).toMatchObject({ status: 'rejected', flags: [flag], comments: [] })
  }
  const [within] = await importAll(
    reply(`${many.repeat(300)}--b0\nContent-Type: text/plain\n\nWords.\n`, mixed),
  )
  expect(within?.status).toBe('imported')
})

// Each is the worst of its kind at the size that is let in.
const NEAR_LIMIT = 1_000_000
const SLOW: readonly (readonly [string, string, Record<string, string>?])[] = [
  ['depth', `${'>'.repeat(NEAR_LIMIT)}\n`],
  ['spaced depth', `${'> '.repeat(NEAR_LIMIT / 2)}\n`],
  ['one line', 'x'.repeat(NEAR_LIMIT)],
  ['blanks', ' '.repeat(NEAR_LIMIT)],
  ['blanks before the end of a line', `x${' '.repeat(NEAR_LIMIT)}x\n`],
  ['blanks after dashes', `x\n--${' '.repeat(NEAR_LIMIT)}x\n`],
  ['dashes', `${'-'.repeat(NEAR_LIMIT)}x\n`],
  ['dots in a quote', `> ${'.'.repeat(NEAR_LIMIT)}x\n\na\n`],
  ['names of lists', `a\n\n______________________\n${'lists.'.repeat(NEAR_LIMIT / 6)}\n`],
  ['signs of addresses', `Reviewed-by: A\n<${'@'.repeat(NEAR_LIMIT)}\n`],
  ['blanks within a result', 'x\n', { 'Authentication-Results': `mx.rfc.example; a${' '.repeat(60_000)}b` }],
  ['empty lines', '\n'.repeat(NEAR_LIMIT)],
  ['answers', '> it\na\n'.repeat(NEAR_LIMIT / 7)],
  [
    'answers to long quotes',
    '> The callback is invoked with hb->lock held and must not\nslep\n'.repeat(NEAR_LIMIT / 65),
  ],
  ['attributions', 'On Mon, Jun 14 2021 at 10:00, X wrote:\n'.repeat(NEAR_LIMIT / 40)],
  ['attributions and quotes', 'On Mon, Jun 14 2021 at 10:00, X wrote:\n> a\n'.repeat(NEAR_LIMIT / 44)],
  ['heads of mails', 'From: a\nSent: b\n'.repeat(NEAR_LIMIT / 16)],
  ['separators', '-----Original Message-----\n'.repeat(NEAR_LIMIT / 27)],
  ['underscores', `${'_'.repeat(30)}\n`.repeat(NEAR_LIMIT / 31)],
  ['marks that are none', `${'-'.repeat(90)}x y${'-'.repeat(90)}z\n`.repeat(NEAR_LIMIT / 185)],
  ['marks of further mails', `>>> ${'1:1 '.repeat(40)}>>\n`.repeat(NEAR_LIMIT / 167)],
  [
    'ends of mails',
    '-----Original Message-----\nFrom: a\nSent: b\n--- End forwarded message ---\n'.repeat(NEAR_LIMIT / 73),
  ],
  ['words that lead to nothing', 'On 1.1.2021 10:00 a <a@b.example> wrote:\n\na\n'.repeat(NEAR_LIMIT / 45)],
  ['fences', '```\n'.repeat(NEAR_LIMIT / 4)],
  ['fences that nothing ends', '```\n~~~\n````\n'.repeat(NEAR_LIMIT / 13)],
  ['titles', '\nabcd\n~~~~\n'.repeat(NEAR_LIMIT / 11)],
  ['fields that hold what heads do', '\nx: a@b.example 2021 10:00\n'.repeat(NEAR_LIMIT / 28)],
  ['runs of such fields', `\n${'x: a@b.example 2021 10:00\n'.repeat(40)}`.repeat(NEAR_LIMIT / 1041)],
  ['fields that hold no address', `\nx: ${'a'.repeat(280)}@\n`.repeat(NEAR_LIMIT / 286)],
  ['arrows in quotes', '> hb->lock held and must <- x\n'.repeat(NEAR_LIMIT / 30)],
  ['marks of mails that quote', '--- Forwarded message ---\n> a\nb\n'.repeat(NEAR_LIMIT / 32)],
  [
    'heads of mails that quote',
    `From: a <a@b.example>\nDate: 1\nTo: ${'a@b.example,\n '.repeat(30)}\nSubject: x\n\nb\n${'> a\nb\n'.repeat(100)}`.repeat(
      900,
    ),
  ],
  ['signatures', '-- \n\nx\n'.repeat(NEAR_LIMIT / 7)],
  ['bare dashes', '--\n'.repeat(NEAR_LIMIT / 3)],
  ['trailers', 'Reviewed-by: A <a@b.example>\n'.repeat(NEAR_LIMIT / 29)],
  ['hunks', '--- a\n+++ b\n@@ -1 +1 @@\n'.repeat(NEAR_LIMIT / 26)],
  ['odd prefixes', '| a\n: b\n'.repeat(NEAR_LIMIT / 8)],
  ['words of the proposal', 'hb->lock '.repeat(NEAR_LIMIT / 9)],
  ['phones', 'Sent from my phone\n'.repeat(NEAR_LIMIT / 19)],
  ['flowed lines', 'a \n'.repeat(NEAR_LIMIT / 3), { 'Content-Type': 'text/plain; format=flowed' }],
  ['soft breaks', '=\n'.repeat(NEAR_LIMIT / 2), { 'Content-Transfer-Encoding': 'quoted-printable' }],
  ['equals signs', '='.repeat(NEAR_LIMIT), { 'Content-Transfer-Encoding': 'quoted-printable' }],
  ['blockquotes', '<blockquote>'.repeat(NEAR_LIMIT / 12), { 'Content-Type': 'text/html' }],
  ['tables', '<table><tr><td>'.repeat(NEAR_LIMIT / 15), { 'Content-Type': 'text/html' }],
  ['cells', `<table>${'<tr><td>a<td>b'.repeat(NEAR_LIMIT / 14)}`, { 'Content-Type': 'text/html' }],
  ['angle brackets', '<'.repeat(NEAR_LIMIT), { 'Content-Type': 'text/html' }],
  ['entities', '&amp;'.repeat(NEAR_LIMIT / 5), { 'Content-Type': 'text/html' }],
  ['boundaries', '--b'.repeat(NEAR_LIMIT / 3), { 'Content-Type': 'multipart/mixed; boundary=b' }],
  ['boundary lines', '--c\n'.repeat(NEAR_LIMIT / 4), { 'Content-Type': 'multipart/mixed; boundary=b' }],
  ['encoded words', 'x\n', { Subject: '=?utf-8?q?a?= '.repeat(4000) }],
  ['half encoded words', 'x\n', { Subject: '=?utf-8?'.repeat(8000) }],
  ['senders', 'x\n', { From: 'a@b.example, '.repeat(4500) }],
  ['comments of an address', 'x\n', { From: '('.repeat(60_000) }],
  ['references', 'x\n', { References: '<a@b> '.repeat(10_000) }],
  ['open brackets', 'x\n', { References: '<'.repeat(60_000) }],
  ['prefixes', 'x\n', { Subject: 'Re: '.repeat(15_000), 'In-Reply-To': '', References: '' }],
  ['parameters', 'x\n', { 'Content-Type': `text/plain; ${'a="\\";'.repeat(9000)}` }],
  [
    'continued parameters',
    'x\n',
    { 'Content-Type': `text/plain; ${Array.from({ length: 4000 }, (_, i) => `a*${i}=b`).join('; ')}` },
  ],
  ['results', 'x\n', { 'Authentication-Results': `mx.rfc.example; ${'dmarc=pass '.repeat(5000)}` }],
]

/** Of a mail that is read: the time of this process, in which the collector's threads are, and not the clock's. */
async function costOf(mail: string): Promise<{ readonly ms: number; readonly outcome: ImportedMail }> {
  const start = cpuMs()
  const [outcome] = await importAll(mail)
  return { ms: cpuMs() - start, outcome: outcome as ImportedMail }
}

/** What as many plain lines cost, on whatever machine this is and with whatever stands on its heap: the dearest of three. */
let plainMs = 0
beforeAll(async () => {
  for (let i = 0; i < 3; i++)
    plainMs = Math.max(plainMs, (await costOf(reply('a\n'.repeat(NEAR_LIMIT / 2)))).ms)
}, 60_000)

test('the mark of a mail that quotes often takes no more room than its words', async () => {
  const head = `Look:\n\n--- Forwarded message ---\nFrom: a <a@b.example>\nDate: 1\nTo: ${'a@b.example,\n '.repeat(30)}\nSubject: x\n\nb\n`
  const body = head + '> a\nb\n'.repeat(150_000)
  const [outcome] = await importAll(reply(body))
  const length = (outcome as ImportedMail).comments.reduce((sum, { text }) => sum + text.length, 0)
  expect(length).toBeLessThan(2 * NEAR_LIMIT)
})

test('a megabyte of plain lines takes no three seconds', () => {
  expect(plainMs).toBeLessThan(msHere(3000))
})

for (const [what, body, headers] of SLOW) {
  // A second; where the machine or its collector is slow, three times the plain lines. What grows with the square takes minutes.
  test(`a megabyte of ${what} takes no second, or not three times what plain lines take`, {
    retry: 2,
  }, async () => {
    const { ms, outcome } = await costOf(reply(body, { headers: headers ?? {} }))
    expect(ms).toBeLessThan(msHere(Math.max(1000, 3 * plainMs)))
    expect(outcome.status).not.toBe('rejected')
    expect(outcome.comments.length).toBeLessThanOrEqual(MAX_COMMENTS)
  })
}
