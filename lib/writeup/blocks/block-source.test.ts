import { expect, test } from 'vitest'
import { parseWriteup, type Writeup } from '#lib/writeup/parse/parse.ts'
import { sourceOfBlock, sourceOfWords } from './block-source.ts'
import { blocksOfWriteup } from './blocks.ts'

const body = `## Who *waits*

A **waiter** calls \`futex_wait()\`, then
sleeps &amp; dreams 1 \\* 2. See [the table](#b-races) and \`hb->lock\`.

> Quoted words that
> go on here.

- one item that
  goes on
- three

| who  | wins *always* |
|------|------|
| wake | \`0\` |

\`\`\`c
if (x)
	return  0;
\`\`\`

<Claim id="races" model="m" property="safety" expect="holds">Exactly *one* side
wins.</Claim>

<Figure id="order" caption="Who owns it">
\`\`\`mermaid
graph TD
  A --> B
\`\`\`
</Figure>
`

function parsed(text: string): Writeup {
  const result = parseWriteup({
    file: 'problem.mdx',
    writeup: 'problem',
    source: `---\ntitle: x\n---\n\n${text}\n`,
  })
  if (!result.ok) throw new Error(result.error.map(({ message }) => message).join('\n'))
  return result.value
}

const document = parsed(body)
const blocks = blocksOfWriteup(document)
const sliceOf = (range: { start: number; end: number } | null) =>
  range && document.source.slice(range.start, range.end)

test('the source of a block is what an author would edit of it', () => {
  expect(blocks.map((block) => [block.kind, sliceOf(sourceOfBlock(block, document.source))])).toEqual([
    ['heading', 'Who *waits*'],
    [
      'paragraph',
      'A **waiter** calls `futex_wait()`, then\nsleeps &amp; dreams 1 \\* 2. See [the table](#b-races) and `hb->lock`.',
    ],
    ['paragraph', 'Quoted words that\n> go on here.'],
    ['list-item', 'one item that\n  goes on'],
    ['list-item', 'three'],
    ['table-row', '| who  | wins *always* |'],
    ['table-row', '| wake | `0` |'],
    ['code-line', 'if (x)'],
    ['code-line', '\treturn  0;'],
    ['claim', 'Exactly *one* side\nwins.'],
    ['figure', null],
    ['diagram', 'graph TD\n  A --> B'],
  ])
})

test.each([
  ['then sleeps', 'then\nsleeps'],
  ['dreams 1 * 2', 'dreams 1 \\* 2'],
  ['sleeps & dreams', 'sleeps &amp; dreams'],
  // Markup is not cut.
  ['waiter', '**waiter**'],
  ['wait', 'wait'],
  ['waiter calls', '**waiter** calls'],
  ['calls futex_wait', 'calls `futex_wait()`'],
  ['futex_wait()', '`futex_wait()`'],
  ['the table', '[the table](#b-races)'],
  ['table', 'table'],
  ['the table and hb', '[the table](#b-races) and `hb->lock`'],
  ['that go on', 'that\n> go on'],
  ['item that goes', 'item that\n  goes'],
  ['wins always', 'wins *always*'],
  ['who wins', '| who  | wins *always* |'],
  ['one side wins', '*one* side\nwins'],
  ['return', 'return'],
  ['A --> B', 'A --> B'],
])('the source of “%s” is “%s”', (words, source) => {
  const block = blocks.find(({ text }) => text.includes(words))
  if (!block) throw new Error('no such words')
  const start = block.text.indexOf(words)
  expect(sliceOf(sourceOfWords(block, document.source, { start, end: start + words.length }))).toBe(source)
})
