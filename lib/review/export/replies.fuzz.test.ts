/**
 * No comment, no name and no tree of replies makes a mail that a list refuses; and what leaves can be read back.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { testNumber } from '#lib/env.server.ts'
import { errorsOf, lintMbox } from '#lib/mail/lint/lint.ts'
import { readMbox } from '#lib/mail/message/mbox.ts'
import type { MessageId } from '#lib/mail/message/message.ts'
import { readMessage } from '#lib/mail/message/read-message.ts'
import { asStored } from '#lib/review/comment/comment-arbitrary.ts'
import { readBundle, readQuestionnaires } from '#lib/writeup/bundle/read-bundle.server.ts'
import { type MailedRevision, repliesOf } from './replies.ts'
import { mboxOf, renderSeries } from './series.ts'
import type { CommentForMail, ThreadForMail } from './thread-for-mail.ts'

const root = path.join(import.meta.dirname, '../../..')
const questionnaires = await readQuestionnaires(path.join(root, 'content/questionnaires'))
if (!questionnaires.ok) throw new Error('questionnaires')
const bundle = await readBundle(path.join(import.meta.dirname, 'samples/small'), questionnaires.value)
if (!bundle.ok) throw new Error('bundle')
const { blocks } = bundle.value
const series = renderSeries({
  slug: 'small',
  bundle: bundle.value,
  checks: new Map(),
  siteUrl: 'http://localhost:3000',
  previousCover: '20261101-small-v1-0-89abcdef@example.org' as MessageId,
})
const mailed: MailedRevision = {
  series,
  blocks,
  mailDomain: 'example.org',
  proposalUrl: 'https://rfc.example/rfc/small',
}

/** What some program on the way takes for more than words. */
const NASTY = [
  'From here on',
  '>From me',
  '> quoted',
  '>',
  '>>> deep',
  '---',
  '--',
  '-- ',
  '--- a/file',
  '+++ b/file',
  '@@ -1 +1 @@',
  'diff --git a/x b/x',
  'Index: x',
  '8<',
  '---8<---',
  '[1]',
  '[12] https://example.org',
  '# Heading',
  '###### x',
  '```',
  '```c\nint\tx;\n```',
  '~~~~',
  '**bold**',
  'a **b',
  '~~gone~~',
  '![a](b)',
  '![a][b]',
  '[b]: https://example.org/b',
  '[b]',
  '[text](https://example.org/t)',
  '[text](javascript:x)',
  '<https://example.org/u>',
  'https://example.org/v',
  'https://lore.kernel.org/r/x@y see there please now',
  '<div>',
  '</p>',
  '<Claim id="x">',
  '&amp;',
  '$x$',
  '\\frac',
  '{/* x',
  "import x from 'y'",
  'Acked-by: nobody',
  'acked by me',
  'Reviewed-by: A <a@b.example>',
  'Reviewed-by: Reva <reva@example.net>',
  'Signed-off-by:',
  'Fixes: 1234',
  'On Mon, X wrote:',
  'Subject: x',
  '1/4',
  'a\tb',
  '\t',
  'e\u0301',
  '\u00a0',
  '\u202e',
  '\u200b',
  '\ud800',
  '\u2028',
  '\r\n',
  '\x1b[31m',
  'x'.repeat(200),
  '語'.repeat(80),
  'y'.repeat(1200),
  '| a | b |\n|---|---|\n| 1 | [2](https://example.org/w) |',
  '+--+\n| a |\n+------+',
  '- a\n- b',
  '1. a\n2. b',
  '- [x] done',
  '- - - deep',
  '> - a\n>   > b',
  '    indented',
  '[^1]',
  '[^1]: note',
  '﷽',
  '٣',
  '[٣]',
  '> An application that drives all of its I/O',
  '> It says so itself (note 1), and nobody else',
  '> static int prep(struct req *req)',
  '> helper thread',
  '> The entry is owned by the request.\n\nNo.',
  '\n\n',
  '\n',
  `${'> '.repeat(30)}x`,
  `${'- '.repeat(30)}x`,
  '</script>',
  '`code`',
  '`` a`b ``',
  '"',
  '\\',
  '\\*',
  ' \n',
]
const words = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 2, arbitrary: fc.lorem({ maxCount: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
)
const body = fc
  .array(words, { minLength: 1, maxLength: 7 })
  .chain((all) => fc.constantFrom(' ', '\n', '\n\n').map((glue) => all.join(glue)))
  .map(asStored)
const name = fc.oneof(
  fc.constantFrom(
    'Reva Reviewer',
    'Ünal Größe',
    '日本 太郎',
    'Keeper, Mika (X)',
    'Größe, Ünal',
    '[1] <b>',
    'a@b.example',
    '"Q"',
    '\u202eabc',
    'x'.repeat(200),
    'On x wrote:',
    '語'.repeat(60),
    'https://a b c d e',
    '=?UTF-8?q?x?=',
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
)
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

const person = fc.record({ who: fc.integer({ min: 1, max: 4 }), name, isPublic: fc.boolean() })

const threads: fc.Arbitrary<ThreadForMail[]> = fc
  .array(
    fc.record({
      block: fc.nat(blocks.length),
      kind: fc.constantFrom('note', 'question', 'issue', 'objection'),
      state: fc.constantFrom('open', 'answered', 'resolved', 'dropped'),
      range: fc.option(fc.tuple(fc.nat(60), fc.nat(60))),
      comments: fc.array(
        fc.record({
          body,
          person,
          parent: fc.nat(20),
          // Clocks disagree, also with the series.
          writtenAt: fc.integer({ min: 1_700_000_000, max: 1_900_000_000 }),
          isDeleted: fc.boolean(),
          deletedToo: fc.boolean(),
        }),
        { minLength: 1, maxLength: 8 },
      ),
    }),
    { maxLength: 4 },
  )
  .map((all) =>
    all.map(({ block, kind, state, range, comments }, t): ThreadForMail => {
      const { key = 'gone', text = '' } = blocks[block] ?? {}
      const start = Math.min(range?.[0] ?? 0, Math.max(0, text.length - 1))
      const end = range ? Math.min(text.length, start + 1 + range[1]) : text.length
      return {
        number: t + 1,
        kind: kind as ThreadForMail['kind'],
        state: state as ThreadForMail['state'],
        anchor: { blockKey: key, start, end },
        comments: comments.map((c, i): CommentForMail => {
          const id = uuid(1000 * (t + 1) + i)
          const isDeleted = c.isDeleted && c.deletedToo
          return {
            id,
            seq: i + 1,
            parentId: i === 0 ? null : uuid(1000 * (t + 1) + (c.parent % i)),
            messageId: `20261125.c-${id}@example.org`,
            author: {
              id: uuid(c.person.who),
              name: c.person.name,
              publicAddress: c.person.isPublic
                ? `reva${c.person.who === 1 ? '' : c.person.who}@example.net`
                : null,
            },
            body: isDeleted ? '' : c.body,
            writtenAt: c.writtenAt,
            isDeleted,
          }
        }),
      }
    }),
  )

const runs = testNumber('FUZZ_RUNS', 80)

test('arbitrary threads have no error by the linter, and are read back as what was composed', () => {
  fc.assert(
    fc.property(threads, (all) => {
      const replies = [...repliesOf(mailed, all)]
      const mailbox = mboxOf([...series.messages, ...replies])
      const lines = mailbox.split('\n')
      const errors = errorsOf(lintMbox(mailbox, { kind: 'review' }))
      expect(errors.map((error) => ({ ...error, is: lines[error.line - 1] }))).toEqual([])
      expect(mboxOf([...series.messages, ...repliesOf(mailed, structuredClone(all))])).toBe(mailbox)
      const back = [...readMbox([mailbox])].map((mail) => (mail.ok ? readMessage(mail.value) : mail))
      expect(back).toEqual([...series.messages, ...replies].map((value) => ({ ok: true, value })))
      // Each comment that has words is there once.
      const kept = all.flatMap(({ comments }) => comments.filter((c) => !c.isDeleted).map((c) => c.messageId))
      const sent = replies.map(({ messageId }) => messageId as string)
      expect(sent.filter((id) => kept.includes(id)).sort()).toEqual(kept.sort())
      expect(new Set(sent).size).toBe(sent.length)
    }),
    { numRuns: runs },
  )
}, 120_000)

test.skipIf(spawnSync('python3', ['--version']).status !== 0)(
  'arbitrary threads have no error by the other linter either (needs python3)',
  () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'replies-'))
    const files = fc.sample(threads, { numRuns: Math.min(runs, 400), seed: 11 }).map((all, i) => {
      const file = path.join(directory, `${i}.mbox`)
      writeFileSync(file, mboxOf([...series.messages, ...repliesOf(mailed, all)]))
      return file
    })
    const linter = path.join(root, 'scripts/validators/lint_mbox.py')
    const { stdout } = spawnSync('python3', [linter, '--kind', 'review', '--json', ...files], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    })
    const findings: { rule: string; severity: string; text: string; file: string; line: number }[] =
      JSON.parse(stdout)
    const errors = findings.flatMap((finding) => {
      const lines = readFileSync(finding.file, 'utf8')
        .split('\n')
        .slice(finding.line - 1)
      const is = lines[0] ?? ''
      // The two know different versions of Unicode: widths, letters, digits and composed forms of rare scripts differ.
      const place = finding.rule === 'B12' ? lines.slice(0, lines.indexOf('')).join('') : is
      const isVersion = ['B1', 'B6', 'B10', 'B12'].includes(finding.rule) && /[^\0-\x7f]/.test(place)
      return finding.severity === 'error' && !isVersion ? [{ ...finding, is }] : []
    })
    expect(errors).toEqual([])
    rmSync(directory, { recursive: true })
  },
  120_000,
)
