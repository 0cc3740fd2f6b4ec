import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('no page leaves it to scripts to say that nothing is there: each shows NotThere', () => {
  const pages = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx$/.test(name),
  )
  const telling = (pattern: RegExp) =>
    pages.filter((name) => pattern.test(readFileSync(join(import.meta.dirname, name), 'utf8')))
  expect(telling(/<NotThere \/>/).length).toBeGreaterThan(20)
  expect(telling(/\bnotFound\b.*next\/navigation/s)).toEqual([])
  // One beside a page would be shown by nothing.
  expect(pages.filter((name) => name.endsWith('not-found.tsx'))).toEqual(['not-found.tsx'])
})
