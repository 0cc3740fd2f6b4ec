import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { PERMISSIONS } from '#lib/review/person/permission.ts'
import { ACTS, ROUTES, SERVER_ACTIONS } from './entrances.ts'

const APP = import.meta.dirname
const ACTS_FOLDER = path.join(APP, '../lib/review/acts')
const read = (...at: string[]) => readFileSync(path.join(...at), 'utf8')
const files = readdirSync(APP, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file))
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name ?? '')

function routesOf(file: string): string[] {
  const folder = path.dirname(file)
  const address = folder === '.' ? '/' : `/${folder}`
  if (path.basename(file) === 'page.tsx') return [`GET ${address}`]
  const methods = matches(
    read(APP, file),
    /^export (?:async )?(?:function|const) (GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\b/gm,
  )
  return methods.map((method) => `${method} ${address}`)
}

test('each route has a row that says for whom it is, and no row is of a route that is gone', () => {
  const routes = files.filter((file) => /(?:^|\/)(?:page\.tsx|route\.tsx?)$/.test(file)).flatMap(routesOf)
  expect(routes.length).toBeGreaterThan(40)
  expect(routes.sort()).toEqual(Object.keys(ROUTES).sort())
})

test('a route hands on what it answers by name: none is re-exported past this test', () => {
  const hidden = files.filter(
    (file) => /(?:^|\/)route\.tsx?$/.test(file) && /^export (?:\{|\*)/m.test(read(APP, file)),
  )
  expect(hidden).toEqual([])
})

test('each server action has a row, wherever it stands', () => {
  const actions = files.flatMap((file) => {
    const text = read(APP, file)
    // One within a component would be an entrance that no list has.
    expect(/^\s+['"]use server['"]/m.test(text), file).toBe(false)
    if (!/^['"]use server['"]/m.test(text)) return []
    expect(/^export (?:\{|\*|const|let|default)/m.test(text), file).toBe(false)
    return matches(text, /^export (?:async )?function (\w+)/gm).map((name) => `${file} ${name}`)
  })
  expect(actions.sort()).toEqual(Object.keys(SERVER_ACTIONS).sort())
})

test('each act has a row', () => {
  const acts = readdirSync(ACTS_FOLDER)
    // What all acts have in common is none.
    .filter((file) => file.endsWith('.server.ts') && !/^(?:role-)?act\.server/.test(file))
    .flatMap((file) =>
      matches(
        read(ACTS_FOLDER, file),
        /^export (?:async )?function (\w+)\(\s*(?:viewer|bringer): (?:Viewer|Bringer)/gm,
      ),
    )
  expect(acts.length).toBeGreaterThan(12)
  expect(acts.sort()).toEqual(Object.keys(ACTS).sort())
})

test('each action of the table opens something, here or in a function that a page asks', () => {
  const named = new Set<string>([
    ...Object.values(ROUTES).map(({ opens }) => opens),
    ...Object.values(SERVER_ACTIONS),
    ...Object.values(ACTS),
  ])
  const elsewhere = [
    'see-addresses',
    'see-newer-rules',
    'handle-unknown-mail',
    'reopen-note',
    'give-maintainer',
    'give-up-role',
    'add-to-locked',
    'set-visibility',
    // Rows of the tables of a thread and of a proposal.
    ...['open-objection', 'reopen-thread', 'challenge-objection', 'override-objection'],
    ...['nack', 'ask-for-review', 'call-last', 'decide-proposal'],
  ]
  expect(
    Object.keys(PERMISSIONS)
      .filter((action) => !named.has(action))
      .sort(),
  ).toEqual(elsewhere.sort())
})
