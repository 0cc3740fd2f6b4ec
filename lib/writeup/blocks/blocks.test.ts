import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WRITEUP_IDS, type WriteupId } from '#lib/writeup/parse/document-id.ts'
import { parseWriteup, type Writeup } from '#lib/writeup/parse/parse.ts'
import { type Block, blocksOfRevision, TEXT_VERSION } from './blocks.ts'

function parsed(body: string, writeup: WriteupId = 'problem'): Writeup {
  const result = parseWriteup({
    file: `${writeup}.mdx`,
    writeup,
    source: `---\ntitle: x\n---\n\n${body}\n`,
  })
  if (!result.ok) throw new Error(result.error.map(({ message }) => message).join('\n'))
  return result.value
}

const blocksOf = (body: string, writeup: WriteupId = 'problem'): Block[] =>
  blocksOfRevision([parsed(body, writeup)]).blocks

const kindsAndTexts = (body: string) => blocksOf(body).map(({ kind, text }) => `${kind}: ${text}`)

const everything = `## Who *waits*

A **waiter** calls \`futex_wait()\`,
then   sleeps[^why]. See [the table](#b-races).

> Quoted.

- one
  two

  another paragraph
- three
  1. four

| who | wins |
|-----|------|
| wake | \`0\` |
|      | x    |

\`\`\`c
if (x)

	return  0;
\`\`\`

### Races

<Answer to="races">
<Claim id="races" model="m" property="safety" expect="holds">Exactly *one* side
wins.</Claim>

<Simulation id="run" model="wake-order" />
<Simulation id="run-2" model="wake-order" caption="A  caption" />
</Answer>

<Figure id="order" caption="Who owns  it">
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

## Who *waits*

[^why]: Because of [^again]

    Second paragraph.

[^again]: Once more.
`

test('text version 1 is what it was when the first anchors were made', () => {
  // A change of this list changes what stored anchors mean: it needs a new TEXT_VERSION instead.
  expect(TEXT_VERSION).toBe(1)
  const lines = blocksOf(everything).map(
    ({ key, kind, text, line, sectionNumber }) =>
      `${line} ${sectionNumber} ${kind} ${key} ${JSON.stringify(text)}`,
  )
  expect(lines).toEqual([
    '5 1.1 heading problem-who-waits "Who waits"',
    '7 1.1 paragraph problem-5b6f3bbd "A waiter calls futex_wait(), then sleeps. See the table."',
    '10 1.1 paragraph problem-c2c9d15f "Quoted."',
    '12 1.1 list-item problem-5b269301 "one two"',
    '15 1.1 paragraph problem-9baf66fa "another paragraph"',
    '16 1.1 list-item problem-3d47eca8 "three"',
    '17 1.1 list-item problem-0dca8b2d "four"',
    '19 1.1 table-row problem-bcff6989 "who wins"',
    '21 1.1 table-row problem-a1eaf2e5 "wake 0"',
    '22 1.1 table-row problem-1c9657c2 "x"',
    '25 1.1 code-line problem-e84eb20a "if (x)"',
    '27 1.1 code-line problem-99125bb6 "\\treturn  0;"',
    '30 1.1.1 heading problem-races "Races"',
    '33 1.1.1 claim races "Exactly one side wins."',
    '36 1.1.1 simulation run "wake-order"',
    '37 1.1.1 simulation run-2 "A caption"',
    '40 1.1.1 figure order "Who owns it"',
    '41 1.1.1 diagram problem-c25d0c97 "graph TD\\n  A --> B"',
    '47 1.1.1 paragraph problem-4fe4d9d0 "More"',
    '49 1.1.1 paragraph problem-ab71e005 "Aside."',
    '53 1.2 heading problem-who-waits-1 "Who waits"',
    '55 1 paragraph problem-31857c7c "Because of"',
    '57 1 paragraph problem-853621be "Second paragraph."',
    '59 1 paragraph problem-9960ac47 "Once more."',
  ])
})

test('the same text again gets a number, and only the same kind counts', () => {
  const keys = blocksOf('same\n\nsame\n\n- same\n- same\n\nother\n\nsame').map(({ key }) => key)
  const [first = '', second, item = '', itemAgain, , third] = keys
  expect(second).toBe(`${first}-2`)
  expect(third).toBe(`${first}-3`)
  expect(item).not.toBe(first)
  expect(itemAgain).toBe(`${item}-2`)
  expect(first).toMatch(/^problem-[0-9a-f]{8}$/)
})

test('a key does not depend on what stands around the block', () => {
  const [alone] = blocksOf('A sentence.')
  const among = blocksOf('Before.\n\n## H\n\n> A *sentence*.\n\nAfter.')
  expect(among.map(({ key }) => key)).toContain(alone?.key)
})

test('the same sentence in two write-ups has two keys', () => {
  const { blocks } = blocksOfRevision([parsed('Same.', 'problem'), parsed('Same.', 'lifetime')])
  expect(new Set(blocks.map(({ key }) => key)).size).toBe(2)
})

test.each([
  ['a component on one line', '<Note>Aside.</Note>', ['paragraph: Aside.']],
  ['components beside each other', '<Note>a</Note> <Note>b</Note>', ['paragraph: a', 'paragraph: b']],
  ['a component in a component on one line', '<Answer to="races"><Note>a</Note></Answer>', ['paragraph: a']],
  ['an empty item', '- a\n-\n- b', ['list-item: a', 'list-item: b']],
  ['an empty row', '| a |\n|---|\n|   |', ['table-row: a']],
  ['an item that begins with code', '- ```c\n  x\n  ```\n\n  words', ['code-line: x', 'list-item: words']],
  ['a hard break', 'one\\\ntwo', ['paragraph: one two']],
  ['a link by reference', '[a b][r]\n\n[r]: https://x.y "title"', ['paragraph: a b']],
  ['composed and decomposed letters', 'e\u0301 e&#x301;', ['paragraph: \u00e9 \u00e9']],
  ['windows line ends', '```c\r\na\r\nb\r\n```\r\n', ['code-line: a', 'code-line: b']],
  ['escapes and references', '\\{ \\< &lt; &nbsp;x', ['paragraph: { < < x']],
  ['code with a brace', '`{x}` and `<y>`', ['paragraph: {x} and <y>']],
])('%s', (_, body, expected) => {
  expect(kindsAndTexts(body)).toEqual(expected)
})

test('headings of the cover have no numbers', () => {
  const { blocks } = blocksOfRevision([{ ...parsed('## A\n\n### B\n\nc'), writeup: 'cover' }])
  expect(blocks.map(({ sectionNumber }) => sectionNumber)).toEqual([null, null, null])
  expect(blocks[0]?.key).toBe('cover-a')
})

/** Documents of the subset, with words that Markdown and Unicode make difficult. */
const word = fc.constantFrom(
  'lock',
  'waiter',
  '`q->lock_ptr`',
  '*chain*',
  '**hb**',
  '\\{',
  '𝄞',
  'é',
  '日本',
  '&amp;',
  '2.',
  '#',
)
const words = fc.array(word, { minLength: 1, maxLength: 8 }).map((list) => `w ${list.join(' ')}`)
const leaf = fc.oneof(
  words,
  words.map((text) => `## ${text}`),
  fc.array(words, { minLength: 1, maxLength: 4 }).map((items) => items.map((text) => `- ${text}`).join('\n')),
  fc
    .array(words, { minLength: 1, maxLength: 4 })
    .map((items) => items.map((text) => `1. ${text}\n\n   ${text}`).join('\n')),
  words.map((text) => `> ${text}`),
  fc.tuple(words, words).map(([a, b]) => `| ${a} | ${b} |\n|---|---|\n| ${b} |  |`),
  fc
    .array(fc.string({ unit: 'grapheme', maxLength: 30 }), { maxLength: 5 })
    .map((lines) => `\`\`\`c\nx;\n${lines.join('\n').replace(/[`\p{C}\p{Zl}\p{Zp}]/gu, '')}\n\`\`\``),
)
const body = fc
  .array(
    fc.oneof(
      leaf,
      leaf.map((inner) => `<Answer to="races">\n\n${inner}\n\n</Answer>`),
    ),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((parts) => parts.join('\n\n'))

test('every block is found in the revision text at its offsets, in order, with a key of its own', () => {
  let found = 0
  fc.assert(
    fc.property(fc.array(body, { minLength: 4, maxLength: 4 }), (bodies) => {
      const documents = bodies.map((text, at) => parsed(text, WRITEUP_IDS[at] ?? 'problem'))
      const { blocks, text } = blocksOfRevision(documents)
      found += blocks.length
      let end = -2
      for (const [ord, block] of blocks.entries()) {
        expect(block.ord).toBe(ord)
        expect(block.start).toBe(end + 2)
        expect(text.slice(block.start, block.end)).toBe(block.text)
        expect(block.text).not.toBe('')
        if (block.kind !== 'code-line' && block.kind !== 'diagram') {
          expect(block.text).toBe(block.text.replace(/\s+/g, ' ').trim().normalize('NFC'))
        }
        end = block.end
      }
      expect(text.length).toBe(end)
      expect(new Set(blocks.map(({ key }) => key)).size).toBe(blocks.length)
    }),
    { numRuns: 60 },
  )
  expect(found).toBeGreaterThan(60)
})

test('blocks are the same each time they are made', () => {
  fc.assert(
    fc.property(body, (text) => {
      expect(blocksOf(text)).toEqual(blocksOf(text))
    }),
    { numRuns: 20 },
  )
})
