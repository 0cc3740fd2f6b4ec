/** "See Table 4.2" has to lead to one place, whether it was read on the page or in the mail. */
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { numberingOf } from '#lib/writeup/blocks/numbering.ts'
import { type ListTextContext, listTextOf } from '#lib/writeup/list-text/list-text.ts'
import type { ClaimForMail } from '#lib/writeup/list-text/list-text-claim.ts'
import { compileDocument } from '#lib/writeup/page/compile.server.ts'
import { parseWriteup, type Writeup } from '#lib/writeup/parse/parse.ts'
import { WriteupDocument } from './document.tsx'
import type { ClaimShown } from './document-context.ts'

const table = (word: string) => `| ${word} | n |\n| --- | --- |\n| a | 1 |\n`
const figure = (id: string) =>
  `<Figure id="${id}" caption="The way of ${id}">\n\n\`\`\`c\nint ${id.replaceAll('-', '_')};\n\`\`\`\n\n</Figure>\n`
const captioned = (id: string) =>
  `<Figure id="${id}" caption="What ${id} costs">\n\n${table('costs')}\n</Figure>\n`
const claim = (id: string, expected: string) =>
  `<Claim id="${id}" model="m" property="safety" expect="${expected}">\nNo wake is lost in ${id}.\n</Claim>\n`
const BODY = [
  '## One\n',
  table('first'),
  claim('holding', 'holds'),
  claim('broken', 'violated'),
  figure('fig-a'),
  `- an item\n\n  ${table('second').replaceAll('\n', '\n  ')}\n`,
  '## Two\n',
  `<Details summary="More">\n\n${table('third')}\n\n</Details>\n`,
  claim('other-checker', 'holds'),
  claim('broken-too', 'violated'),
  figure('fig-b'),
  'The files are at `/rfc/x/v1/files/models/`, and /rfc/x/v1/export.\n',
].join('\n')

function parsed(writeup: 'problem' | 'lifetime'): Writeup {
  const source = `---\ntitle: The title\n---\n\n${BODY}`
  const result = parseWriteup({ file: `${writeup}.mdx`, writeup, source })
  if (!result.ok) throw new Error(result.error.map(({ message }) => message).join('\n'))
  return result.value
}

const isViolated = (id: string) => id.startsWith('broken')

function mailed(writeup: Writeup, edition: 1 | 2 = 2) {
  const of = (id: string): ClaimForMail => ({
    ...{ isRequired: true, modelFile: 'models/m.pml', variant: 'v', defines: [], property: 'safety' },
    expect: isViolated(id) ? 'violated' : 'holds',
    verdict: {
      ...{ states: 1_234_567, depth: 12_345 },
      checkerVersion: id === 'other-checker' ? 'checker-8' : 'checker-9',
      ...(isViolated(id) ? { kind: 'violated', error: 'an assertion', line: 7 } : { kind: 'holds' }),
    },
    trace: isViolated(id) ? ['CPU0  CPU1', 'x()', '      y()'] : [],
    traceStatements: isViolated(id) ? 1234 : 0,
    replayAt: id,
  })
  const context: ListTextContext = {
    revisionUrl: 'https://rfc.example/rfc/x/v1',
    questions: new Map(),
    figures: new Map(
      ['fig-a', 'fig-b', 'costs', 'more-costs'].map((id, i) => [id, { number: i + 1, ascii: null }]),
    ),
    claims: new Map(['holding', 'broken', 'other-checker', 'broken-too'].map((id) => [id, of(id)])),
    edition,
  }
  const { lines, links } = listTextOf(writeup, context)
  return { text: lines.map(({ text }) => text).join('\n'), links }
}

async function shown(writeup: Writeup): Promise<string> {
  const { code } = await compileDocument(writeup)
  const traces = numberingOf(writeup, isViolated).traces
  const counts = { states: 1, matched: 1, transitions: 1, depth: 1, ms: 1, checkerVersion: 'c' }
  const claimOf = (id: string): ClaimShown => ({
    report: isViolated(id)
      ? { ...counts, kind: 'violated', error: 'e', line: 1, trace: [0], table: ['x'] }
      : { ...counts, kind: 'holds', unreached: [] },
    ...{
      trace: traces.get(id) ?? null,
      table: isViolated(id) ? ['x'] : [],
      variant: 'v',
      parameters: '',
      commands: [],
      isStale: false,
      href: null,
    },
  })
  const context = {
    broken: (_: unknown, error: unknown): never => {
      throw error
    },
    ...{ claim: claimOf, question: () => null, simulation: () => null, ascii: () => null },
  }
  return renderToStaticMarkup(
    <WriteupDocument writeup={writeup.writeup} title={writeup.title} code={code} context={context} />,
  ).replace(/<[^>]*>/g, ' ')
}

const namesIn = (text: string) => [
  ...new Set([...text.matchAll(/\b(?:Table|Figure|Trace) \d+\.\d+/g)].map(([name]) => name)),
]

test.each([
  ['problem', 1],
  ['lifetime', 4],
] as const)('figures, tables and traces of %s are called the same on page and in mail', async (id, part) => {
  const writeup = parsed(id)
  const names = ['Table', 'Trace', 'Figure'].flatMap((kind) =>
    [1, 2, 3].slice(0, kind === 'Table' ? 3 : 2).map((n) => `${kind} ${part}.${n}`),
  )
  expect(namesIn(mailed(writeup).text).sort()).toEqual(names.sort())
  expect(namesIn(await shown(writeup)).sort()).toEqual(names.sort())
})

test('a table is not called by the heading above it', () => {
  const { text } = mailed(parsed('problem'))
  expect(text).toMatch(/^ {4}Table 1\.1$/m)
  expect(text).not.toMatch(/Table \S+ ?(?:One|Two)/)
})

test('what was done with all claims is said once, and at a claim what is its own', () => {
  const { text } = mailed(parsed('problem'))
  expect(text.match(/Checked:/g)).toHaveLength(1)
  expect(text.replace(/\s+/g, ' ')).toContain(
    'Checked: the claims above, by checker checker-9 where no other is named, under sequential consistency.',
  )
  expect(text).toContain('Verdict: holds, in all 1,234,567 states, up to 12,345 moves')
  expect(text.match(/Checker: checker-8/g)).toHaveLength(1)
  expect(text.match(/property\s+safety/g)).toHaveLength(4)
  expect(text.replace(/\s+/g, ' ')).toContain('counterexample to broken, 1,234 statements')
})

test('a path of this site is an address in a mail, which has no site', () => {
  const { text, links } = mailed(parsed('problem'))
  expect(text).not.toContain('/rfc/')
  expect(links).toEqual([
    expect.stringContaining('#b-broken'),
    expect.stringContaining('#b-broken-too'),
    '[3] https://rfc.example/rfc/x/v1/files/models/',
    '[4] https://rfc.example/rfc/x/v1/export',
  ])
  expect(text).toContain('The files are at [3], and [4].')
})

test('the text as it was mailed first can still be made', () => {
  const { text } = mailed(parsed('lifetime'), 1)
  expect(text).toContain('    Table 1: One')
  expect(text).toContain('    Figure 1: The way of fig-a')
  expect(text).toContain('    Trace 2: shortest counterexample to broken-too')
  expect(text.match(/Checked:/g)).toHaveLength(4)
  expect(text).toContain('/rfc/x/v1/files/models/')
})

test('a table within a figure has that caption, and is counted among the tables, on page and in mail', async () => {
  const body = [
    table('plain'),
    captioned('costs'),
    figure('fig-a'),
    table('last'),
    captioned('more-costs'),
  ].join('\n')
  const source = `---\ntitle: The title\n---\n\n## One\n\n${body}`
  const result = parseWriteup({ file: 'lifetime.mdx', writeup: 'lifetime', source })
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  const { text } = mailed(result.value)
  for (const line of [
    'Table 4.1',
    'Table 4.2: What costs costs',
    'Figure 4.1: The way of fig-a',
    'Table 4.3',
    'Table 4.4: What more-costs costs',
  ])
    expect(text.split('\n')).toContain(`    ${line}`)
  expect(text.match(/\| costs \| n \|/g)).toHaveLength(2)
  const page = await shown(result.value)
  expect(page.replace(/\s+/g, ' ')).toMatch(/Table 4\.2\. What costs costs/)
  expect(page.replace(/\s+/g, ' ')).toMatch(/Table 4\.4\. What more-costs costs/)
  // Each is named once.
  for (const name of namesIn(page)) expect(page.split(name).length - 1, name).toBe(1)
  expect(namesIn(page).sort()).toEqual(namesIn(text).sort())
})
