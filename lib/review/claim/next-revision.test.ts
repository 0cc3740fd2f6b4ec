/** The next revision of the proposal that ships lies beside what is published at the start, and is ready for it. */
import path from 'node:path'
import { expect, test } from 'vitest'
import { readRecordedModels } from '#lib/promela/shell/oracle/proposal-models.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { readBundle } from '#lib/writeup/bundle/read-bundle.server.ts'
import { runsNamedIn } from '#lib/writeup/parse/run-names.ts'
import { definesOf } from './check-claim.server.ts'

const folder = path.join(import.meta.dirname, '../../../content/unpublished/io-uring-futex/v2')

async function nextRevision() {
  const bundle = await readBundle(folder, await instanceQuestionnaires())
  if (!bundle.ok) throw new Error(JSON.stringify(bundle.error))
  return bundle.value
}

const key = (file: string, defines: Readonly<Record<string, string>>, property: string): string =>
  JSON.stringify([path.basename(file), Object.entries(defines).sort(), property])

test('every claim of the next revision is what the real spin said of its model', async () => {
  const { claims, models } = await nextRevision()
  const said = new Map(
    readRecordedModels().map(({ file, defines, property, spin }) => [
      key(file, defines, property),
      spin.verdict,
    ]),
  )
  expect(claims.length).toBeGreaterThan(60)
  for (const { id, model, defines, property, expect: claimed } of claims) {
    const file = models.find(({ name }) => name === model)?.file ?? ''
    expect(said.get(key(file, definesOf(defines), property)), id).toBe(claimed)
  }
})

test('each scenario that the next revision names is recorded in it, and was run', async () => {
  const { documents, runs } = await nextRevision()
  const named = [...runsNamedIn(documents.map(({ tree }) => tree))].filter((name) => /-\d\d$/.test(name))
  expect(named.length).toBeGreaterThan(60)
  expect(runs.map(({ name }) => name)).toEqual(named.sort())
  for (const { name, how, where } of runs)
    expect([name, how, where.slice(0, 13)]).toEqual([name, 'run', 'Linux 6.18.44'])
})

test('each figure of the next revision that was measured has its spread', async () => {
  const { charts } = await nextRevision()
  expect(charts.length).toBeGreaterThan(3)
  const spreads = charts.flatMap(({ chart }) =>
    chart.series.flatMap(({ how, points }) => points.map(({ spread }) => [how, spread !== null])),
  )
  expect(new Set(spreads.map(String))).toEqual(new Set(['measured,true', 'assumed,false']))
})

test('the next revision continues the first one, and says what it changed', async () => {
  const { cover } = await nextRevision()
  expect(cover).toMatchObject({ revision: 2, changeId: '20261123-io-uring-futex-4c7be21d' })
  expect(cover.changelog.length).toBeGreaterThan(3)
})
