import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { differences, type Expected } from '#lib/mail/import/samples/compare.ts'
import { RESPELLINGS } from '#lib/mail/import/samples/respell.ts'
import { createMailImporter } from '#lib/mail/shell/import-mails.ts'
import { type CorpusModel, seriesOfModel, toCorpusOutcome } from './corpus-form.ts'
import { indexSeries } from './mailed-series.ts'

const samples = join(import.meta.dirname, 'samples')
const json = (path: string) => JSON.parse(readFileSync(join(samples, path), 'utf8'))
const series = indexSeries(seriesOfModel(json('rfc.json') as CorpusModel))
const policy = { authservId: 'mx.rfc.example', lists: [] }
const now = new Date('2021-07-01T00:00:00Z')

type Corpus = { readonly folder: string; readonly names: readonly string[] }

function corpusIn(folder: string): Corpus {
  const names = readdirSync(join(samples, folder)).filter((name) => name.endsWith('.eml'))
  return { folder, names: names.sort() }
}

async function importAll(
  { folder, names }: Corpus,
  respell: (raw: string, name: string) => string,
): Promise<string[]> {
  const expected = json(join(folder, 'expected.json')).messages as Record<string, Expected>
  const importer = createMailImporter([series], policy, now)
  const wrong: string[] = []
  for (const name of names) {
    const raw = respell(readFileSync(join(samples, folder, name), 'latin1'), name)
    const outcome = toCorpusOutcome(await importer.importBytes(Buffer.from(raw, 'latin1')))
    const want = expected[name]
    if (!want) throw new Error(`${name} has no expectation`)
    wrong.push(...differences(want, outcome).map((difference) => `${name}: ${difference}`))
  }
  return wrong
}

const seen = corpusIn('.')
const unseen = corpusIn('unseen')

test('every sample becomes what is expected of it', async () => {
  expect(seen.names).toHaveLength(38)
  expect(await importAll(seen, (raw) => raw)).toEqual([])
})

test('every mail that was written unseen becomes what is expected of it', async () => {
  expect(unseen.names).toHaveLength(283)
  expect(await importAll(unseen, (raw) => raw)).toEqual([])
})

for (const [what, respell] of Object.entries(RESPELLINGS)) {
  test(`samples become the same ${what}`, async () => {
    let changed = 0
    const wrong = await importAll(seen, (raw) => {
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
    await importer.importBytes(readFileSync(join(samples, '01-interleaved-reva.eml'))),
  )
  const want = json('expected.json').messages['01-interleaved-reva.eml'] as Expected
  expect(differences(want, outcome)).toEqual([])
  expect(differences(want, { ...outcome, comments: [] })).toHaveLength(2)
  expect(differences({ ...want, flags: ['top-post'] }, outcome)).toHaveLength(1)
  expect(differences({ ...want, not_contains: ['What happens'] }, outcome)).toHaveLength(1)
})
