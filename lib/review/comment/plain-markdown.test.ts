import fc from 'fast-check'
import type { Nodes } from 'mdast'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { expect, test } from 'vitest'
import { testNumber } from '#lib/env.server.ts'
import { plainMarkdown } from './plain-markdown.ts'

const parser = unified().use(remarkParse).use(remarkGfm).freeze()

function withoutPositions(node: Nodes): unknown {
  const { position: _position, ...rest } = node
  return 'children' in rest ? { ...rest, children: rest.children.map(withoutPositions) } : rest
}

const pieces = [
  ...'abc XY 19 .,;:!?()\'"/%$^{}]|+-=_~*`<>&\\#@[\n\n\n\t'.split(''),
  ' ',
  '\n\n',
  '  \n',
  'hb->lock',
  '`futex_q`',
  '`a b`',
  '` a `',
  'io_futex_cancel()',
  '_x_',
  '__',
  'http://a.b',
  'www.a.b',
  'a@b.c',
  '\n1. ',
  '\n- ',
  '\n> ',
  '\n# ',
  '\n---\n',
  '\n===\n',
  '|-|\n',
  'a | b\n- | -\n',
  '\u00a0',
  '\u2028',
  'é',
  '日本',
  '```',
  '$x$',
  'mailto:x',
  '[^1]',
  '*so*',
  '**so it is**',
  '*',
  '**',
  '[it](https://a.example/b_c)',
  '[it]',
  '(https://a.b)',
  '(',
  ')',
  '!',
  '\u0000',
  '\n- one\n- two of *them*\n  and more\n- `three`',
  '\n1. one\n2. two',
  '\n7. seven',
  '\n- ',
  '\n  ',
  '\n   ',
  '\n> words\n> of others\n>\n> and more',
  '\n> ',
  '\n>',
  '\n```c\nint\tx;\n\n  y\n```\n',
  '\n```\n',
  '\n```c\n',
  '\n ```\n',
  '\n````\n',
  '\n| a | b |\n| --- | :-: |\n| 1 | `2` |\n',
  '\n|a|\n|-|\n|b|\n| |',
  '\n| ',
  ' |\n',
  ' | ',
  '|--|:-|\n',
]
/** Blocks that are plain by themselves: what stands between them decides. */
const blocks = [
  'Some words.',
  '- one\n- two',
  '- one\n  goes on',
  '1. one\n2. two',
  '2) two',
  '> words',
  '> words\n> more\n>\n> and more',
  '```c\nint\tx;\n\n\n  y\n```',
  '```\n```',
  '| a | b |\n| --- | ---: |\n| 1 | *2* |\n| | 1. x |',
  '|a|\n|:-:|',
  '* x',
  '  indented',
  '    code',
  '---',
  '# x',
  '[x]: https://a.example',
  '',
  ' ',
]
const text = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 24 }).map((all) => all.join('')),
  fc
    .array(fc.tuple(fc.constantFrom(...blocks), fc.constantFrom('\n', '\n\n', '\n\n', '\n\n\n')), {
      maxLength: 6,
    })
    .map((all) => all.flat().join('')),
)

test('text that is taken for plain is what the parser says', () => {
  let plain = 0
  fc.assert(
    fc.property(text, (markdown) => {
      const tree = plainMarkdown(markdown)
      if (!tree) return
      plain++
      expect(tree).toEqual(withoutPositions(parser.parse(markdown)))
    }),
    { numRuns: testNumber('FUZZ_RUNS', 6000) },
  )
  expect(plain).toBeGreaterThan(100)
})

test.each([
  'What frees this? See `hb->lock` and io_futex_cancel().',
  'One paragraph\nof two lines.\n\nAnother one, "quoted" (with signs): 3 | 4, a -> b; 50% of $5.',
  'Ünal says: größer.',
  'It is *so*, and **more so** (see [the report](https://a.example/b?c=d#e)).',
  'Three points:\n\n- the **store** comes first,\n- then `hb->lock` is dropped,\n  on every path\n\nWhich?',
  '1. one\n2. two\n10. ten',
  'Again:\n\n| N | before | after |\n| --- | ---: | :-: |\n| 1 | 2.3 | `x` |\n| 10 | | - b |\n\nA surprise.',
  'I would write\n\n```c\nif (!q->lock_ptr)\n\treturn -EAGAIN;\n\n> x\n```\n\nand drop the test.',
  '> The entry is owned\n> by the request.\n>\n> So it is.\n\nBy which one?',
])('a usual comment is plain: %s', (markdown) => {
  expect(plainMarkdown(markdown)).toEqual(withoutPositions(parser.parse(markdown)))
})

test.each(['7. seven\n   ', '- a\n  ', '> a\n> ', '| a |\n| - |\n| |'])(
  '%j is read as the parser reads it',
  (markdown) => {
    const tree = plainMarkdown(markdown)
    if (tree) expect(tree).toEqual(withoutPositions(parser.parse(markdown)))
  },
)
