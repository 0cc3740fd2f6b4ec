import { expect, test } from 'vitest'
import { problemLine } from '#lib/writeup/parse/problem.ts'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import { parseBundle } from './bundle.ts'
import { contentHash } from './content-hash.ts'
import {
  sampleCover as cover,
  sampleFiles as filesOf,
  sampleQuestionnaire as questionnaire,
} from './samples/bundle.ts'

const problemsOf = (changes: Record<string, string | null>): string[] => {
  const parsed = parseBundle(filesOf(changes), [questionnaire])
  return parsed.ok ? [] : parsed.error.map(problemLine)
}

test('a bundle without mistakes has its references resolved', () => {
  const parsed = parseBundle(filesOf(), [questionnaire])
  if (!parsed.ok) throw new Error(parsed.error.map(problemLine).join('\n'))
  const bundle = parsed.value
  expect(bundle.documents.map(({ writeup }) => writeup)).toEqual([
    'cover',
    'problem',
    'integration',
    'sys-futex',
    'lifetime',
  ])
  expect(bundle.cover).toMatchObject({ mailDomain: 'example.org', baseUrl: null, cc: [], revision: 1 })
  expect(bundle.claims).toMatchObject([
    {
      id: 'no-lost-wake',
      variant: 'correct',
      defines: [],
      expect: 'holds',
      required: true,
      sentence: 'No wake is lost.',
      blockKey: 'no-lost-wake',
      file: 'sys-futex.mdx',
      line: 5,
    },
    {
      id: 'swapped-loses',
      variant: 'swapped',
      defines: [
        { name: 'INC_AFTER_READ', value: null },
        { name: 'WAITERS', value: '3' },
      ],
      expect: 'violated',
      required: false,
    },
  ])
  expect(bundle.simulations).toMatchObject([{ id: 'run', variant: 'swapped', trace: 'swapped-loses' }])
  expect(bundle.figures).toMatchObject([{ id: 'order', number: 1, caption: 'Order', ascii: 'A --> B' }])
  expect(bundle.answers).toMatchObject([{ to: 'workload', text: 'Two places to sleep.', line: 5 }])
  expect(bundle.models).toMatchObject([{ name: 'wake-order', source: 'init { skip }\n' }])
  expect(bundle.text.startsWith('What this is. See the races.\n\nTwo places to sleep.')).toBe(true)
})

const inProblem = (body: string) => ({ 'problem.mdx': `---\ntitle: x\n---\n\n${body}\n` })
const inCover = (from: string | RegExp, to: string) => ({ 'cover.mdx': cover.replace(from, to) })

test.each([
  ['a write-up is missing', { 'lifetime.mdx': null }, 'lifetime.mdx:1:1:', 'missing-file'],
  ['the cover is missing', { 'cover.mdx': null }, 'cover.mdx:1:1:', 'missing-file'],
  ['a declared model is missing', { 'models/wake-order.pml': null }, 'cover.mdx:12:5:', 'missing-file'],
  ['a figure names a missing file', { 'figures/order.txt': null }, 'lifetime.mdx:7:1:', 'missing-file'],
  [
    'a figure is wider than a mail',
    { 'figures/order.txt': `a\n${'-'.repeat(73)}\n` },
    'figures/order.txt:2:1:',
    'ascii-figure',
  ],
  ['a figure is not ASCII', { 'figures/order.txt': 'A → B\n' }, 'figures/order.txt:1:1:', 'ascii-figure'],
  ['an unknown model', inProblem('<Simulation id="s" model="wake" />'), 'problem.mdx:5:1:', 'unknown-model'],
  [
    'an unknown variant',
    inProblem('<Simulation id="s" model="wake-order" variant="v" />'),
    'problem.mdx:5:1:',
    'unknown-variant',
  ],
  [
    'an unknown trace',
    inProblem('<Simulation id="s" model="wake-order" trace="t" />'),
    'problem.mdx:5:1:',
    'unknown-trace',
  ],
  ['an unknown question', inProblem('<Answer to="why">x</Answer>'), 'problem.mdx:5:1:', 'unknown-question'],
  [
    'an id that is used twice',
    inProblem('<Simulation id="run" model="wake-order" />'),
    'sys-futex.mdx:9:1:',
    'duplicate-id',
  ],
  [
    'an id that is a heading',
    inProblem('<Simulation id="lifetime-races" model="wake-order" />'),
    'lifetime.mdx:5:1:',
    'duplicate-id',
  ],
  ['a link to nowhere', inProblem('[x](#nowhere)'), 'problem.mdx:5:1:', 'dead-link'],
  ['an unknown questionnaire', inCover('futex@1', 'futex@2'), 'cover.mdx:9:1:', 'unknown-questionnaire'],
  ['a path that leaves', { '../x.mdx': 'x' }, '../x.mdx:1:1:', 'path'],
  ['a path that leaves from inside', { 'models/../../x': 'x' }, 'models/../../x:1:1:', 'path'],
  ['an absolute path', { '/etc/passwd': 'x' }, '/etc/passwd:1:1:', 'path'],
  ['a hidden file', { 'models/.x.pml': 'x' }, 'models/.x.pml:1:1:', 'path'],
  ['two names that differ in case', { 'models/Wake-order.pml': 'x' }, 'models/Wake-order.pml:1:1:', 'path'],
  ['a file that does not belong', { 'notes.md': 'x' }, 'notes.md:1:1:', 'unexpected-file'],
  ['a missing title', inCover('title: Futex waits\n', ''), 'cover.mdx:2:1:', 'front-matter-field'],
  ['a field that does not exist', inCover('area:', 'aera: x\narea:'), 'cover.mdx:3:1:', 'front-matter-field'],
  ['a date without a zone', inCover('+01:00', ''), 'cover.mdx:6:1:', 'front-matter-field'],
  [
    'a day that does not exist',
    inCover('2026-11-23T', '2026-02-30T'),
    'cover.mdx:6:1:',
    'front-matter-field',
  ],
  [
    'an author without an address',
    inCover(' <design@example.org>', ''),
    'cover.mdx:4:11:',
    'front-matter-field',
  ],
  [
    'a header in an address',
    inCover('io-uring@vger.kernel.org', '"a@b.c\\nBcc: x@y.z"'),
    'cover.mdx:5:6:',
    'front-matter-field',
  ],
  ['a change-id of another form', inCover('1a2b3c4d', 'xyz'), 'cover.mdx:7:1:', 'front-matter-field'],
  [
    'a subject that is too long',
    inCover('Futex waits', 'x'.repeat(68)),
    'cover.mdx:2:1:',
    'front-matter-field',
  ],
  [
    'a second revision without changes',
    inCover('revision: 1', 'revision: 2'),
    'cover.mdx:8:1:',
    'front-matter-field',
  ],
  [
    'a model outside its folder',
    inCover('models/wake-order.pml', '../x.pml'),
    'cover.mdx:12:5:',
    'front-matter-field',
  ],
  [
    'a model without variants',
    inCover(/variants:[\s\S]*?---/, 'variants: {}\n---'),
    'cover.mdx:14:5:',
    'front-matter-field',
  ],
  [
    'a define that C would not take',
    inCover('INC_AFTER_READ', '1-x'),
    'cover.mdx:16:18:',
    'front-matter-field',
  ],
])('%s is told with its place', (_, changes: Record<string, string | null>, place, rule) => {
  const problems = problemsOf(changes)
  expect(problems.filter((line) => line.startsWith(place) && line.endsWith(`[${rule}]`))).toHaveLength(1)
})

test('the problems of all files come in one list', () => {
  const problems = problemsOf({
    ...inCover('area: io_uring\n', ''),
    'integration.mdx': '---\ntitle: x\n---\n\n# Title\n\n{code}\n\n<Unresolved />\n',
    'lifetime.mdx': 'no front matter',
    'sys-futex.mdx': '---\ntitle: x\ntitel: y\n---\n\n<b>bold</b>\n',
  })
  const places = problems.map((line) => line.replace(/: .*\[/, ' ').replace(/\]$/, ''))
  expect(places).toEqual([
    'cover.mdx:2:1 front-matter-field',
    'cover.mdx:18:19 dead-link',
    'integration.mdx:5:1 no-title-heading',
    'integration.mdx:7:1 no-expression',
    'integration.mdx:9:1 not-built',
    'lifetime.mdx:1:1 front-matter',
    'sys-futex.mdx:3:1 front-matter-field',
    'sys-futex.mdx:6:1 no-html',
  ])
})

test('an unknown model is told with the names that exist', () => {
  const [problem] = problemsOf(inProblem('<Simulation id="s" model="wake" />'))
  expect(problem).toContain('no model `wake`: there is `wake-order`')
})

test('bytes that are not UTF-8 are a problem, not replacement characters', () => {
  const files = filesOf()
  const broken = files.map((file) =>
    file.path === 'problem.mdx' ? { ...file, bytes: new Uint8Array([0x2d, 0xff]) } : file,
  )
  const parsed = parseBundle(broken, [questionnaire])
  expect(parsed.ok ? [] : parsed.error.map(({ file, rule }) => `${file} ${rule}`)).toContain(
    'problem.mdx encoding',
  )
})

test('the content hash depends on names, lengths and bytes, not on the order of the listing', () => {
  const bytes = (text: string) => new TextEncoder().encode(text)
  const a = { path: 'a', bytes: bytes('xy') }
  const b = { path: 'b', bytes: bytes('z') }
  // printf 'a\0002\0xyb\0001\0z' | sha256sum
  expect(contentHash([a, b])).toBe('fcc0942a83af72fa92aa14756b7ad88929490d045f6055d999c54906ffd18c1c')
  expect(contentHash([b, a])).toBe(contentHash([a, b]))
  expect(
    contentHash([
      { path: 'a', bytes: bytes('x') },
      { path: 'b', bytes: bytes('yz') },
    ]),
  ).not.toBe(contentHash([a, b]))
  expect(contentHash([{ path: 'e\u0301', bytes: bytes('') }])).toBe(
    contentHash([{ path: '\u00e9', bytes: bytes('') }]),
  )
})

test('a bundle of as many wrong references as fit costs and says no more than anyone reads', () => {
  const claims = Array.from(
    { length: 1600 },
    (_, i) => `<Claim id="c-${i}" model="wake-order" property="safety" expect="holds">S.</Claim>\n`,
  )
  const runs = (of: string) =>
    Array.from({ length: 1600 }, (_, i) => `<Simulation id="${of}-${i}" model="wake-order" trace="gone" />\n`)
  const document = (rows: readonly string[]) => `---\ntitle: T\n---\n\n${rows.join('\n')}`
  const start = cpuMs()
  const parsed = parseBundle(
    filesOf({
      'problem.mdx': document(claims),
      'integration.mdx': document(runs('a')),
      'sys-futex.mdx': document(runs('b')),
    }),
    [questionnaire],
  )
  expect(cpuMs() - start).toBeLessThan(msHere(20_000))
  if (parsed.ok) throw new Error('accepted')
  expect(parsed.error.length).toBeLessThanOrEqual(1000)
  expect(JSON.stringify(parsed.error).length).toBeLessThan(1_000_000)
  expect(
    parsed.error.some(({ rule, message }) => rule === 'unknown-trace' && message.includes('and 1580 more')),
  ).toBe(true)
})
