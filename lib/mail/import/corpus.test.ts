import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createMailImporter } from '../shell/import-mails.ts'
import { type CorpusModel, seriesOfModel, toCorpusOutcome } from './corpus-form.ts'
import { indexSeries } from './mailed-series.ts'
import { differences, type Expected } from './samples/compare.ts'
import { RESPELLINGS } from './samples/respell.ts'

const folder = join(import.meta.dirname, 'samples')
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.eml'))
  .sort()
const json = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'))
const series = indexSeries(seriesOfModel(json('rfc.json') as CorpusModel))
const expected = json('expected.json').messages as Record<string, Expected>
const policy = { authservId: 'mx.rfc.example', lists: [] }
const now = new Date('2021-07-01T00:00:00Z')

async function importAll(respell: (raw: string, name: string) => string): Promise<string[]> {
  const importer = createMailImporter([series], policy, now)
  const wrong: string[] = []
  for (const name of names) {
    const raw = respell(readFileSync(join(folder, name), 'latin1'), name)
    const outcome = toCorpusOutcome(await importer.importBytes(Buffer.from(raw, 'latin1')))
    const want = expected[name]
    if (!want) throw new Error(`${name} has no expectation`)
    wrong.push(...differences(want, outcome).map((difference) => `${name}: ${difference}`))
  }
  return wrong
}

test('every sample becomes what is expected of it', async () => {
  expect(names).toHaveLength(38)
  expect(await importAll((raw) => raw)).toEqual([])
})

for (const [what, respell] of Object.entries(RESPELLINGS)) {
  test(`samples become the same ${what}`, async () => {
    let changed = 0
    const wrong = await importAll((raw) => {
      const other = respell(raw)
      if (other !== raw) changed++
      return other
    })
    expect(wrong).toEqual([])
    // A respelling that changes nothing would prove nothing.
    expect(changed).toBeGreaterThan(3)
  })
}

test('an outcome that is wrong is told apart', async () => {
  const importer = createMailImporter([series], policy, now)
  const outcome = toCorpusOutcome(
    await importer.importBytes(readFileSync(join(folder, '01-interleaved-reva.eml'))),
  )
  const want = expected['01-interleaved-reva.eml'] as Expected
  expect(differences(want, outcome)).toEqual([])
  expect(differences(want, { ...outcome, comments: [] })).toHaveLength(2)
  expect(differences({ ...want, flags: ['top-post'] }, outcome)).toHaveLength(1)
  expect(differences({ ...want, not_contains: ['What happens'] }, outcome)).toHaveLength(1)
})
