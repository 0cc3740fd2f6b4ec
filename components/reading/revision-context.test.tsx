import path from 'node:path'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { Claim } from '#components/writeup/claim.tsx'
import { invariant } from '#lib/result.ts'
import { checkBundle } from '#lib/review/claim/check-bundle.server.ts'
import { exportBundle } from '#lib/review/export/export.server.ts'
import { openBundle } from '#lib/review/revision/open-bundle.server.ts'
import { revisionContext } from './revision-context.ts'

const folder = path.join(import.meta.dirname, '../../content/template')

test('the table of a counterexample is the same on the page as in the mail, in the words of the model', async () => {
  const opened = await openBundle({ folder })
  invariant(opened.ok, 'the template is a bundle')
  const bundle = opened.value
  const checks = await checkBundle(bundle)
  invariant(checks.ok, 'its model compiles')
  const claims = checks.value.map(({ claim, report }) => ({ ...claim, report }))
  const context = revisionContext({
    ...{
      proposalId: '',
      revisionId: '',
      slug: 'x',
      title: '',
      area: '',
      state: 'draft',
      visibility: 'public',
    },
    ...{ number: 1, numbers: [1], publishedAt: '', bundle, claims },
  })
  const claim = claims.find(({ report }) => report.kind === 'violated')
  invariant(claim, 'the model of the template is wrong on purpose')
  const table = context.claim(claim.id)?.table ?? []
  expect(table.join('\n')).toContain('the waker')
  expect(table.join('\n')).toContain('the waiter: awake -> asleep')
  const { id, model, property, expect: expected, blockKey } = claim
  const page = renderToStaticMarkup(
    <Claim {...{ id, model, property, expect: expected, blockKey }} shown={context.claim(id)} />,
  )
  expect(page.replaceAll('&gt;', '>')).toContain(table.join('\n'))

  const mails = await exportBundle('x', bundle, 'https://coherent.example')
  invariant(mails.ok, 'it is exported')
  const lines = mails.value.messages.flatMap(({ body }) => body.split('\n').map((line) => line.trim()))
  expect(lines.join('\n')).toContain(table.map((line) => line.trim()).join('\n'))
})
