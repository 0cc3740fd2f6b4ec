import { randomUUID } from 'node:crypto'
import * as React from 'react'
import * as jsxRuntime from 'react/jsx-runtime'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { beginProposal } from '#lib/review/acts/begin-proposal.server.ts'
import { saveFile } from '#lib/review/acts/save-copy.server.ts'
import { copyOf } from '#lib/review/copy/read-copies.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { drawCopy } from './draw-copy.server.ts'

type Person = NonNullable<Viewer>
async function newDraft(): Promise<{ ada: Person; slug: string }> {
  const { id } = await db().person.create({ data: { name: 'Ada' }, select: { id: true } })
  const ada = { personId: id, name: 'Ada', administrator: false }
  const fields = {
    title: `Drawn ${id.slice(0, 8)}`,
    area: 'futex',
    authors: ['Ada <ada@example.org>'],
    to: [],
  }
  const made = await beginProposal(ada, { ...fields, questionnaire: 'futex@1', clientKey: randomUUID() })
  if (!made.ok) throw new Error(made.error.kind)
  return { ada, slug: made.value.slug }
}
async function add(ada: Person, slug: string, more: string): Promise<void> {
  const file = (await copyOf(ada, slug))?.files.find(({ path }) => path === 'problem.mdx')
  const text = `${Buffer.from(file?.bytes ?? []).toString()}\n\n${more}\n`
  const save = { slug, path: 'problem.mdx', base: file?.sha256 ?? null, text, tab: null } as const
  const saved = await saveFile(ada, { ...save, kind: 'saved' })
  if (!saved.ok) throw new Error(saved.error.kind)
}

const NAMES = ['Answer', 'Claim', 'Simulation', 'Note', 'Details', 'Figure', 'Unresolved', 'Diagram']

/** As a page evaluates and draws it; what is a component of ours is a box here. */
function run(code: string): string {
  const made = new Function('React', 'ReactDOM', '_jsx_runtime', code)(React, {}, jsxRuntime)
  const box = ({ children }: { children?: React.ReactNode }) => React.createElement('div', {}, children)
  const components = Object.fromEntries(NAMES.map((name) => [name, box]))
  return renderToStaticMarkup(React.createElement(made.default, { components }))
}

test('a document is drawn as its page will be, with its questions and its model', async () => {
  const { ada, slug } = await newDraft()
  const drawn = await drawCopy(ada, slug, 'lifetime')
  expect(drawn).toMatchObject({ title: 'Lifetime and locking rules', problems: [] })
  expect(drawn?.simulations.map(({ model }) => model)).toEqual(['hand-over'])
  expect(new Map(drawn?.questions).get('races')).toBeTruthy()
  expect(await drawCopy(null, slug, 'lifetime')).toBeNull()
})

test('while something is wrong the rest of the text is drawn, and the problem says its line', async () => {
  const { ada, slug } = await newDraft()
  await add(ada, slug, 'Words before it.\n\n<Answer to="gain">\n\nNever closed.\n\n## Words behind it')
  const drawn = await drawCopy(ada, slug, 'problem')
  expect(drawn?.problems[0]).toMatchObject({ file: 'problem.mdx', line: expect.any(Number) })
  expect(run(drawn?.code ?? '')).toContain('Words before it.')
  // The other documents are as they were.
  expect((await drawCopy(ada, slug, 'lifetime'))?.problems).toEqual([])
})

test.each([
  '{globalThis.hacked = true}',
  'Text {globalThis.hacked = true} in a line.',
  'import x from "node:fs"\n\nexport const y = (globalThis.hacked = true)',
  '<script>globalThis.hacked = true</script>',
  '<img src="x" onerror="globalThis.hacked = true" />',
  '<Note {...(globalThis.hacked = true)}>x</Note>',
  '<Note x={globalThis.hacked = true}>x</Note>',
  '[x](javascript:globalThis.hacked=true)',
  '<a href="javascript:globalThis.hacked=true">x</a>',
  '<globalThis.hacked.x />',
])('what would run does not: %s', async (hostile) => {
  const { ada, slug } = await newDraft()
  await add(ada, slug, hostile)
  const drawn = await drawCopy(ada, slug, 'problem')
  const seen = run(drawn?.code ?? '')
  expect((globalThis as { hacked?: unknown }).hacked).toBeUndefined()
  expect(seen).toContain('Who needs it')
  expect(seen).not.toMatch(/href="javascript:|<script|<img/i)
})
