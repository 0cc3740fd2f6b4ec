import { expect, test } from 'vitest'
import { referencesIn } from './references.ts'

const found = (text: string) =>
  referencesIn(text).flatMap((part) => (part.kind === 'text' ? [] : [`${part.kind} ${part.number}`]))

test.each([
  ['see section 3.2.', ['section 3.2']],
  ['Section 4 says', ['section 4']],
  ['after a ring was closed (4.7) and the rest', ['section 4.7']],
  ['4.6 lists five defects', ['section 4.6']],
  ['no lock outside the order of 4.3; 2.4 says which', ['section 4.3', 'section 2.4']],
  ['is modelled in 4.2 and 4.3', ['section 4.2', 'section 4.3']],
  ['sections 2.1, 3 and 4.6 differ', ['section 2.1', 'section 3', 'section 4.6']],
  ['§3.1 and Table 3.1, Figure 2.2', ['section 3.1', 'table 3.1', 'figure 2.2']],
  ['Trace 4.2 shows it', ['trace 4.2']],
])('%s', (text, expected) => {
  expect(found(text)).toEqual(expected)
})

test.each([
  'since Linux 4.4',
  'version 4.6 of it',
  'took 4.1 to 4.4 ms',
  'a factor of 10, or 4.4 ms',
  '4.4 % more',
  'about 4.6 of them',
  '4.4× slower',
  'v4.6, 1.2.3.4.5, 10.4.6.1, 4.6-rc1',
  '4 processes, 3 rings',
  'figure 3 of them',
  'x86-64.2 and 0.4',
])('is no reference: %s', (text) => {
  expect(found(text)).toEqual([])
})

test('the parts together are the text, to the last unit', () => {
  for (const text of ['(4.7) and 2.6, with 3.4 (-EINVAL', 'no number', '4.6', 'é 🙂 4.6 🙂'])
    expect(
      referencesIn(text)
        .map((part) => part.text)
        .join(''),
    ).toBe(text)
})
