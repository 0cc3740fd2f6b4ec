import fc from 'fast-check'
import type { Nodes } from 'mdast'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { expect, test } from 'vitest'
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
]
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 24 }).map((all) => all.join(''))

test('text that is taken for plain is what the parser says', () => {
  let plain = 0
  fc.assert(
    fc.property(text, (markdown) => {
      const tree = plainMarkdown(markdown)
      if (!tree) return
      plain++
      expect(tree).toEqual(withoutPositions(parser.parse(markdown)))
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 6000) },
  )
  expect(plain).toBeGreaterThan(100)
})

test.each([
  'What frees this? See `hb->lock` and io_futex_cancel().',
  'One paragraph\nof two lines.\n\nAnother one, "quoted" (with signs): 3 | 4, a -> b; 50% of $5.',
  'Ünal says: größer.',
  'It is *so*, and **more so** (see [the report](https://a.example/b?c=d#e)).',
])('a usual comment is plain: %s', (markdown) => {
  expect(plainMarkdown(markdown)).toEqual(withoutPositions(parser.parse(markdown)))
})
