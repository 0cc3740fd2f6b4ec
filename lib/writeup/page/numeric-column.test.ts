import { expect, test } from 'vitest'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import { isNumericColumn } from './numeric-column.ts'

test.each([
  [['1', '1,234', '0.5']],
  [['-3', '−4', '+5', '~6', '.5']],
  [['17.2 to 27.6', '5 ± 1', '3–4']],
  [['23 (23 to 36)', '312 (214 to 339)']],
  [['12 %', '100%', '2×', '3e9']],
  [['7', '', '–', ' 8 ']],
])('figures: %j', (cells) => {
  expect(isNumericColumn(cells)).toBe(true)
})

test.each([
  [[]],
  [['', '-']],
  [['1', 'two']],
  [['v6.7', 'v5.16']],
  [['0 when woken', '3']],
  [['-EINVAL', '0']],
  [['.', '1']],
  [['wake-03']],
  [['1.2.3']],
])('not figures: %j', (cells) => {
  expect(isNumericColumn(cells)).toBe(false)
})

test.each(['1'.repeat(59), '1,'.repeat(5000), '1 '.repeat(29), '1'.repeat(100_000)])(
  'junk is refused at once',
  (junk) => {
    const started = cpuMs()
    expect(isNumericColumn([`${junk}x`])).toBe(false)
    expect(cpuMs() - started).toBeLessThan(msHere(200))
  },
)
