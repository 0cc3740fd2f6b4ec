import { expect, test } from 'vitest'
import { parseWriteup, type Writeup } from '#lib/writeup/parse/parse.ts'
import { compileDocument } from './compile.server.ts'
import { highlightCode, TOKEN_ROLES } from './highlight.server.ts'

function parsed(body: string): Writeup {
  const source = `---\ntitle: x\n---\n\n${body}\n`
  const result = parseWriteup({ file: 'problem.mdx', writeup: 'problem', source })
  if (!result.ok) throw new Error(result.error.map(({ message }) => message).join('\n'))
  return result.value
}

test('a document is compiled once for its text', async () => {
  const [first, again] = [compileDocument(parsed('Same.')), compileDocument(parsed('Same.'))]
  expect(again).toBe(first)
  expect(compileDocument(parsed('Other.'))).not.toBe(first)
})

test('compiling leaves the tree that the mail is made from as it was', async () => {
  const writeup = parsed('## A\n\n- b `c`\n\n```c\nint d;\n```\n\n<Note>e</Note>')
  const before = structuredClone(writeup.tree)
  await compileDocument(writeup)
  expect(writeup.tree).toEqual(before)
})

test('the second fence: a tree that imports something, had it passed the check, is not bundled', async () => {
  const writeup = parsed('x')
  const literal = (value: string) => ({ type: 'Literal', value, raw: JSON.stringify(value) })
  const importing = (source: string) =>
    ({
      type: 'mdxjsEsm',
      value: '',
      data: {
        estree: {
          type: 'Program',
          sourceType: 'module',
          comments: [],
          body: [
            {
              type: 'ImportDeclaration',
              attributes: [],
              source: literal(source),
              specifiers: [{ type: 'ImportNamespaceSpecifier', local: { type: 'Identifier', name: 'x' } }],
            },
            {
              type: 'ExportNamedDeclaration',
              attributes: [],
              source: null,
              declaration: null,
              specifiers: [
                {
                  type: 'ExportSpecifier',
                  local: { type: 'Identifier', name: 'x' },
                  exported: { type: 'Identifier', name: 'x' },
                },
              ],
            },
          ],
        },
      },
      // The tree as an attacker would want it; no type of ours describes it.
    }) as unknown as Writeup['tree']['children'][number]
  for (const source of [
    'node:fs',
    './package.json',
    '/etc/passwd',
    'react-dom/server',
    'lodash',
    'https://a.b/c.js',
  ]) {
    const tree = { ...writeup.tree, children: [importing(source), ...writeup.tree.children] }
    await expect(compileDocument({ ...writeup, source, tree })).rejects.toThrow(`may not import ${source}`)
  }
})

test.each([
  ['c', 'static int x = 1; /* why */', ['type', 'constant', 'comment']],
  ['promela', 'active proctype w() { byte x; assert(x == 1) }', ['keyword', 'function', 'type', 'constant']],
  ['promela', '#define N 2', ['directive', 'constant']],
  ['diff', '+ new\n- old', ['inserted', 'deleted']],
  ['bash', 'echo "x" # why', ['string', 'comment']],
  ['json', '{ "a": [1, true] }', ['label', 'constant']],
] as const)('%s is told apart in roles', async (language, source, expected) => {
  const lines = await highlightCode(source, language)
  const roles = new Set(lines.flat().map(({ role }) => role))
  for (const role of expected) expect(roles).toContain(role)
  for (const role of roles) if (role !== null) expect(TOKEN_ROLES).toContain(role)
  expect(lines.map((line) => line.map(({ text }) => text).join('')).join('\n')).toBe(source)
})

test('text is left alone, blank lines and long lines too', async () => {
  const long = 'int x; '.repeat(200)
  expect(await highlightCode('int x;\n\ny', 'text')).toEqual([
    [{ text: 'int x;', role: null }],
    [],
    [{ text: 'y', role: null }],
  ])
  expect(await highlightCode(long, 'c')).toEqual([[{ text: long, role: null }]])
})
