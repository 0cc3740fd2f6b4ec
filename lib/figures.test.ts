import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { bytesWords, durationWords, figure, groupDigits } from './figures.ts'

test('figures read the same in every locale', () => {
  expect([0, 999, 1000, 1234567].map(groupDigits)).toEqual(['0', '999', '1,000', '1,234,567'])
  expect([figure(1, 'state'), figure(2, 'state')]).toEqual(['1 state', '2 states'])
  expect([figure(1, 'match', 'es'), figure(2000, 'match', 'es')]).toEqual(['1 match', '2,000 matches'])
  expect([84.4, 1300, 125_000].map(durationWords)).toEqual(['84 ms', '1.3 s', '2 min 5 s'])
  expect([2000, 14_900_000].map(bytesWords)).toEqual(['2 KiB', '14.2 MiB'])
})

test('nothing else writes thousands in its own way', async () => {
  const root = path.join(import.meta.dirname, '..')
  const found: string[] = []
  for (const folder of ['app', 'cli', 'components', 'lib']) {
    for (const file of await readdir(path.join(root, folder), { recursive: true })) {
      if (!/\.tsx?$/.test(file) || /\.test\.tsx?$/.test(file)) continue
      const text = await readFile(path.join(root, folder, file), 'utf8')
      if (/\d*toLocaleString\(|Intl\.NumberFormat/.test(text)) found.push(`${folder}/${file}`)
    }
  }
  expect(found).toEqual([])
})
