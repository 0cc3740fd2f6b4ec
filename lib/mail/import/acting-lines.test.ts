import { expect, test } from 'vitest'
import { scanBody } from '#lib/mail/import/body.ts'
import { segmentsOf } from '#lib/mail/import/segments.ts'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import { actingLines } from './acting-lines.ts'

const acts = (text: string) => actingLines(text).map(({ line: _, ...one }) => Object.values(one).join(' '))

test.each([
  ['Thanks.\n\nResolves: #7', ['thread resolve 7']],
  [
    'No.\n\nKeeps: #7\nReopens: #8\nDowngrades: #12\n',
    ['thread keep 7', 'thread reopen 8', 'thread lessen 12'],
  ],
  [
    'Objection: the waiter leaks\nClears-when: a model that shows it',
    ['objection the waiter leaks', 'condition a model that shows it'],
  ],
  ['Reviewed-by: Reva <Reva@example.org>', ['trailer Reviewed-by reva@example.org']],
  ['Withdraws: Reviewed-by', ['withdraw Reviewed-by']],
  [
    'Hold-until: 2026-12-24\nRecuse: I wrote the code.\nConcern: hb->lock',
    ['hold 2026-12-24', 'recuse I wrote the code.', 'concern hb->lock'],
  ],
])('the last run of lines of “%s” does %o', (text, expected) => {
  expect(acts(text)).toEqual(expected)
})

test.each([
  ['quoted', '> Resolves: #7'],
  ['in the middle of the words', 'Resolves: #7\n\nwould be too early.'],
  ['below a signature mark', 'Fine.\n-- \nResolves: #7'],
  ['in a closed fence', '```\nResolves: #7\n```'],
  ['in a fence that is not closed', 'As in\n```\nResolves: #7'],
  ['below a patch', 'diff --git a/x b/x\n@@ -1 +1 @@\n-a\n+b\n\nReviewed-by: Reva <r@example.org>'],
  ['in another case', 'resolves: #7'],
  ['without a blank', 'Resolves:#7'],
  ['set in', '  Resolves: #7'],
  ['in a forwarded mail', '-----Original Message-----\nResolves: #7'],
  [
    'in one that another mailer forwarded',
    '----- Forwarded message from Ann <a@x.example> -----\nResolves: #7',
  ],
  [
    'in one that a mailer of another language forwarded',
    '-------- Weitergeleitete Nachricht --------\nResolves: #7',
  ],
  ['below an attribution', 'Fine.\n\nOn Mon, 30 Nov 2026, Ann wrote:\nResolves: #7'],
  ['below scissors', 'Fine.\n\n-- >8 --\nSubject: x\n\nResolves: #7'],
  ['of a patch that begins with who wrote it', 'From: Ann Other <a@x.example>\n\nResolves: #7'],
  ['in a fence within a longer one', 'As in\n````\n```\nResolves: #7'],
  ['in a fence of another sign', 'As in\n~~~ c\n```\nResolves: #7'],
  ['in an example of Org', '#+begin_example\nResolves: #7'],
  [
    'between what an editor cut out',
    '--8<---------------cut here---------------start------------->8---\nResolves: #7',
  ],
  ['with another key', 'Link: #7'],
])('a line %s does nothing', (_, text) => {
  expect(acts(text)).toEqual([])
})

test.each([
  ['a heading underlined with tildes', 'Locking\n~~~~~~~\n\nFine.'],
  ['the carets of a compiler', 'q.c:1: warning:\n   q->lock = 0;\n   ~~~~~~~~^~~'],
  ['words between backticks', '```lock_ptr``` is odd.'],
  ['a closed fence', '```c\nfoo();\n```'],
  ['a closed fence that shows another', '````\n```\nfoo();\n````'],
  [
    'what an editor cut out',
    '--8<---------------cut here---------------start------------->8---\nfoo();\n--8<---------------cut here---------------end--------------->8---',
  ],
  ['a comment of a program that says when it was written', '// On 2021-06-14 at 10:00, Ann wrote:'],
])('below %s a line acts', (_, above) => {
  expect(acts(`${above}\n\nResolves: #7`)).toEqual(['thread resolve 7'])
})

test('words behind a key that a mailer wrapped are one line, and others below a key end the run', () => {
  const long = 'Objection: the waiter leaks when the ring dies before the waker has run'
  expect(acts(`No.\n\n${long}\nand the callback is gone\nClears-when: a model that shows it`)).toEqual([
    `objection ${long.slice(11)} and the callback is gone`,
    'condition a model that shows it',
  ])
  expect(acts(`No.\n\n${long}\nand the callback is gone\n`)).toHaveLength(1)
  expect(acts('Objection: overruled\nas they say\nClears-when: never')).toEqual(['condition never'])
  expect(acts(`${long}\nor so they say\n\nResolves: #7`)).toEqual(['thread resolve 7'])
  // A trailer has no more than its line.
  expect(acts('Reviewed-by: Reva Reviewer the second of that name <r@example.org>\nand more')).toEqual([])
})

test('a farewell below the lines does not keep them from acting, and words do', () => {
  expect(acts('Done.\n\nResolves: #7\n\nThanks,\nReva')).toEqual(['thread resolve 7'])
  expect(acts('Done.\n\nResolves: #7\nCheers\n')).toEqual([])
  expect(acts('Done.\n\nResolves: #7\n\nThanks, applied.')).toEqual([])
  expect(acts('Done.\n\nResolves: #7\n\nBest to wait for v3')).toEqual([])
})

test.each([
  ['Resolves: 7', /#7/],
  ['Resolves: #7, #8', /#7/],
  ['Resolves: #0', /#7/],
  ['Hold-until: tomorrow', /2026-12-24/],
  ['Hold-until: 2026-02-30', /2026-12-24/],
  ['Withdraws: Signed-off-by', /Reviewed-by/],
  ['Reviewed-by: me', /mailbox/],
])('“%s” is not understood, and says what would be', (line, why) => {
  const [only] = actingLines(line)
  expect(only).toMatchObject({ act: 'unclear', why: expect.stringMatching(why) })
})

test('an answer with a thousand lines does twenty at most, in little time', () => {
  expect(actingLines('Resolves: #7\n'.repeat(1000))).toHaveLength(20)
  // The time of this process: the clock runs on while others have the processor.
  const start = cpuMs()
  actingLines(`${'Key: value '.repeat(50)}\n`.repeat(20_000))
  actingLines(`--Forwarded message from ${'-'.repeat(100_000)}x`)
  actingLines(`${'-'.repeat(100_000)}\nOn ${'x '.repeat(50_000)}`)
  expect(cpuMs() - start).toBeLessThan(msHere(1000))
})

test('words below a mailer’s mark of a forwarded mail keep that mark above them, so that no line of them does anything', () => {
  const textsOf = (body: string) =>
    segmentsOf(scanBody(body, 'x', []).lines, null).segments.map(({ text }) => text)
  const forwarded =
    '---------- Forwarded message ---------\nFrom: Ann <a@x.example>\n\nI see.\n\nResolves: #7'
  const [text = ''] = textsOf(`> Some words stand here\n\nLook:\n\n${forwarded}`)
  expect(text).toBe(`Look:\n\n${forwarded}`)
  expect(acts(text)).toEqual([])
  // Above marked words it is the mailer's line, and no words of anybody.
  expect(textsOf('Fine.\n\n-----Original Message-----\n> Some words stand here')).toEqual(['Fine.'])
})
