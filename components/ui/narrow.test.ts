import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
/** Of labels beside each other, and of signs: nothing in them is long, and without a least width they would be squeezed. */
const SHORT = /^(?:\.filter label|\.mark)$/

test('a column of a form or a list is never wider than its page, whatever a person wrote into it', () => {
  const files = ['app', 'components'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.css'))
      .map((name) => join(folder, name)),
  )
  const grids = files.flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(/([^{};]*)\{([^{}]*)\}/g)]
      .map(([, selector = '', rules = '']) => ({
        selector: selector.replace(/\/\*.*?\*\//gs, '').trim(),
        rules,
        file,
      }))
      .filter(({ rules }) => /display: grid;/.test(rules)),
  )
  expect(grids.length).toBeGreaterThan(30)
  // A column that is not named is as wide as the widest line in it: a patch, or the mail of a preview.
  const open = grids.filter(({ selector, rules }) => !/grid-template/.test(rules) && !SHORT.test(selector))
  expect(open.map(({ file, selector }) => `${file}: ${selector}`)).toEqual([])
})
