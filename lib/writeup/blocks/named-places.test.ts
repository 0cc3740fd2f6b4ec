import { expect, test } from 'vitest'
import { parseWriteup } from '#lib/writeup/parse/parse.ts'
import { blocksOfWriteup } from './blocks.ts'
import { namedPlaces } from './named-places.ts'

const source = `---
title: Lifetime
---

## Owners

### Of the entry

| a |
|---|
| b |

<Figure id="wake" caption="A wake">

\`\`\`text
a -> b
\`\`\`

</Figure>

<Claim id="ordered" model="m" property="safety" expect="violated">
It breaks.
</Claim>
`

test('sections, figures, tables and traces are found by their numbers', () => {
  const parsed = parseWriteup({ file: 'lifetime.mdx', writeup: 'lifetime', source })
  if (!parsed.ok) throw new Error(parsed.error.map(({ message }) => message).join('\n'))
  const places = namedPlaces([parsed.value], (id) => id === 'ordered')
  const row = blocksOfWriteup(parsed.value).find(({ kind }) => kind === 'table-row')
  expect(Object.fromEntries([...places].map(([name, { blockKey }]) => [name, blockKey]))).toEqual({
    'section 4': null,
    'section 4.1': 'lifetime-owners',
    'section 4.1.1': 'lifetime-of-the-entry',
    'table 4.1': row?.key,
    'figure 4.1': 'wake',
    'trace 4.1': 'ordered',
  })
})
