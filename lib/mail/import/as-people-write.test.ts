import { expect, test } from 'vitest'
import {
  NOW,
  POLICY,
  partId,
  type ReplySpelling,
  reply,
  sampleSeries,
} from '#lib/mail/import/samples/reply.ts'
import rfc from '#lib/mail/import/samples/rfc.json'
import { createMailImporter } from '#lib/mail/shell/import-mails.ts'
import { type CorpusOutcome, toCorpusOutcome } from './corpus-form.ts'

const series = sampleSeries(rfc)

async function imported(...mails: (string | Buffer)[]): Promise<CorpusOutcome> {
  const importer = createMailImporter([series], POLICY, NOW)
  let last: CorpusOutcome | undefined
  for (const mail of mails) last = toCorpusOutcome(await importer.importBytes(Buffer.from(mail as string)))
  return last as CorpusOutcome
}

/** kind anchor: text, in one line each. */
function told(outcome: CorpusOutcome): string[] {
  return outcome.comments.map((c) => `${c.kind} ${c.anchor}: ${c.text.replace(/\s+/g, ' ')}`)
}

const CANCEL = `> io_futex_cancel() calls futex_unqueue(). When this returns 0 a waker
> owns the entry and will post the CQE, so the cancellation must not free
> it.`
const OWNED = `> The wait request embeds one futex_q. The futex_q is owned by the
> io_kiocb from futex_queue() until the waker has removed it from the hash
> bucket in mark_wake_futex().`

// What was written, and what becomes of it.
const CASES: readonly (readonly [string, string, readonly string[], ReplySpelling?])[] = [
  ['a greeting above is no comment', `Hi Ünal,\n\n${CANCEL}\n\nWhy not?\n`, ['comment p4/4.2#1: Why not?']],
  [
    'words above and between are all kept',
    `Nice write-up, one question below.\n\n${CANCEL}\n\nWhy not?\n`,
    ['general p4: Nice write-up, one question below.', 'comment p4/4.2#1: Why not?'],
  ],
  [
    'an answer below the whole mail is about its end',
    `${OWNED}\n>\n> [...]\n>\n${CANCEL}\n\nFine.\n`,
    ['comment p4/4.2#1: Fine.'],
  ],
  [
    "what is quoted below the last answer is nobody's words",
    `${OWNED}\n\nFine.\n\n${CANCEL}\n`,
    ['comment p4/4#1: Fine.'],
  ],
  ['a quoted signature is let go', `${CANCEL}\n>\n> -- \n> Ünal\n\nFine.\n`, ['comment p4/4.2#1: Fine.']],
  [
    'words of another part are found there',
    `> PI futexes are refused with -EINVAL. A robust list entry is not touched,\n> as the ring does not own a lock.\n\nSame here?\n`,
    ['comment p3/3.1#1: Same here?'],
  ],
  [
    'a cut at the end of a line is no word',
    `> The callback is invoked with hb->lock held and must not sleep. [...]\n\nWhy?\n`,
    ['comment p4/4.1#1: Why?'],
  ],
  [
    'a quoted heading is its section',
    `> 4.2 Cancellation\n> ----------------\n\nToo short.\n`,
    ['comment p4/4.2#1: Too short.'],
  ],
  [
    'a heading above the quoted words changes nothing',
    `> 4.2 Cancellation\n> ----------------\n>\n${CANCEL}\n\nHm.\n`,
    ['comment p4/4.2#1: Hm.'],
  ],
  [
    'words corrected while quoting are still found',
    `> The callback is invoked with hb->lock held and must not slep. It may\n> not take uring_lock. The order is:\n\nHm?\n`,
    ['comment p4/4.1#1: Hm?'],
  ],
  [
    'a changed last word is found by the words before',
    `> The callback is invoked with hb->lock held and must not sleep. It mai\n\nHm?\n`,
    ['comment p4/4.1#1: Hm?'],
  ],
  [
    'a row of a trace',
    `>                                     futex_wake(uaddr, 1)\n\nWhich CPU?\n`,
    ['comment p3/3.2#2: Which CPU?'],
    { part: 3 },
  ],
  [
    'a caption',
    `>     Figure 1: wait request, uncontended\n\nAnd contended?\n`,
    ['comment p2/2#3: And contended?'],
    { part: 2 },
  ],
  [
    'an item of a list',
    `>  - cancel: task context, uring_lock held\n\nAlways?\n`,
    ['comment p2/2#8: Always?'],
    { part: 2 },
  ],
  [
    'a comment on the cover',
    `> A rendered version with the simulations is at [1].\n\nIt is down.\n`,
    ['comment p0/cover#5: It is down.'],
    { part: 0, headers: { Subject: 'Re: [RFC v2 0/4] io_uring: x' } },
  ],
  ['a word about the whole', 'I like it.\n', ['general cover: I like it.'], { part: 0 }],
  ['a short quote has to be words', `> it\n\nWhat?\n`, ['comment p4/4#1: What?']],
  [
    'a comparison is not a quote',
    `${CANCEL}\n\nOnly if nr\n>= 4 on this CPU.\n`,
    ['comment p4/4.2#1: Only if nr >= 4 on this CPU.'],
  ],
  [
    'a line that a mailbox escaped is not a quote',
    `>From what I see this leaks.\n`,
    ['general p4: From what I see this leaks.'],
  ],
  [
    'a signature above the quoted mail',
    `Fine with me.\n\n-- \nReva\n\nOn Mon, Jun 14 2021 at 10:00, Ünal Größe wrote:\n${CANCEL}\n`,
    ['general p4: Fine with me.'],
  ],
  [
    'a telephone',
    `Fine with me.\n\nSent from my iPhone\n\n> On Jun 14, 2021, at 10:00 AM, Ünal Größe <unal@rfc.example> wrote:\n>\n${CANCEL}\n`,
    ['general p4: Fine with me.'],
  ],
  [
    'a footer of a list',
    `Fine with me.\n\n_______________________________________________\nlinux-kernel mailing list\nlinux-kernel@lists.example\nhttps://lists.example/listinfo/linux-kernel\n`,
    ['general p4: Fine with me.'],
  ],
  [
    'an unmarked mail below its headers',
    `Needs a bound.\n\nFrom: Ünal Größe <unal@rfc.example>\nSent: Monday, June 14, 2021 10:00 AM\nTo: linux-kernel@vger.kernel.org; io-uring@vger.kernel.org\nSubject: [RFC v2 4/4] io_uring/futex: Lifetime\n\n4.1 Locking\n-----------\n\n${CANCEL.replaceAll('> ', '')}\n\nRegards, Ünal\n`,
    ['general p4: Needs a bound.'],
  ],
  [
    'an unmarked mail below an attribution',
    `Needs a bound.\n\nOn Mon, Jun 14, 2021 at 10:00 AM Ünal Größe <unal@rfc.example> wrote:\n\n${CANCEL.replaceAll('> ', '')}\n`,
    ['general p4: Needs a bound.'],
  ],
  [
    'answers written into an unmarked mail',
    `See below.\n\n-----Original Message-----\nFrom: Ünal Größe <unal@rfc.example>\nSent: Monday, 14 June 2021 10:00\nSubject: [RFC v2 4/4] x\n\n${OWNED.replaceAll('> ', '')}\n\n[Reva] And who frees it when the ring dies?\n\n${CANCEL.replaceAll('> ', '')}\n`,
    ['general p4: See below.', 'comment p4/4#1: [Reva] And who frees it when the ring dies?'],
  ],
  [
    'an answer below an unmarked mail',
    `On Mon, Jun 14, 2021 at 10:00 AM Ünal Größe <unal@rfc.example> wrote:\n\n${CANCEL.replaceAll('> ', '')}\n\nNeeds a bound.\n`,
    ['comment p4/4.2#1: Needs a bound.'],
  ],
  [
    'an attribution whose quote was deleted',
    `On Mon, Jun 14, 2021 at 10:00 AM Ünal Größe <unal@rfc.example> wrote:\n[snip]\n\nNeeds a bound.\n`,
    ['general p4: Needs a bound.'],
  ],
  [
    'a sentence that ends in a colon above a quote',
    `You say in 4.2:\n\n${CANCEL}\n\nHm.\n`,
    ['general p4: You say in 4.2:', 'comment p4/4.2#1: Hm.'],
  ],
  ['farewell below a quote', `${OWNED}\n\nFine.\n\n${CANCEL}\n\nThanks,\nReva\n`, ['comment p4/4#1: Fine.']],
  [
    'a patch with a removed line that looks like a signature',
    `> The order is:\n\nLike so:\n\n--- a/x\n+++ b/x\n@@ -1,2 +1,1 @@\n a\n-- \n\nThanks\n`,
    ['patch p4/4.1#1: Like so: --- a/x +++ b/x @@ -1,2 +1,1 @@ a -- Thanks'],
  ],
  [
    'an own table stays',
    `${CANCEL}\n\nI measured:\n\n| a | b |\n| 1 | 2 |\n`,
    ['comment p4/4.2#1: I measured: | a | b | | 1 | 2 |'],
  ],
  [
    'code in an answer keeps its lines',
    `${CANCEL}\n\nLike\n\n\tif (!x)\n\t\treturn;\n`,
    ['comment p4/4.2#1: Like if (!x) return;'],
  ],
  [
    'the same words twice: in the order of the answers',
    `> uring_lock\n\nOne.\n\n> not take uring_lock. The order is:\n\nTwo.\n\n> uring_lock\n\nThree.\n`,
    ['comment p4/4.1#1: One.', 'comment p4/4.1#1: Two.', 'comment p4/4.1#2: Three.'],
  ],
]

for (const [what, body, want, spelling] of CASES) {
  test(what, async () => {
    const outcome = await imported(reply(body, spelling))
    expect(told(outcome)).toEqual(want)
    expect(outcome.status).toBe('imported')
  })
}

test('words that stand nowhere are about the part, and say so', async () => {
  const outcome = await imported(reply('> Something that nobody ever wrote in it.\n\nReally?\n'))
  expect(told(outcome)).toEqual(['general p4: Really?'])
  expect(outcome.flags).toContain('quote-not-found')
})

test('an answer without a quote to a mail of one comment answers that comment', async () => {
  const first = reply(`${CANCEL}\n\nWhy not?\n`, { id: '<first@import.example>' })
  const second = reply('Because.\n', { headers: { 'In-Reply-To': '<first@import.example>' } })
  const outcome = await imported(first, second)
  expect(outcome.parent).toBe('<first@import.example>')
  expect(outcome.comments).toMatchObject([
    { kind: 'reply', anchor: 'p4/4.2#1', reply_to_comment_of: '<first@import.example>' },
  ])
})

test('a quote of a grandparent answers the grandparent', async () => {
  const first = reply(`${CANCEL}\n\nWhy must it not free it there?\n`, { id: '<a@import.example>' })
  const second = reply('> Why must it not free it there?\n\nThe waker does.\n', {
    id: '<b@import.example>',
    headers: { 'In-Reply-To': '<a@import.example>' },
  })
  const third = reply('> > Why must it not free it there?\n\nI wonder, too.\n', {
    headers: { 'In-Reply-To': '<b@import.example>', References: '<a@import.example> <b@import.example>' },
  })
  expect((await imported(first, second, third)).comments).toMatchObject([
    { kind: 'reply', anchor: 'p4/4.2#1', reply_to_comment_of: '<a@import.example>' },
  ])
})

const PARENTS: readonly (readonly [string, Record<string, string | null>, string | null, string | null])[] = [
  [
    'In-Reply-To with words around it',
    { 'In-Reply-To': `Your message of "Mon, 14 Jun 2021" ${partId(2)}` },
    partId(2),
    'in-reply-to',
  ],
  ['In-Reply-To without brackets', { 'In-Reply-To': partId(2).slice(1, -1) }, partId(2), 'in-reply-to'],
  [
    'References alone, the nearest',
    { 'In-Reply-To': null, References: `${partId(0)} ${partId(1)} <x@private.example>` },
    partId(1),
    'references',
  ],
  [
    'a subject in German',
    { 'In-Reply-To': null, References: null, Subject: 'AW: [RFC v2 3/4] io_uring/futex: x' },
    partId(3),
    'subject',
  ],
  [
    'a subject with two prefixes and a list',
    { 'In-Reply-To': null, References: null, Subject: 'Re: [io-uring] SV: [RFC v2 3/4] x' },
    partId(3),
    'subject',
  ],
  [
    'a subject that was',
    { 'In-Reply-To': null, References: null, Subject: 'Requeue (was: Re: [RFC v2 3/4] x)' },
    partId(3),
    'subject',
  ],
  [
    'a subject of another version',
    { 'In-Reply-To': null, References: null, Subject: 'Re: [RFC v3 3/4] x' },
    null,
    null,
  ],
  [
    'a subject of something else',
    { 'In-Reply-To': null, References: null, Subject: 'Re: [PATCH 3/4] x' },
    null,
    null,
  ],
  [
    'a thread of somebody else',
    { 'In-Reply-To': '<x@y.example>', References: '<z@y.example>', Subject: 'Re: lunch' },
    null,
    null,
  ],
]

const LEADS = [
  ...['Odp.: ', 'Réf : ', 'Rép : ', 'رد: ', 'השב: ', 'Balas: ', 'Vl: ', 'Trả lời: ', 'ตอบกลับ: ', 'Re: ตอบ: '],
  ...['[SPAM?] Re: ', '***UNCHECKED*** Re: ', '[EXT] RE: '],
]
for (const lead of LEADS) {
  test(`the parent by a subject that begins with "${lead}", in whatever language`, async () => {
    const headers = (subject: string) => ({ 'In-Reply-To': null, References: null, Subject: subject })
    const outcome = await imported(reply('Words.\n', { headers: headers(`${lead}[RFC v2 3/4] x`) }))
    expect([outcome.parent, outcome.parent_by]).toEqual([partId(3), 'subject'])
    expect(
      (await imported(reply('Words.\n', { headers: headers(`${lead}[PATCH 3/4] x`) }))).parent,
    ).toBeNull()
  })
}

for (const [what, headers, parent, by] of PARENTS) {
  test(`the parent by ${what}`, async () => {
    const outcome = await imported(reply('Words.\n', { headers }))
    expect([outcome.parent, outcome.parent_by]).toEqual([parent, by])
    expect(outcome.status).toBe(parent ? 'imported' : 'ignored')
    if (!parent) expect(outcome.flags).toContain('unknown-thread')
  })
}

test('our own mail that comes back from the list is a duplicate', async () => {
  const text = series.parts[4]?.text ?? ''
  expect(await imported(reply(text, { id: partId(4) }))).toMatchObject({ status: 'duplicate', comments: [] })
  const other = await imported(reply('Withdrawn.\n', { id: partId(4) }))
  expect(other).toMatchObject({ status: 'quarantined', flags: ['message-id-conflict'] })
})

test('the same mail with the footer of another list is a duplicate', async () => {
  const mail = reply(`${CANCEL}\n\nWhy not?\n`, { id: '<once@import.example>' })
  const again = `${mail}\n-- \nTo unsubscribe from this list: send the line "unsubscribe x" in\nthe body of a message to majordomo@vger.kernel.org\n`
  expect(await imported(mail, again)).toMatchObject({ status: 'duplicate' })
})

test('a mail without a Message-ID is imported once', async () => {
  const mail = reply('Words.\n', { headers: { 'Message-ID': null } })
  expect(await imported(mail)).toMatchObject({ status: 'imported', flags: ['message-id-missing'] })
  expect(await imported(mail, mail)).toMatchObject({ status: 'duplicate' })
})

const TRAILERS: readonly (readonly [string, string, readonly (readonly [string, string, boolean])[]])[] = [
  [
    'several',
    'Reviewed-by: Reva Reviewer <reva@example.org>\nTested-by: Reva Reviewer <REVA@example.org>\n',
    [
      ['Reviewed-by', 'reva@example.org', true],
      ['Tested-by', 'REVA@example.org', true],
    ],
  ],
  [
    'in small letters, with a remark',
    'acked-by: Reva <reva@example.org> # for the futex parts\n',
    [['Acked-by', 'reva@example.org', true]],
  ],
  [
    'on two lines',
    'Reviewed-by: Reva Reviewer\n  <reva@example.org>\n',
    [['Reviewed-by', 'reva@example.org', true]],
  ],
  [
    'in capitals',
    'TESTED-BY: Reva <reva@example.org>\nAcked-By:Reva <reva@example.org>\n',
    [
      ['Tested-by', 'reva@example.org', true],
      ['Acked-by', 'reva@example.org', true],
    ],
  ],
  [
    'with the link that Outlook makes of an address',
    'Reviewed-by: Reva Reviewer <reva@example.org<mailto:reva@example.org>>\n',
    [['Reviewed-by', 'reva@example.org', true]],
  ],
  [
    'in bold letters',
    '*Reviewed-by:* Reva <reva@example.org>\n**Acked-by**: Reva <reva@example.org>\n',
    [
      ['Reviewed-by', 'reva@example.org', true],
      ['Acked-by', 'reva@example.org', true],
    ],
  ],
  ['quoted', '> Reviewed-by: Reva Reviewer <reva@example.org>\n\nNo, I did not.\n', []],
  ['in a signature', 'Words.\n\n-- \nReviewed-by: Reva Reviewer <reva@example.org>\n', []],
  ['in a sentence', 'You may add Reviewed-by: Reva <reva@example.org> later.\n', []],
  [
    'of a patch below scissors',
    'Like so:\n\n-- >8 --\nSubject: x\n\nSigned-off-by: Reva Reviewer <reva@example.org>\n',
    [],
  ],
]

for (const [what, body, want] of TRAILERS) {
  test(`trailers ${what}`, async () => {
    const outcome = await imported(reply(body))
    expect(outcome.trailers.map((t) => [t.tag, t.email, t.match])).toEqual(want)
    expect(outcome.status).toBe('imported')
  })
}

const AUTOMATIC: readonly (readonly [string, Record<string, string>, string])[] = [
  ['an answer of Exchange', { Subject: 'Automatic reply: [RFC v2 4/4] x' }, 'auto-submitted'],
  ['an answer that says so', { 'Auto-Submitted': 'auto-generated; owner-email="x@y"' }, 'auto-submitted'],
  ['an old vacation program', { Precedence: 'auto_reply' }, 'auto-submitted'],
  ['a report', { 'Content-Type': 'multipart/report; report-type=delivery-status; boundary=x' }, 'bounce'],
  ['a daemon', { From: 'Mail Delivery System <MAILER-DAEMON@mx.example>' }, 'bounce'],
]

for (const [what, headers, flag] of AUTOMATIC) {
  test(`${what} is ignored`, async () => {
    const outcome = await imported(reply('I am away.\n', { headers }))
    expect(outcome).toMatchObject({ status: 'ignored', comments: [] })
    expect(outcome.flags).toContain(flag)
  })
}

test('mail of a list says bulk, and is imported', async () => {
  const headers = { Precedence: 'bulk', 'Auto-Submitted': 'no', 'List-Id': '<io-uring.vger.kernel.org>' }
  expect((await imported(reply('Words.\n', { headers }))).status).toBe('imported')
})

const FROMS: readonly (readonly [string, string, string, string])[] = [
  [
    'an encoded name',
    '=?UTF-8?B?w5xuYWwgR3LDtsOfZQ==?= <reva@example.org>',
    'Ünal Größe',
    'reva@example.org',
  ],
  [
    'an encoded name in an old charset',
    '=?iso-8859-1?Q?=DCnal_Gr=F6=DFe?= <reva@example.org>',
    'Ünal Größe',
    'reva@example.org',
  ],
  ['raw UTF-8', 'Ünal Größe <reva@example.org>', 'Ünal Größe', 'reva@example.org'],
  ['an address alone', 'reva@example.org', '', 'reva@example.org'],
  ['the old form with a comment', 'reva@example.org (Reva Reviewer)', 'Reva Reviewer', 'reva@example.org'],
  ['a comma in quotes', '"Reviewer, Reva" <reva@example.org>', 'Reviewer, Reva', 'reva@example.org'],
]

for (const [what, from, name, email] of FROMS) {
  test(`a sender with ${what}`, async () => {
    expect((await imported(reply('Words.\n', { headers: { From: from } }))).author).toEqual({ name, email })
  })
}

test('a sender in a group is nobody in particular, and held', async () => {
  const headers = { From: 'Reviewers: Reva Reviewer <reva@example.org>;' }
  expect(await imported(reply('Words.\n', { headers }))).toMatchObject({
    status: 'quarantined',
    flags: ['from-invalid'],
  })
})

const DATES: readonly (readonly [string, string | null, string | null, string[]])[] = [
  ['in UTC by name', 'Tue, 15 Jun 2021 07:00:00 GMT', '2021-06-15T07:00:00+00:00', []],
  ['with a comment', 'Tue, 15 Jun 2021 09:00:00 +0200 (CEST)', '2021-06-15T09:00:00+02:00', []],
  ['without weekday and seconds', '15 Jun 2021 9:00 -0730', '2021-06-15T09:00:00-07:30', []],
  ['of two digits', 'Tue, 15 Jun 21 09:00:00 EST', '2021-06-15T09:00:00-05:00', []],
  ['that no calendar has', 'Sun, 30 Feb 2021 09:00:00 +0000', null, ['date-invalid']],
  ['in the future', 'Fri, 15 Jun 2029 09:00:00 +0000', null, ['date-future']],
  ['that is missing', null, null, ['date-missing']],
]

for (const [what, date, want, flags] of DATES) {
  test(`a date ${what}`, async () => {
    expect(await imported(reply('Words.\n', { headers: { Date: date } }))).toMatchObject({
      date: want,
      flags,
    })
  })
}

test('flowed text with DelSp and stuffing', async () => {
  const body =
    '> io_futex_cancel() calls futex_un \n> queue(). When this returns 0 \n\n From here on \nit is unclear.\n'
  const headers = { 'Content-Type': 'text/plain; charset=UTF-8; format=flowed; delsp=yes' }
  expect(told(await imported(reply(body, { headers })))).toEqual([
    'comment p4/4.2#1: From here onit is unclear.',
  ])
})

test('charsets of the east, of the past, and of nobody', async () => {
  const spelled = (bytes: number[], charset: string) =>
    Buffer.concat([
      Buffer.from(reply('', { headers: { 'Content-Type': `text/plain; charset=${charset}` } })),
      Buffer.from(bytes),
    ])
  const text = async (bytes: number[], charset: string) =>
    (await imported(spelled(bytes, charset))).comments.map((c) => c.text)
  expect(await text([0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4], 'koi8-r')).toEqual(['Привет'])
  expect(await text([0x1b, 0x24, 0x42, 0x46, 0x7c, 0x1b, 0x28, 0x42], 'iso-2022-jp')).toEqual(['日'])
  expect(await text([0xc4, 0xe3, 0xba, 0xc3], 'gb2312')).toEqual(['你好'])
  expect(await text([0x93, 0x61, 0x94], 'x-nobody')).toEqual(['“a”'])
  expect(await text([0xc3, 0xbc, 0x2e], 'x-nobody')).toEqual(['ü.'])
  expect(await text([0xfc, 0x2e], 'utf-8')).toEqual(['ü.'])
})

test('a blank plain part gives way to the HTML', async () => {
  const body = `--b\nContent-Type: text/plain\n\n \n--b\nContent-Type: text/html\n\n<p>Only here.</p><div style="display:none">hidden</div>\n--b--\n`
  const headers = { 'Content-Type': 'multipart/alternative; boundary=b' }
  const outcome = await imported(reply(body, { headers }))
  expect(told(outcome)).toEqual(['general p4: Only here.'])
  expect(outcome.flags).toContain('html-only')
})

test('a table in HTML keeps its columns', async () => {
  const html = '<table><tr><td>helper</td><td>11.2</td></tr><tr><td>direct</td><td>2.1</td></tr></table>'
  const headers = { 'Content-Type': 'text/html' }
  const outcome = await imported(reply(html, { headers }))
  expect(outcome.comments[0]?.text).toMatch(/^helper +11\.2\ndirect +2\.1$/)
})

test('a rule in HTML is no word', async () => {
  const headers = { 'Content-Type': 'text/html' }
  const outcome = await imported(reply('<p>Above.</p><hr><p>Below.</p>', { headers }))
  expect(outcome.comments.map((c) => c.text)).toEqual(['Above.\n\nBelow.'])
})
