import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { testNumber } from '#lib/env.server.ts'
import { parseBundle } from './bundle.ts'
import type { BundleFile } from './content-hash.ts'
import {
  bundleOfDesign,
  type Design,
  designOfMarkdown,
  designOfText,
  documentOfHeading,
  withTitleInText,
} from './import-design.ts'
import { mendBundle } from './mend-bundle.ts'
import { beginProposal } from './new-bundle.ts'
import type { Questionnaire } from './questionnaire.ts'
import { readBundleFiles, readQuestionnaires } from './read-bundle.server.ts'

const content = join(import.meta.dirname, '../../../content')
let begun: readonly BundleFile[] = []
let known: readonly Questionnaire[] = []

beforeAll(async () => {
  const template = await readBundleFiles(join(content, 'template'))
  const questionnaires = await readQuestionnaires(join(content, 'questionnaires'))
  if (!template.ok || !questionnaires.ok) throw new Error('the template cannot be read')
  known = questionnaires.value
  const made = beginProposal(
    { title: 'x', area: 'mm', authors: [], to: [], questionnaire: 'futex@1' },
    template.value,
    known,
    { date: '2026-12-01T10:00:00Z', hex: '00000000' },
  )
  if (!made.ok) throw new Error('it does not begin')
  begun = made.value.files
})

async function imported(design: Design) {
  const files = await bundleOfDesign(
    design,
    begun,
    (some) => mendBundle(some, known),
    async (some) => {
      const parsed = parseBundle(some, known)
      return parsed.ok ? [] : parsed.error
    },
  )
  const texts = new Map(files.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]))
  return { files, texts, parsed: parseBundle(files, known) }
}

const words = (text: string) => text.normalize('NFC').match(/[\p{L}\p{N}]+/gu) ?? []

/** How often each word is there more than the template has it. */
function counted(all: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const word of all) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}

const DESIGN = `# Ring waits for a futex

Some words before any section, with <angle> and {braces}.

## Motivation

Nobody sleeps \`if (a < b)\`. See [locking](#locking) and https://example.org/a_b.

### Locking rules {#rules}

The bucket lock is held <10 us.

\`\`\`c
# include <linux/futex.h>

## not a heading
\`\`\`

## Weather

<details>
It rains.
</details>

Futex and requeue
-----------------

| a | b |
| - | - |
| one | \`two | three\` |
`

test('sections go to the write-ups that their headings are about, the rest to the cover, and it is a bundle', async () => {
  const design = designOfMarkdown(DESIGN)
  expect(design.title).toBe('Ring waits for a futex')
  const { texts, parsed } = await imported(design)
  expect(parsed.ok ? [] : parsed.error).toEqual([])
  expect(texts.get('cover.mdx')).toContain('Some words before any section, with \\<angle> and \\{braces}.')
  expect(texts.get('cover.mdx')).toContain('## Weather')
  expect(texts.get('cover.mdx')).toContain('It rains.')
  expect(texts.get('problem.mdx')).toContain(
    '## Motivation\n\nNobody sleeps `if (a < b)`. See locking (\\#locking) and',
  )
  expect(texts.get('lifetime.mdx')).toContain('The bucket lock is held \\<10 us.')
  expect(texts.get('lifetime.mdx')).toContain('```c\n# include <linux/futex.h>\n\n## not a heading\n```')
  expect(texts.get('sys-futex.mdx')).toContain('## Futex and requeue\n\n| a | b |')
  // The prompts of the template stand behind it.
  expect(texts.get('sys-futex.mdx')).toContain('<Answer to="regular">')
})

test('a text without markup has headings under lines, with numbers, and in capitals; drawings stay as drawn', async () => {
  const design = designOfText(`The plan
========

1. Problem statement

It *costs* 3_000 [units] & #1 of <all>.

    +-----+     +-----+
    |  a  | --> |  b  |
    +-----+     +-----+

2.1 Locking

- one
- two

WHO FREES IT

Nobody.`)
  const { texts, parsed } = await imported(withTitleInText(design))
  expect(parsed.ok ? [] : parsed.error).toEqual([])
  expect(design.title).toBe('The plan')
  expect(texts.get('problem.mdx')).toContain('It \\*costs\\* 3_000 \\[units\\] \\& \\#1 of \\<all\\>.')
  expect(texts.get('problem.mdx')).toContain('```text\n    +-----+     +-----+')
  expect(texts.get('lifetime.mdx')).toContain('2.1 Locking')
  expect(texts.get('cover.mdx')).toContain('## The plan')
})

test('the one heading above all others is the title, though text stands before it; of two none is', () => {
  const design = designOfMarkdown('A badge.\n\n# Ring waits\n\n## Locking\n\nHeld.\n')
  expect(design.title).toBe('Ring waits')
  expect(design.passages.get('cover')).toEqual([{ text: 'A badge.', kind: 'markdown' }])
  expect(designOfMarkdown('# One\n\n# Two\n').title).toBeNull()
})

test('a heading is known by its words', () => {
  for (const [heading, document] of [
    ['Lock ordering', 'lifetime'],
    ['Who frees the request', 'lifetime'],
    ['3. Object lifetimes', 'lifetime'],
    ['Interaction with sys_futex()', 'sys-futex'],
    ['Calling contexts', 'integration'],
    ['Alternatives considered', 'problem'],
    ['Acknowledgements', null],
  ] as const)
    expect(documentOfHeading(heading), heading).toBe(document)
})

const line = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom(
    '# Title',
    '## Locking',
    '### Why',
    '---',
    '===',
    '```',
    '```c',
    '~~~',
    '<details>',
    '</Note>',
    '<Note>',
    '{x}',
    '<10s',
    '| a | b |',
    '| - | - |',
    '- [ ] x',
    '    set in',
    '> quoted',
    '[^1]: note',
    '[a]: https://a.example',
    '$x^2$',
    '<!-- hidden words -->',
    '<Answer to="workload">',
    '![picture](a.png)',
    '1. Overview',
    'import x from "y"',
    '',
    '',
  ),
)

test.each([
  ['Markdown', designOfMarkdown],
  ['text', designOfText],
] as const)(
  'whatever the %s, each of its words is in the bundle as often, and it is a bundle',
  async (_, read) => {
    const before = counted(begun.flatMap(({ bytes }) => words(new TextDecoder().decode(bytes))))
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 14 }), async (lines) => {
        const text = lines.join('\n')
        const { texts, parsed } = await imported(withTitleInText(read(text)))
        expect(parsed.ok ? [] : parsed.error).toEqual([])
        const after = counted([...texts.values()].flatMap(words))
        const lost = [...counted(words(text))].filter(
          ([word, count]) => (after.get(word) ?? 0) - (before.get(word) ?? 0) < count,
        )
        expect(lost).toEqual([])
      }),
      { numRuns: testNumber('FUZZ_RUNS', 25) },
    )
  },
  120_000,
)
