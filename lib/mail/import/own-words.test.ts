import { expect, test } from 'vitest'
import { attributionLength, attributionStrength } from '#lib/mail/import/read/attribution.ts'
import { isFarewell, isGreeting } from '#lib/mail/import/read/courtesy.ts'
import { footerLength, isDeviceSignature } from '#lib/mail/import/read/footer.ts'
import { NOW, POLICY, reply, sampleSeries } from '#lib/mail/import/samples/reply.ts'
import rfc from '#lib/mail/import/samples/rfc.json'
import { createMailImporter } from '#lib/mail/shell/import-mails.ts'
import type { ImportedMail } from './imported-mail.ts'

// A comment that is lost without a word is the worst that an importer can do. What follows looks like something that
// nobody says, and is somebody's own; and beside it, the forms that it looks like.
const series = sampleSeries(rfc)

async function imported(...mails: string[]): Promise<ImportedMail> {
  const importer = createMailImporter([series], POLICY, NOW)
  let last: ImportedMail | undefined
  for (const mail of mails) last = await importer.importBytes(Buffer.from(mail))
  return last as ImportedMail
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ')

const CANCEL = `> io_futex_cancel() calls futex_unqueue(). When this returns 0 a waker
> owns the entry and will post the CQE, so the cancellation must not free
> it.`
const LOCKING = `> The callback is invoked with hb->lock held and must not sleep. It may
> not take uring_lock. The order is:`
const ATTRIBUTION = 'On Mon, Jun 14 2021 at 10:00, Ünal Größe wrote:'
const bare = (quote: string) => quote.replaceAll('> ', '')

// What was written below `CANCEL`, all of it one comment on p4/4.2#1.
const KEPT: readonly (readonly [string, string])[] = [
  [
    'a citation with a year',
    'I do not like it. As Linus said in 2006:\n\n    Show me the code.\n\nSo post it.',
  ],
  [
    'a citation with a day',
    'On 2020-03-02 Thomas wrote:\n\n  never touch q after the unlock\n\nThat still holds.',
  ],
  [
    'a citation with an address',
    'In 2020 tglx@example.org said:\n\n  no second look\n\nand that rules it out.',
  ],
  [
    'a citation, and then words of the proposal as they should be',
    'On 2020-03-02 Thomas wrote:\n\n  never touch q after the unlock\n\nSo make it\n\nThe callback is invoked with hb->lock held and must not sleep. It may\nalso be called twice.',
  ],
  [
    'results with a day',
    'Measured on 2021-06-12, results of reva@example.org:\n\nhelper 40us\ndirect 5us\n\nHolds.',
  ],
  [
    'settings that look like a head',
    'We upgraded\n\nFrom: 5.10.42\nTo: 5.13-rc6\nDate: last week\n\nand it broke.',
  ],
  [
    'a mail as test data',
    'My test sends\n\nFrom: alice@example.com\nTo: bob@example.com\nSubject: test\nDate: Mon, 14 Jun 2021 10:00:00 +0200\n\nhello\n\nand the CQE comes twice.',
  ],
  ['a line that says what it separates', 'Log:\n\n----- message queue test -----\nok 1\n\nFails.'],
  ['a sentence of the proposal in other words', `Please write\n\n${bare(LOCKING)}\n\ninstead.`],
  [
    'an own list with items of the proposal',
    'Better\n\n* issue: task context, uring_lock may be held, may sleep\n* wakeup: softirq\n\nplease.',
  ],
  ['code with dots', 'Like\n\n  if (!q) {\n          ...\n          return;\n  }\n\nor so.'],
  ['confidential guests', 'Fine.\n\nConfidential VMs cannot take this path, it is for privileged tasks.'],
  [
    'a message for privileged tasks',
    'Fine.\n\nThis message is only useful for privileged tasks, so rate limit it.',
  ],
  [
    'a mailing list below a rule',
    'Fine.\n\n---\nThe linux-api mailing list <linux-api@vger.kernel.org> should be in Cc for all\nof it. The man page, too.',
  ],
  [
    'the unsubscribe path below a rule',
    'Three:\n\n====\nsubscribe, unsubscribe and release, all in task context, and none\nof them is listed.',
  ],
  [
    'what begins like the footer of a list',
    'Hm.\n\nTo unsubscribe from this list of waiters the task needs the lock.',
  ],
  ['a sending by a context', "Why?\n\nSent from the waker's context, the CQE may come first."],
  ['a sending by an IPI', 'How?\n\nSent via IPI to the other socket, I guess'],
  ['a sending by a program', 'How?\nSent with sched_setaffinity() on both CPUs?'],
  ['paragraphs below two dashes', 'Two points.\n\n--\nFirst, the name.\n\nSecond, the lock.'],
  ['a sentence below two dashes', 'One point.\n\n--\nI would also like to see the name changed.'],
  ['lines below two dashes', `Numbers:\n\n--\n${'one two three four five six seven eight\n'.repeat(6)}`],
  ['thanks with a remark', 'Thanks, but I disagree.'],
  ['best with a remark', 'Best to drop this sentence'],
  [
    'a warning behind marks',
    "Builds with a warning:\n\n>> io_uring/futex.c:41:6: warning: unused variable 'x'",
  ],
  [
    'a citation at the end',
    'Compare the old thread:\n\n> the unqueue side must never look at q->lock_ptr twice',
  ],
]

for (const [what, words] of KEPT) {
  test(`${what}: own words`, async () => {
    const outcome = await imported(reply(`${ATTRIBUTION}\n${CANCEL}\n\n${words}\n`))
    expect(outcome.status).toBe('imported')
    expect(outcome.comments.map((c) => oneLine(c.text))).toEqual([oneLine(words.trim())])
    expect(outcome.comments[0]?.anchor).toMatchObject({ passage: 'p4/4.2#1' })
  })
}

test('a citation in a mail that quotes nothing keeps all words', async () => {
  const words = 'I do not like it.\n\nOn 2020-03-02 Thomas wrote:\n\n  never touch q\n\nThat still holds.'
  const outcome = await imported(reply(`${words}\n\nNacked-by: Reva Reviewer <reva@example.org>\n`))
  expect(outcome.comments.map((c) => c.text)).toEqual([
    `${words}\n\nNacked-by: Reva Reviewer <reva@example.org>`,
  ])
  expect(outcome.trailers).toMatchObject([{ tag: 'Nacked-by', match: true }])
})

test('a lead into a quote is a comment on what stands above it', async () => {
  const body = `${CANCEL}\n\nIs this what Peter said in Lisbon:\n\n${LOCKING}\n\nor not?\n`
  expect((await imported(reply(body))).comments.map((c) => c.text)).toEqual([
    'Is this what Peter said in Lisbon:',
    'or not?',
  ])
})

test('answers in an unmarked mail are kept, however short, wherever they stand', async () => {
  const head = `-----Original Message-----\nFrom: Ünal Größe <unal@rfc.example>\nSent: Monday, 14 June 2021 10:00\nSubject: [RFC v2 4/4] x`
  const body = `See inline.\n\n${head}\n\nHi all,\n\nWhy two words for one lock?\n\n${bare(LOCKING)}\n\nWhy?\n\n${bare(CANCEL)}\n\nAnd another thing, the name is odd.\n\nRegards, Ünal\nSigned-off-by: Ünal Größe <unal@rfc.example>\n`
  const outcome = await imported(reply(body))
  expect(outcome.comments.map((c) => c.text)).toEqual([
    'See inline.',
    'Why two words for one lock?',
    'Why?',
    'And another thing, the name is odd.',
  ])
})

test('words behind a trailer are kept with it', async () => {
  const line = 'Reviewed-by: Reva Reviewer <reva@example.org> but please fix the comment first'
  const outcome = await imported(reply(`${CANCEL}\n\n${line}\n`))
  expect(outcome.comments.map((c) => c.text)).toEqual([line])
  expect(outcome.trailers).toMatchObject([{ tag: 'Reviewed-by', match: true }])
  const remark = 'Acked-by: Reva Reviewer <reva@example.org> # for the locking'
  expect((await imported(reply(`${CANCEL}\n\n${remark}\n`))).comments).toEqual([])
})

test('settings below a line of underscores, and a greeting above an unmarked mail, take no words away', async () => {
  const settings = `${'_'.repeat(32)}\nFrom: 5.10\nDate: now\n\nThat is how I ran it.`
  const first = await imported(reply(`${ATTRIBUTION}\n${CANCEL}\n\n${settings}\n`))
  expect(first.comments.map((c) => c.text)).toEqual([settings])
  const head =
    '-----Original Message-----\nFrom: Ünal Größe <unal@rfc.example>\nSent: Monday, 14 June 2021 10:00'
  const answers = `No.\n\n${bare(LOCKING)}\n\nNo, too.`
  const second = await imported(reply(`Hi Ünal,\n\n${head}\n\n${bare(CANCEL)}\n\n${answers}\n`))
  expect(second.comments.map((c) => c.text)).toEqual(['No.', 'No, too.'])
})

test('a whole unknown mail below its attribution is not repeated', async () => {
  const unknown = '> Something else that nobody mailed here.\n>\n> And more of it, at some length.'
  const outcome = await imported(reply(`Fine with me.\n\n${ATTRIBUTION}\n${unknown}\n`))
  expect(outcome.comments.map((c) => c.text)).toEqual(['Fine with me.'])
  expect(outcome.flags).toContain('top-post')
})

test('a mail and its copy with a footer are the same, whatever stands below its dashes', async () => {
  const card = '--\nReva Reviewer\nKernel team\nExample Ltd\nSome Street 1\n12345 Town\nPhone 123\nFax 124\n'
  const footer =
    '_______________________________________________\nio-uring mailing list\nio-uring@lists.example\nhttps://lists.example/listinfo/io-uring\n'
  for (const tail of [card, '--  \nReva\n', '--\nFirst, the name.\n\nSecond, the lock.\n']) {
    const mail = reply(`${CANCEL}\n\nOk.\n\n${tail}`, { id: '<once@import.example>' })
    expect((await imported(mail, mail + footer)).status).toBe('duplicate')
    expect((await imported(mail)).comments.map((c) => c.text.slice(0, 3))).toEqual(['Ok.'])
  }
})

const ATTRIBUTIONS = [
  'W dniu 14.06.2021 o 10:00, Ünal Größe pisze:',
  'Dana 14. 6. 2021. u 10:00, Ünal Größe je napisao/la:',
  'El 14/6/21 a les 10:00, Ünal Größe ha escrit:',
  'На 14.06.2021 г. в 10:00, Ünal Größe написа:',
  'Ünal Größe kirjutas 14.06.2021 kell 10:00:',
  '2021-06-14 10:00, Ünal Größe rašė:',
  '14.06.2021 10:00, Ünal Größe rakstīja:',
  'Ünal Größe igorleak idatzi zuen (21/6/14 10:00):',
  'Þann 14.6.2021 10:00, skrifaði Ünal Größe:',
  '2021-06-14 10:00에 Ünal Größe 이(가) 쓴 글:',
  'ในวันที่ 14/06/2021 10:00, Ünal Größe เขียน:',
  "Excerpts from Ünal Größe's message of June 14, 2021 10:00 am:",
  'Ünal Größe (2021-06-14 10:00):',
  'Ünal Größe, le 14/06/2021 à 10:00 :',
  '[Ünal Größe - Mon, Jun 14, 2021 at 10:00:04AM]',
  '+++ Ünal Größe [14/06/21 10:00 +0200]:',
  '#### Ünal Größe (unal@rfc.example) ####',
  'Quoth Ünal:',
  'Thus spake Ünal Größe (unal@rfc.example):',
  '2021年6月14日 Ünal Größe:',
  'From: "Ünal Größe" <unal@rfc.example>',
]

for (const line of ATTRIBUTIONS) {
  test(`"${line}" above a quote is nobody's words`, async () => {
    const outcome = await imported(reply(`${line}\n${CANCEL}\n\nHm.\n`))
    expect(outcome.comments.map((c) => c.text)).toEqual(['Hm.'])
  })
}

test('sentences that cite are no attributions', () => {
  const sentences = [
    'As I said before:',
    'As Linus said in 2006:',
    'This is what Peter wrote on 2020-03-02:',
    'I do not like it. Thomas wrote:',
    'See the report of 2021-06-14 10:00:',
    'Compare what Thomas said in the other thread:',
    'When the waker writes the result at 10:00:',
    'Nobody ever said so at that time, whatever Peter wrote down:',
  ]
  expect(sentences.filter((line) => attributionStrength(line) !== null)).toEqual([])
  expect(attributionLength(['I do not agree at all', 'Thomas wrote:']).count).toBe(1)
})

test('a greeting is followed by names, a farewell by those of its writer', () => {
  const greetings = [
    'Hi,',
    'Hi Ünal,',
    'Hello Ünal and all,',
    'Dear J. Größe',
    'Thanks Ünal,',
    'Hi all!',
    'Hi 王,',
  ]
  expect(greetings.filter((text) => !isGreeting(text))).toEqual([])
  const remarks = [
    'Hi, NAK.',
    'Hi please add a test',
    'Thanks, applied.',
    'Thanks, Applied.',
    'Hello world, neat',
    'Good work',
  ]
  expect(remarks.filter(isGreeting)).toEqual([])
  const reva = 'Reva Reviewer reva'
  const farewells = [
    'Thanks,\nReva',
    'Thanks, reva',
    'Cheers',
    'Best regards,\nReva Reviewer',
    'Thanks a lot!',
    'Thanks.',
  ]
  expect(farewells.filter((text) => !isFarewell(text, reva))).toEqual([])
  const others = [
    'Thanks, applied',
    'Thanks, queued for 5.14',
    'Best to drop it',
    'Regards the wrong lock.',
    'Thanks, but no',
  ]
  expect(others.filter((text) => isFarewell(text, reva))).toEqual([])
})

test('telephones, lists and law departments are told by more than one sign', () => {
  const phones = [
    'Sent from my iPhone',
    'Sent from Mail for Windows 10',
    'Sent with ProtonMail Secure Email.',
    'Sent from my phone. Please excuse brevity.',
  ]
  expect(phones.filter((line) => !isDeviceSignature(line))).toEqual([])
  expect(isDeviceSignature('Sent from my kernel thread, it arrives late')).toBe(false)
  const legal =
    'This email and its attachments are confidential. If you are not the\nintended recipient, please delete it.'
  expect(footerLength(['Words.', '', ...legal.split('\n')])).toBe(2)
  expect(footerLength(['Words.', '', 'This message is confidential in a guest.'])).toBe(0)
  const google =
    'You received this message because you are subscribed to the Google Groups "x" group.\nTo unsubscribe from this group and stop receiving emails from it, send\nan email to x+unsubscribe@googlegroups.com.\nTo view this discussion on the web visit https://groups.google.com/d/msgid/x.'
  expect(footerLength(['Words.', '', '-- ', ...google.split('\n')])).toBe(4 + 1)
  expect(footerLength(['Words.', '', ...google.split('\n')])).toBe(4)
  const list = ['____', 'io-uring mailing list', 'io-uring@lists.example', '']
  expect(footerLength(['Words.', ...list, ...list])).toBe(8)
  expect(footerLength(['Words.', '---', 'More words.', ...list])).toBe(4)
})
