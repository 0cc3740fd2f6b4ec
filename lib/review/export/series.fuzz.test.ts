/**
 * No text that an author can write makes a mail that a list refuses. The trees are built directly, because most
 * of what would be dangerous never gets through the parser and the check, and the renderer must not rely on it.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import type { PhrasingContent, Root, RootContent } from 'mdast'
import { describe, expect, test } from 'vitest'
import { testNumber } from '#lib/env.server.ts'
import { errorsOf } from '#lib/mail/lint/lint.ts'
import type { Cover } from '#lib/writeup/parse/cover.ts'
import { DOCUMENT_IDS } from '#lib/writeup/parse/document-id.ts'
import type { ComponentElement, Writeup } from '#lib/writeup/parse/parse.ts'
import { mboxOf, type RevisionForMail, renderSeries, textOf } from './series.ts'

/** Everything that some program on the way to a reader takes for more than text. */
const NASTY = [
  'From here on',
  'From',
  '>From me',
  '> quoted',
  '>=',
  '---',
  '-- ',
  '--- a/file',
  '+++ b/file',
  '@@ -1 +1 @@',
  'diff -u',
  'diff --git a/x b/x',
  'Index: x',
  '8<',
  '---8<---',
  '%<',
  '[1]',
  '[12] https://example.org',
  '[3] x',
  '# Heading',
  '###### x',
  '```',
  '~~~~',
  '**bold**',
  'struct page **a, **b',
  '](http://x',
  '![a](b)',
  '<div>',
  '</p>',
  '<b and c>',
  '<Claim id="x">',
  'Vec<String>',
  '&amp;',
  '&#x20;',
  '$x$',
  '$$',
  '\\frac',
  '{/* x',
  "import x from 'y'",
  'Acked-by: nobody',
  'acked by me',
  'Reviewed-by: A <a@b.example>',
  'Signed-off-by:',
  'Nack by',
  'On Mon, X wrote:',
  'Subject: x',
  'Date: y',
  '1/4',
  '5/4 of it',
  '0/4',
  'Changes in v2:',
  '- Link to v1: x',
  'change-id: x',
  'https://example.org/a b',
  'a\tb',
  '\t',
  'e\u0301',
  '\u00a0',
  '\u202e',
  '\u200b',
  '\ud800',
  '日本語のとても長い名前',
  '👩‍👩‍👧',
  '☎',
  '\u2028',
  '\0',
  '\r\n',
  '\x1b[31m',
  'x'.repeat(200),
  '語'.repeat(80),
  'y'.repeat(1200),
  '+---+',
  '| a | b |',
  '+--+\n| a |\n+------+',
  '|a|\n+==+',
  '=?UTF-8?q?x?=',
  '"',
  '\\',
  'Re: x',
  '﷽',
  '≮',
  '=\u0338',
  '٣',
  '[٣]',
]
const words = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 2, arbitrary: fc.lorem({ maxCount: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
)
const text = fc
  .array(words, { minLength: 1, maxLength: 6 })
  .chain((all) => fc.constantFrom(' ', '', '\n').map((glue) => all.join(glue)))
const url = fc.oneof(
  fc.constantFrom(
    'https://example.org/a',
    'https://lore.kernel.org/r/x@y',
    '#problem-x',
    'mailto:a@b.example',
    'javascript:x',
    'http://exa mple',
    '',
    '//x',
    '/rfc/x',
    `https://example.org/${'z'.repeat(1000)}`,
  ),
  fc.webUrl(),
)
const inline: fc.Arbitrary<PhrasingContent> = fc.oneof(
  { weight: 6, arbitrary: text.map((value): PhrasingContent => ({ type: 'text', value })) },
  text.map((value): PhrasingContent => ({ type: 'inlineCode', value })),
  text.map((value): PhrasingContent => ({ type: 'strong', children: [{ type: 'text', value }] })),
  fc
    .tuple(text, url)
    .map(([value, to]): PhrasingContent => ({ type: 'link', url: to, children: [{ type: 'text', value }] })),
  url.map((to): PhrasingContent => ({ type: 'link', url: to, children: [{ type: 'text', value: to }] })),
  fc.constant<PhrasingContent>({ type: 'break' }),
  fc.tuple(text, fc.constantFrom('explained', 'too', 'never')).map(
    ([value, of]): PhrasingContent => ({
      type: 'mdxJsxTextElement',
      name: 'Term',
      attributes: [{ type: 'mdxJsxAttribute', name: 'of', value: of }],
      children: [{ type: 'text', value }],
    }),
  ),
)
const phrase = fc.array(inline, { minLength: 1, maxLength: 5 })
const element = (
  name: string,
  attributes: Record<string, string>,
  children: RootContent[],
): ComponentElement => ({
  type: 'mdxJsxFlowElement',
  name,
  attributes: Object.entries(attributes).map(([key, value]) => ({
    type: 'mdxJsxAttribute',
    name: key,
    value,
  })),
  // The arbitrary block below is what the contract allows inside.
  children: children as ComponentElement['children'],
})
const code = fc
  .tuple(
    text,
    fc.constantFrom('c', 'text', 'mermaid'),
    fc.constantFrom('', 'flowchart TD\n A --> B\n', 'sequenceDiagram\n A->>B: '),
  )
  .map(
    ([value, lang, head]): RootContent => ({
      type: 'code',
      lang,
      value: lang === 'mermaid' ? head + value : value,
    }),
  )
const block: fc.Arbitrary<RootContent> = fc.letrec<{ block: RootContent; blocks: RootContent[] }>((tie) => ({
  blocks: fc.array(tie('block'), { minLength: 1, maxLength: 3 }),
  block: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    phrase.map((children): RootContent => ({ type: 'paragraph', children })),
    code,
    fc
      .tuple(phrase, fc.constantFrom(2, 3, 4))
      .map(([children, depth]): RootContent => ({ type: 'heading', depth: depth as 2 | 3 | 4, children })),
    fc.constant<RootContent>({ type: 'thematicBreak' }),
    fc.tuple(fc.array(fc.array(phrase, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 })).map(
      ([rows]): RootContent => ({
        type: 'table',
        align: [],
        children: rows.map((cells) => ({
          type: 'tableRow',
          children: cells.map((children) => ({ type: 'tableCell', children })),
        })),
      }),
    ),
    fc
      .tuple(
        fc.boolean(),
        fc.integer({ min: 1, max: 120 }),
        fc.boolean(),
        fc.array(tie('blocks'), { minLength: 1, maxLength: 3 }),
      )
      .map(
        ([ordered, start, spread, items]): RootContent => ({
          type: 'list',
          ordered,
          start: ordered ? start : null,
          spread,
          children: items.map((children) => ({ type: 'listItem', spread, children: children as never })),
        }),
      ),
    tie('blocks').map((children): RootContent => ({ type: 'blockquote', children: children as never })),
    fc
      .tuple(fc.constantFrom('workload', 'other'), tie('blocks'))
      .map(([to, children]) => element('Answer', { to }, children)),
    tie('blocks').map((children) => element('Note', {}, children)),
    fc.tuple(text, tie('blocks')).map(([summary, children]) => element('Details', { summary }, children)),
    fc
      .tuple(text, code, fc.constantFrom('plain', 'drawn'))
      .map(([caption, content, id]) => element('Figure', { id, caption }, [content])),
    fc
      .tuple(phrase, fc.constantFrom('c-holds', 'c-violated', 'c-open'))
      .map(([children, id]) => element('Claim', { id }, [{ type: 'paragraph', children }])),
    text.map((caption) => element('Chart', { id: 'c', data: 'data/c.json', caption }, [])),
    text.map((caption) => element('Evidence', { id: 'e', scenario: 'one-run', caption }, [])),
    text.map((caption) => element('Simulation', { id: 'run', model: 'm', caption }, [])),
  ),
})).block

const tree = fc.array(block, { maxLength: 6 }).map((children): Root => ({ type: 'root', children }))
const title = text.map((t) => t.slice(0, 200))

const revision: fc.Arbitrary<RevisionForMail> = fc
  .record({
    trees: fc.tuple(tree, tree, tree, tree, tree),
    titles: fc.tuple(title, title, title, title, title),
    names: fc.array(fc.oneof(title, fc.constant('Ünal Größe')), { minLength: 1, maxLength: 3 }),
    changelog: fc.array(text, { maxLength: 3 }),
    number: fc.integer({ min: 1, max: 3 }),
    help: text,
    ascii: text,
    trace: fc.array(text, { maxLength: 4 }),
    message: text,
  })
  .map(({ trees, titles, names, changelog, number, help, ascii, trace, message }) => {
    const documents = DOCUMENT_IDS.map(
      (writeup, i): Writeup => ({
        file: `${writeup}.mdx`,
        writeup,
        title: titles[i] ?? '',
        source: '',
        tree: trees[i] ?? { type: 'root', children: [] },
      }),
    )
    const cover: Cover = {
      title: titles[0],
      area: 'io_uring',
      authors: names.map(
        (name, i) => `${name.replace(/[<>@,;:"\r\n\0]/g, ' ').trim() || 'x'} <a${i}@example.org>`,
      ),
      to: ['list@example.org'],
      cc: ['A Reader <reader@example.org>'],
      date: '2026-11-23T23:59:58-03:30',
      changeId: '20261123-x-0123abcd',
      revision: number,
      changelog,
      questionnaire: 'futex@1',
      mailDomain: 'example.org',
      baseUrl: null,
      models: [],
    }
    const place = {
      file: 'problem.mdx',
      writeup: 'problem' as const,
      line: 1,
      column: 1,
      endLine: 1,
      endColumn: 1,
    }
    const claim = (id: string, expect: 'holds' | 'violated') => ({
      ...place,
      id,
      expect,
      model: 'm',
      variant: 'v',
      property: 'safety',
      required: true,
      sentence: '',
      blockKey: id,
      defines: [{ name: 'N', value: '2' }],
    })
    const common = { states: 1234, depth: 7, checkerVersion: '0.1.0' }
    return {
      slug: 'x',
      siteUrl: 'https://example.org',
      previousCover:
        number > 1 ? ('20261122-x-v1-0-01234567@example.org' as RevisionForMail['previousCover']) : null,
      bundle: {
        contentHash: '0123456789abcdef',
        cover,
        documents,
        questionnaire: {
          id: 'futex@1',
          title: 'Futex',
          questions: [{ id: 'workload', writeup: 'problem', help, needsClaim: false }],
        },
        models: [],
        charts: [
          {
            ...{ ...place, id: 'c', data: 'data/c.json', caption: '', blockKey: 'c' },
            chart: {
              ...{ x: null, of: help, y: { label: message, unit: help, scale: 'log' as const } },
              ...{ spread: ascii, where: message, source: help },
              series: [
                {
                  ...{ name: message, how: 'measured' as const },
                  points: [{ x: help, y: 1234.5, spread: { low: 0.5, high: 1e6, n: 5 } }],
                },
              ],
            },
          },
        ],
        runs: [
          {
            ...{
              name: 'one-run',
              how: 'run' as const,
              title: help,
              where: message,
              source: help,
              did: trace,
            },
            expected: [{ name: 'cqe', value: message }],
            ...{ seen: [{ name: help, value: ascii }], runs: 20, differing: 3 },
          },
        ],
        terms: [
          { name: 'explained', says: help },
          { name: 'too', says: message },
        ],
        claims: [claim('c-holds', 'holds'), claim('c-violated', 'violated'), claim('c-open', 'holds')],
        simulations: [],
        figures: [
          { ...place, id: 'plain', number: 1, caption: '', blockKey: 'plain', ascii: null },
          { ...place, id: 'drawn', number: 2, caption: '', blockKey: 'drawn', ascii },
        ],
      },
      checks: new Map([
        ['c-holds', { verdict: { ...common, kind: 'holds' as const }, trace: [], traceStatements: 0 }],
        [
          'c-violated',
          {
            verdict: { ...common, kind: 'violated' as const, error: message, line: 3 },
            trace,
            traceStatements: trace.length,
          },
        ],
        [
          'c-open',
          { verdict: { ...common, kind: 'unfinished' as const, message }, trace: [], traceStatements: 0 },
        ],
      ]),
    }
  })

describe('a series of arbitrary text', () => {
  test('has no error by the linter, whatever the author wrote', () => {
    fc.assert(
      fc.property(revision, (r) => {
        const { lint, messages, sources } = renderSeries(r)
        // Size is the author's business: a message that is too long is reported, not cut.
        const mailbox = mboxOf(messages).split('\n')
        const errors = errorsOf(lint).filter(({ rule }) => rule !== 'S1')
        expect(errors.map((error) => ({ ...error, is: mailbox[error.line - 1] }))).toEqual([])
        expect(messages.length).toBeGreaterThan(1)
        messages.forEach((message, i) => {
          expect(message.body.split('\n').length - 1).toBe(sources[i]?.lines.length)
        })
        expect(textOf(messages)).not.toMatch(/\r|\0/)
      }),
      { numRuns: testNumber('FUZZ_RUNS', 150) },
    )
  })

  test.skipIf(spawnSync('python3', ['--version']).status !== 0)(
    'has no error by the other linter either (needs python3)',
    () => {
      const directory = mkdtempSync(path.join(tmpdir(), 'series-'))
      const files = fc.sample(revision, { numRuns: testNumber('FUZZ_RUNS', 60), seed: 7 }).map((r, i) => {
        const file = path.join(directory, `${i}.mbox`)
        writeFileSync(file, mboxOf(renderSeries(r).messages))
        return file
      })
      const linter = path.join(import.meta.dirname, '../../../scripts/validators/lint_mbox.py')
      const { stdout } = spawnSync('python3', [linter, '--kind', 'series', '--json', ...files], {
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
        // The two know different versions of Unicode: widths, letters and digits of rare scripts differ.
        const place = finding.rule === 'B12' ? lines.slice(0, lines.indexOf('')).join('') : is
        const isVersion = ['B1', 'B10', 'B12'].includes(finding.rule) && /[^\0-\x7f]/.test(place)
        return finding.severity === 'error' && finding.rule !== 'S1' && !isVersion ? [{ ...finding, is }] : []
      })
      expect(errors).toEqual([])
      rmSync(directory, { recursive: true })
    },
  )
})
