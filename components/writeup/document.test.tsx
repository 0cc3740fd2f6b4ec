import fc from 'fast-check'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { type Block, blocksOfRevision } from '#lib/writeup/blocks/blocks.ts'
import type { ChartData } from '#lib/writeup/blocks/chart-data.ts'
import type { RecordedRun } from '#lib/writeup/blocks/recorded-run.ts'
import { compileDocument } from '#lib/writeup/page/compile.server.ts'
import { outlineOf } from '#lib/writeup/page/outline.ts'
import type { WriteupId } from '#lib/writeup/parse/document-id.ts'
import { parseWriteup, type Writeup } from '#lib/writeup/parse/parse.ts'
import { WriteupDocument } from './document.tsx'
import type { ClaimShown, DocumentContext } from './document-context.ts'
import { Outline } from './outline.tsx'

function parsed(body: string, writeup: WriteupId = 'problem'): Writeup {
  const source = `---\ntitle: The title\n---\n\n${body}\n`
  const result = parseWriteup({ file: `${writeup}.mdx`, writeup, source })
  if (!result.ok) throw new Error(result.error.map(({ message }) => message).join('\n'))
  return result.value
}

const measured: ChartData = {
  ...{
    x: { label: 'N', unit: null, scale: 'log' },
    of: 'N',
    y: { label: 'Call', unit: 'us', scale: 'linear' },
  },
  ...{ spread: 'range of runs', where: 'Linux', source: 'bench.c' },
  series: [
    {
      name: 'Ring <b>',
      how: 'measured',
      points: [{ x: 1000, y: 16679.5, spread: { low: 1, high: 2e4, n: 5 } }],
    },
    { name: 'A line', how: 'assumed', points: [{ x: 1, y: 8, spread: null }] },
  ],
}

const recorded: RecordedRun = {
  ...{
    name: 'wake-01',
    how: 'run',
    title: 'A <wake>',
    where: 'Linux',
    source: 'a program',
    runs: 20,
    differing: 3,
  },
  did: ['main: futex_wake(A) = 0', '<script>'],
  expected: [{ name: 'woken', value: '1' }],
  seen: [
    { name: 'woken', value: '0' },
    { name: 'queued', value: '1,000' },
  ],
}

const bare: DocumentContext = {
  broken: (_, error) => {
    throw error
  },
  claim: () => null,
  question: () => null,
  simulation: ({ caption, model, blockKey }) => <p data-block={blockKey}>{caption ?? model}</p>,
  ascii: () => null,
  chart: (id) => (id === 'hold' ? measured : null),
  run: (name) => (name === 'wake-01' ? recorded : null),
  term: (name) => (name === 'gone' ? null : `what ${name} is`),
}

async function htmlOf(writeup: Writeup, context: Partial<DocumentContext> = {}): Promise<string> {
  const { code } = await compileDocument(writeup)
  return renderToStaticMarkup(
    <WriteupDocument
      writeup={writeup.writeup}
      title={writeup.title}
      code={code}
      context={{ ...bare, ...context }}
    />,
  )
}

/**
 * The text of each `data-block` element, as the client counts it: what is marked `data-no-text` is left out and the
 * cells of a row are apart by a space. React's output is well formed, so tags can be matched by a stack.
 */
function blockTexts(html: string): Map<string, string> {
  const texts = new Map<string, string>()
  const open: { block: string | undefined; silent: boolean }[] = []
  const append = (text: string) => {
    if (open.some(({ silent }) => silent)) return
    for (const { block } of open) if (block) texts.set(block, (texts.get(block) ?? '') + text)
  }
  for (const [, closing, tag, attributes = '', text] of html.matchAll(/<(\/?)([a-z0-9]+)([^>]*)>|([^<]+)/g)) {
    if (text !== undefined) append(unescaped(text))
    else if (closing) {
      open.pop()
      if (tag === 'td' || tag === 'th') append(' ')
    } else if (tag === 'br') append('\n')
    else if (tag !== 'hr' && !attributes.endsWith('/')) {
      const block = / data-block="([^"]*)"/.exec(attributes)?.[1]
      if (block !== undefined) expect(texts.has(block), `one element for ${block}`).toBe(false)
      if (block !== undefined) texts.set(block, '')
      open.push({ block, silent: / data-no-text/.test(attributes) })
    }
  }
  return texts
}

const unescaped = (text: string) =>
  text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#x27;/g, "'")
    .replace(/&amp;/g, '&')

function expectBlocksIn(html: string, blocks: readonly Block[]) {
  expect(blocks.length).toBeGreaterThan(0)
  const texts = blockTexts(html)
  const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => unescaped(id ?? ''))
  expect(new Set(ids).size, 'ids are unique').toBe(ids.length)
  for (const { key, kind, text } of blocks) {
    expect(ids, `${kind} ${key}`).toContain(`b-${key}`)
    if (kind === 'diagram') continue // its text is the source, which a drawing replaces
    const shown = texts.get(key) ?? ''
    expect(kind === 'code-line' ? shown : shown.replace(/\s+/g, ' ').trim()).toBe(text)
  }
}

const everything = `## Who *waits*

A **waiter** calls \`futex_wait()\`,\\
then sleeps[^why] on a <Term of="hb">hash *bucket*</Term>. See [the spec](https://example.org/a) and [races](#problem-races).

> Quoted "words" & < > 'more'.

- one
- two, <Term of="q">\`futex_q\`</Term>
- <Term of="gone">alone</Term>

1. first

   more of it
2. second

| who | wins |
|-----|-----:|
| <Term of="q">wake</Term> | \`0\` |

\`\`\`c
if (x) /* < & */

	return "a";
\`\`\`

\`\`\`promela
active proctype waiter() { do :: x -> assert(y) od }
\`\`\`

### Races

<Answer to="races">
<Claim id="one-side" model="m" property="safety" expect="violated" required="no">Exactly *one* side wins.</Claim>

<Simulation id="run" model="wake-order" trace="one-side" caption="A run" />

<Evidence id="seen" scenario="wake-01" caption="It was &quot;seen&quot;" />

<Evidence id="not-there" scenario="wake-02" />

<Chart id="hold" data="data/hold.json" caption="How &quot;long&quot;" />

<Chart id="none" data="data/none.json" caption="Nothing" />
</Answer>

<Figure id="order" caption="Who &quot;owns&quot; it">
\`\`\`mermaid
graph TD
  A --> B
\`\`\`
</Figure>

<Details summary="More">
<Note>
Aside.
</Note>
</Details>

[^why]: Because.
`

test('the page has every block, with its id and exactly its text', async () => {
  const writeup = parsed(everything)
  expectBlocksIn(await htmlOf(writeup), blocksOfRevision([writeup]).blocks)
})

const word = fc.constantFrom(
  'lock',
  '`q->lock`',
  '*chain*',
  '**hb**',
  '\\{',
  '𝄞',
  '日本',
  '&amp;',
  '[a](#b)',
  '"',
  "'",
)
const words = fc.array(word, { minLength: 1, maxLength: 6 }).map((list) => `w ${list.join(' ')}`)
const part = fc.oneof(
  words,
  words.map((text) => `## ${text}`),
  fc.array(words, { minLength: 1, maxLength: 3 }).map((items) => items.map((text) => `- ${text}`).join('\n')),
  fc.tuple(words, words).map(([a, b]) => `- ${a}\n\n  ${b}\n- ${b}\n  1. ${a}`),
  fc.tuple(words, words).map(([a, b]) => `| ${a} | ${b} |\n|---|---|\n| ${b} |  |`),
  fc
    .tuple(
      fc.constantFrom('c', 'promela', 'diff', 'bash', 'json', 'text'),
      fc.array(fc.string({ maxLength: 30 })),
    )
    .map(([lang, lines]) => `\`\`\`${lang}\nx;\n${lines.join('\n').replaceAll('`', '')}\n\`\`\``),
)

test('whatever is written, the page and the blocks have the same texts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 6 }), async (parts) => {
      const writeup = parsed(parts.join('\n\n'))
      expectBlocksIn(await htmlOf(writeup), blocksOfRevision([writeup]).blocks)
    }),
    { numRuns: 25 },
  )
}, 60_000)

/** The same, as the reading page draws it: what never changes is HTML of ours, and only the rest is React's. */
async function stillHtmlOf(writeup: Writeup, context: Partial<DocumentContext> = {}): Promise<string> {
  const page = await htmlOf(writeup, {
    ...context,
    still: (piece, { text }) => ({ request: '', piece, html: text }),
  })
  return page
}

/** Without the places, which are no boxes: each with the end that is its own. And with one spelling of quotes. */
function asReact(html: string): string {
  const open: boolean[] = []
  return html.replaceAll('&#39;', '&#x27;').replace(/<div(?=[ >])[^>]*>|<\/div>/g, (tag) => {
    if (tag === '</div>') return open.pop() === true ? '' : tag
    open.push(/ class="[^"]*noBox/.test(tag))
    return open.at(-1) ? '' : tag
  })
}

test('what is drawn without React is what React draws', async () => {
  const writeup = parsed(everything)
  const [still, drawn] = [await stillHtmlOf(writeup), await htmlOf(writeup)]
  expect(still).toMatch(/noBox/)
  expect(asReact(still)).toBe(drawn)
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 6 }), async (parts) => {
      const one = parsed(parts.join('\n\n'))
      expect(asReact(await stillHtmlOf(one))).toBe(await htmlOf(one))
    }),
    { numRuns: 25 },
  )
}, 60_000)

test('a text that is kept says to each reader what is theirs', async () => {
  const writeup = parsed(everything)
  const same = { of: {}, as: 'once' }
  const of = (name: string) =>
    stillHtmlOf(writeup, {
      same,
      afterBlock: (key) => <i>{`${name} at ${key}`}</i>,
      simulation: () => <b>{`model of ${name}`}</b>,
    })
  const [one, other] = [await of('Ada'), await of('Bob')]
  expect(one.match(/Ada at /g)?.length).toBeGreaterThan(5)
  expect(one).toContain('model of Ada')
  expect(other).toBe(one.replaceAll('Ada', 'Bob'))
})

test('a piece that broke is tried again for the next reader', async () => {
  const same = { of: {}, as: 'once' }
  const of = (ascii: () => null) => stillHtmlOf(parsed(everything), { same, ascii, broken: () => {} })
  const broken = () => {
    throw new Error('no drawing')
  }
  expect(await of(broken)).toContain('This diagram cannot be shown')
  expect(await of(() => null)).not.toContain('cannot be shown')
})

test('what stands beside a drawing stays beside it, and the rest is few places', async () => {
  const beside = (name: string) => (key: string) => (
    // biome-ignore lint/security/noDangerouslySetInnerHtml: of this test
    <div className={name} dangerouslySetInnerHTML={{ __html: `<i>${name} ${key}</i>` }} />
  )
  const around = { beforeBlock: beside('before'), afterBlock: beside('after') }
  const html = await stillHtmlOf(
    parsed('One.\n\nTwo.\n\n```mermaid\ngraph TD\n  A --> B\n```\n\nThree.\n\nFour.'),
    around,
  )
  expect(html.match(/noBox/g)).toHaveLength(2)
  expect(html).toMatch(/<div class="before"><i>before [^<]*<\/i><\/div><div class="[^"]*diagram/)
  expect(html).toMatch(/<div class="after"><i>after [^<]*<\/i><\/div><div class="[^"]*noBox/)
})

test('several write-ups with footnotes stand on one page without sharing an id', async () => {
  const documents = [parsed('a[^1]\n\n[^1]: b', 'problem'), parsed('a[^1]\n\n[^1]: b', 'lifetime')]
  const html = (await Promise.all(documents.map((document) => htmlOf(document)))).join('')
  expectBlocksIn(html, blocksOfRevision(documents).blocks)
  expect(html).toContain('href="#problem-fn-1"')
  expect(html).toContain('aria-describedby="lifetime-footnotes"')
})

test('a word opens what it means within its sentence, and is not taken for a link', async () => {
  const html = await htmlOf(
    parsed('One <Term of="hb">bucket, section 1.2</Term>, <Term of="gone">two</Term>.'),
    {
      reference: () => '#somewhere',
    },
  )
  const plain = html.replace(/ (?:class|id|data-[a-z]+)="[^"]*"/g, '')
  expect(plain).toContain(
    '<div>One <details><summary>bucket, section 1.2</summary><span data-no-text=""> (what hb is)</span></details>, <span>two</span>.</div>',
  )
})

test('a chart has its numbers in a table, names what was assumed, and says what its spread is', async () => {
  const html = await htmlOf(parsed('<Chart id="hold" data="data/hold.json" caption="How long" />'))
  const plain = html.replace(/ (?:class|id|data-[a-z]+)="[^"]*"/g, '')
  expect(plain).toContain('<th scope="row">1,000</th><td>16,679.5 (1–20,000)</td><td></td>')
  expect(plain).toContain('<th scope="col">A line (assumed)</th>')
  expect(plain).toContain(
    'Figure 1.1.</span> <span>How long</span><span> Call, us. In brackets: range of runs, n = 5. What is called assumed was not measured. Source: bench.c; Linux.</span>',
  )
  expect(html).toContain('<svg viewBox="0 0 400 252"')
  expect(html).toContain('Ring &lt;b&gt;</text>')
})

test('a run that was recorded is a line with all of it behind, and what was not as expected is said', async () => {
  const html = await htmlOf(parsed('<Evidence id="seen" scenario="wake-01" caption="No wake is kept" />'))
  expect(html).toMatch(/<summary>.*No wake is kept.*run 20 times, other than expected in 3.*<\/summary>/)
  expect(html.replace(/ class="[^"]*"/g, '')).toContain('<td>1</td><td>0<b> ≠ expected</b></td>')
  expect(html).toContain('<li>&lt;script&gt;</li>')
})

test('the name of a run in a sentence leads to the run, where there is one', async () => {
  const html = await htmlOf(
    parsed('As `wake-01`, not `wake-09`, [`wake-01`](https://a.b).\n\n## Of `wake-01`'),
    {
      reference: (kind, name) => (name === 'wake-01' ? `#${kind}-${name}` : null),
    },
  )
  expect(html).toMatch(/As <a href="#run-wake-01"><code[^>]*>wake-01<\/code><\/a>, not <code[^>]*>wake-09</)
  expect(html.match(/#run-wake-01/g)).toHaveLength(1)
})

test('headings are numbered, are anchors, and go one level below the title', async () => {
  const html = await htmlOf(parsed(everything))
  expect(html).toMatch(/<h2[^>]*id="problem-title"[^>]*><span[^>]*>1<\/span> The title<\/h2>/)
  expect(html).toMatch(/<h3[^>]* id="problem-who-waits"|<h3 id="problem-who-waits"/)
  expect(html).toMatch(/<h4[^>]*id="problem-races"/)
  expect(html).toContain('>1.1.1</span>')
})

test('what stands at the first line of a block comes before its element, of a figure before its caption', async () => {
  const writeup = parsed(
    '## Head\n\npara\n\n- item\n\n```c\nx\n```\n\n<Figure id="f" caption="Caption">\n\n```text\nfig\n```\n\n</Figure>',
  )
  const html = await htmlOf(writeup, {
    beforeBlock: (key) => <i>beside-{key}</i>,
    beforeGroup: (kind, keys) => (
      <i>
        {kind}:{keys.join(',')}
      </i>
    ),
  })
  const { blocks } = blocksOfRevision([writeup])
  const key = (kind: string) => blocks.find((block) => block.kind === kind)?.key
  const plain = html.replace(/ (?:class|id|data-[a-z]+|tabindex|role|aria-label)="[^"]*"/g, '')
  expect(plain).toContain(`<i>beside-${key('heading')}</i><h3>`)
  expect(plain).toContain(`<i>beside-${key('paragraph')}</i><p>para</p>`)
  expect(plain).toContain(`<i>beside-${key('list-item')}</i><div>item</div>`)
  expect(plain).toContain(`<i>line:${key('code-line')}</i><pre>`)
  expect(plain).toContain(`<i>beside-f</i><figcaption>`)
})

test('a section, table or figure that the text names is a link where there is one', async () => {
  const writeup = parsed('See 1.2, section 1.9 and [2.1](https://example.org/); Table 1.1.\n\n## About 1.2')
  const html = await htmlOf(writeup, {
    reference: (kind, number) => (number === '1.9' ? null : `#${kind}-${number}`),
  })
  expect(html).toContain('See <a href="#section-1.2">1.2</a>, section 1.9 and')
  expect(html).toContain('rel="noreferrer">2.1</a>')
  expect(html).toContain('<a href="#table-1.1">Table 1.1</a>')
  expect(html).toContain('About 1.2')
})

test('threads come behind a paragraph, inside a list item, behind the whole table and listing', async () => {
  const writeup = parsed('para\n\n- item\n\n| a |\n|---|\n| b |\n\n```c\nx\n```')
  const html = await htmlOf(writeup, {
    afterBlock: (key) => <i>thread-{key}</i>,
    afterGroup: (kind, keys) => (
      <i>
        {kind}:{keys.join(',')}
      </i>
    ),
  })
  const { blocks } = blocksOfRevision([writeup])
  const [para, item, head, row, line] = blocks.map(({ key }) => key)
  const plain = html.replace(/ (?:class|id|data-[a-z]+|tabindex|role|aria-label)="[^"]*"/g, '')
  expect(plain).toContain(`<p>para</p><i>thread-${para}</i>`)
  expect(plain).toContain(`<div>item</div><i>thread-${item}</i>\n</li>`)
  expect(plain).toContain(`</table></div><i>row:${head},${row}</i>`)
  expect(plain).toContain(`</code></pre><i>line:${line}</i>`)
})

const counts = {
  states: 1234,
  matched: 5,
  transitions: 40,
  depth: 12,
  ms: 3.2,
  checkerVersion: 'coherent 0.1',
} as const
const shownViolated = {
  report: {
    ...counts,
    kind: 'violated',
    error: 'assertion violated: woken',
    line: 40,
    trace: [0, 1, 2],
    table: ['CPU0   CPU1', 'as it was', '       stored'],
  },
  variant: 'swapped',
  parameters: '-DN=2',
  commands: ['spin -a -DN=2 models/m.pml'],
  isStale: false,
  trace: '4.2',
  table: ['CPU0   CPU1', 'store', '       load'],
  href: '/models/m',
} satisfies ClaimShown

const shownClaims: readonly (readonly [string, ClaimShown | null, readonly string[]])[] = [
  [
    'violated as the text needs',
    shownViolated,
    [
      '▲',
      'violated',
      '✓ as claimed',
      'spin -a -DN=2 models/m.pml',
      'line 40',
      '3 statements',
      '1,234 states',
      '-DN=2',
      'CPU0   CPU1\nstore\n       load',
      'Step through the counterexample',
    ],
  ],
  [
    'holds against the text',
    { ...shownViolated, report: { ...counts, kind: 'holds', unreached: [] } },
    ['●', 'holds', '✗ not as claimed: the text needs “violated”', 'All 1,234 states', '12 moves'],
  ],
  [
    'unfinished',
    {
      ...shownViolated,
      report: { ...counts, kind: 'unfinished', message: 'the limit of 10 states was reached' },
    },
    ['◐', 'unfinished', '✗ not as claimed', 'The limit of 10 states was reached', 'proves nothing'],
  ],
  ['stale', { ...shownViolated, isStale: true }, ['○', 'stale', '✗ not as claimed']],
  ['without a verdict', null, ['–', 'not checked']],
]

test.each(shownClaims)('a claim that is %s says so in words, with its bounds', async (_, shown, expected) => {
  const html = unescaped(await htmlOf(parsed(everything), { claim: () => shown }))
  const text = html.replace(/<[^>]*>/g, '')
  for (const words of expected) expect(text).toContain(words)
})

test('of a claim one line stands in the open: both marks and the way to its model', async () => {
  const html = await htmlOf(parsed(everything), { claim: () => shownViolated })
  const [line] = /<div class="[^"]*checked[\s\S]*$/.exec(html) ?? ['']
  const summary = /<summary>([\s\S]*?)<\/summary>/.exec(line)?.[1]?.replace(/<[^>]*>/g, '')
  expect(summary).toBe('▲ violated ✓ as claimed')
  // What is folded holds a fold of its own.
  const [before = '', open = ''] = [
    line.slice(0, line.indexOf('<details')),
    line.split('</details></details>')[1],
  ]
  expect(before.replace(/<[^>]*>/g, '')).toBe('')
  expect(open.replace(/<[^>]*>/g, '')).toMatch(/^Step through the counterexample \(Trace 4\.2\)/)
})

test('an answer shows its question', async () => {
  const html = await htmlOf(parsed(everything), {
    question: (id) => ({ help: `Help for ${id}?`, href: '/gate' }),
  })
  expect(html).toContain('<a href="/gate">Help for races?</a>')
})

/** What stands in the open, and what is folded away. */
function openAndFolded(html: string): [open: string, folded: string] {
  const folded = html.match(/<details[\s\S]*?<\/details>/g) ?? []
  const open = html.replace(/<details[\s\S]*?<\/details>/g, '')
  return [open, folded.join('')].map((part) => unescaped(part.replace(/<[^>]*>/g, ''))) as [string, string]
}

test('without scripts a diagram is a drawing in characters, with the source folded below it', async () => {
  const [ours, source] = openAndFolded(await htmlOf(parsed('```mermaid\ngraph TD\n  A[one] --> B[two]\n```')))
  expect(ours).toMatch(/\| *one *\|[\s\S]*\| *two *\|/)
  expect(ours).not.toContain('-->')
  expect(source).toContain('graph TD\n  A[one] --> B[two]')
})

test("the author's own drawing comes before ours", async () => {
  const [open, folded] = openAndFolded(await htmlOf(parsed(everything), { ascii: (id) => `ASCII of ${id}` }))
  expect(open).toContain('ASCII of order')
  expect(open).not.toContain('graph TD')
  expect(folded).toContain('graph TD\n  A --> B')
})

test('a diagram that has no drawing in characters is its source, in the open', async () => {
  const [open, folded] = openAndFolded(await htmlOf(parsed('```mermaid\nclassDiagram\n  A <|-- B\n```')))
  expect(open).toContain('classDiagram\n  A <|-- B')
  expect(folded).toBe('')
})

test('words that begin with a hyphen are not broken behind it', async () => {
  const body =
    'It is -EINVAL (-ENOMEM), `-DN=3`, not a well-known - or co-operative one.\n\n| a |\n|---|\n| -EBUSY |'
  const html = await htmlOf(parsed(body))
  const kept = [...html.matchAll(/data-short="">([^<]*)</g)].map(([, words]) => words)
  expect(kept).toEqual(['-EINVAL', '-ENOMEM', '-DN=3', '-EBUSY'])
})

test('columns of figures are flush right, unless the author aligned them', async () => {
  const table =
    '| who | states | left | mixed |\n|---|---|:---|---|\n| `a` | 1,234 | 5 | 7 |\n| b | 56 | 6 | no |'
  const html = await htmlOf(parsed(table))
  const alignments = [...html.matchAll(/<t[hd](?: style="text-align:(\w+)")?>/g)].map(([, align]) => align)
  const row = [undefined, 'right', 'left', undefined]
  expect(alignments).toEqual([...row, ...row, ...row])
})

test('a simulation gets its attributes and the key of its block', async () => {
  let given: unknown
  await htmlOf(parsed(everything), {
    simulation: (props) => {
      given = props
      return null
    },
  })
  expect(given).toEqual({
    id: 'run',
    model: 'wake-order',
    trace: 'one-side',
    caption: 'A run',
    blockKey: 'run',
  })
})

test('attributes arrive as they were written', async () => {
  const caption = 'back\\slash "quotes" \'single\' {y} `z` < & é\u2014'
  const escaped = caption.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
  let given: unknown
  await htmlOf(parsed(`<Simulation id="a" model="m" caption="${escaped}" />`), {
    simulation: (props) => {
      given = props.caption
      return null
    },
  })
  expect(given).toBe(caption)
})

test('links to elsewhere do not say from where, links within stay as they are', async () => {
  const html = await htmlOf(parsed(everything))
  expect(html).toContain('<a href="https://example.org/a" rel="noreferrer">')
  expect(html).toContain('<a href="#problem-races">')
})

test('the outline links to titles and headings', () => {
  const documents = [parsed('## A\n\n### B\n\n#### C\n\n## D', 'problem'), parsed('x', 'lifetime')]
  const { blocks } = blocksOfRevision(documents)
  const html = renderToStaticMarkup(
    <Outline
      entries={outlineOf(documents, blocks)}
      hrefOf={(writeup, anchor) => (writeup === 'lifetime' ? `/alone#${anchor}` : `#${anchor}`)}
      openIn={(writeup) => (writeup === 'problem' ? 2 : 0)}
    />,
  )
  expect([...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)).toEqual([
    '#problem',
    '#problem-a',
    '#problem-b',
    '#problem-d',
    '/alone#lifetime',
  ])
  expect([...html.matchAll(/data-open-of[^>]*>([^<]*)<\/span>/g)].map(([, words]) => words)).toEqual([
    '2 open',
    '',
  ])
})
