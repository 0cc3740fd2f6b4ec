import type { Nodes, Root } from 'mdast'
import { expect, test } from 'vitest'
import { blocksOfWriteup } from '#lib/writeup/blocks/blocks.ts'
import { readPublished, type Writeup } from '#lib/writeup/parse/parse.ts'
import { safeTree } from '#lib/writeup/parse/safe-tree.ts'
import { compileDocument } from './compile.server.ts'

/** What stands is drawn whatever it holds, and nothing of it runs: a tree of other rules, and a row that somebody wrote. */
const standsFor = () => null
const text = (value: string) => ({ type: 'text', value })
const writeupOf = (tree: Root): Writeup => ({
  file: 'problem.mdx',
  writeup: 'problem',
  title: 'T',
  source: '',
  tree,
})

function typesIn(node: Nodes): string[] {
  return [node.type, ...('children' in node ? node.children.flatMap(typesIn) : [])]
}

const DRAWABLE =
  /^(?:root|paragraph|heading|blockquote|list|listItem|table|tableRow|tableCell|thematicBreak|code|definition|footnote(?:Definition|Reference)|mdxJsxFlowElement|mdxJsxTextElement|text|inlineCode|break|emphasis|strong|link|linkReference)$/

test.each([
  ['code in a paragraph', 'a {globalThis.x = 1} b', '{globalThis.x = 1}'],
  ['code on its own', '{globalThis.x = 1}', '{globalThis.x = 1}'],
  ['an import', "import fs from 'node:fs'", "import fs from 'node:fs'"],
  ['a component that is gone', '<Charts id="x" caption="Words of it">\nwithin\n</Charts>', 'Words of it'],
  ['a component that lacks what it is drawn by', '<Claim id="x">Said.</Claim>', 'Said.'],
  ['HTML', '<script src="https://a.b/c.js" />', 'https://a.b/c.js'],
  ['an address that runs', '[words](javascript:alert(1))', 'javascript:alert(1)'],
  ['a picture', '![words](https://a.b/c.png)', '![words](https://a.b/c.png)'],
  ['words that are struck out', 'a ~~b~~ c', '~~b~~'],
  ['a component that is not closed', '<Note>\nwords', '<Note>'],
  ['a word that names no term', 'a <Term>word</Term> b', '<Term>word</Term>'],
  ['no front matter', null, 'words without it'],
])('%s stands as its source', async (_, body, words) => {
  const source = body === null ? 'words without it' : `---\ntitle: T\n---\n\n${body}\n`
  const { document, problems } = readPublished({ file: 'problem.mdx', source, writeup: 'problem', standsFor })
  expect(problems.length).toBeGreaterThan(0)
  for (const type of typesIn(document.tree)) expect(type).toMatch(DRAWABLE)
  expect(JSON.stringify(document.tree).replaceAll('\\"', '"')).toContain(words)
  blocksOfWriteup(document)
  await compileDocument(document)
})

const evil = { hName: 'script', hProperties: { src: 'https://a.b' }, hChildren: [text('x')] }
test.each<[string, unknown]>([
  ['elements of its own', { type: 'paragraph', data: evil, children: [text('words')] }],
  ['a property of its own', { type: 'heading', depth: 2, data: evil, children: [text('words')] }],
  ['an expression', { type: 'mdxFlowExpression', value: 'words', data: { estree: {} } }],
  [
    'a component of the page',
    { type: 'mdxJsxFlowElement', name: 'Diagram', attributes: [], children: [text('words')] },
  ],
  [
    'a component with an expression',
    {
      type: 'mdxJsxFlowElement',
      name: 'Details',
      attributes: [
        { type: 'mdxJsxAttribute', name: 'summary', value: 'words' },
        { type: 'mdxJsxExpressionAttribute', value: '...globalThis' },
        { type: 'mdxJsxAttribute', name: 'blockKey', value: 'x' },
        { type: 'mdxJsxAttribute', name: 'dangerouslySetInnerHTML', value: { value: 'x' } },
      ],
      children: [{ type: 'paragraph', children: [text('x')] }],
    },
  ],
  [
    'a name that is a property',
    { type: 'mdxJsxFlowElement', name: 'constructor', children: [text('words')] },
  ],
  [
    'an address',
    { type: 'paragraph', children: [{ type: 'link', url: 'data:,x', children: [text('words')] }] },
  ],
])('a row cannot bring %s', async (_, node) => {
  const tree = safeTree({ type: 'root', children: [node] }, { source: '', standsFor })
  if (!tree) throw new Error('no tree')
  for (const type of typesIn(tree)) expect(type).toMatch(DRAWABLE)
  const written = JSON.stringify(tree)
  expect(written).not.toMatch(
    /hName|hProperties|estree|Expression|blockKey|dangerously|"data:|"name":"(?:Diagram|constructor)"/,
  )
  const { code } = await compileDocument(writeupOf(tree))
  expect(code).not.toMatch(/https:\/\/a\.b|globalThis/)
})

test('what is no tree, or one without end, is none', () => {
  let deep: unknown = text('x')
  for (let i = 0; i < 100_000; i++) deep = { type: 'blockquote', children: [deep] }
  const wide = { type: 'root', children: Array.from({ length: 200_000 }, () => ({ type: 'thematicBreak' })) }
  for (const tree of [null, 7, [], {}, { type: 'paragraph' }, { type: 'root', children: [deep] }, wide])
    expect(safeTree(tree, { source: '', standsFor })).toBeNull()
})
