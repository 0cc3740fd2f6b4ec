import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const THIS = 'components/ui/kept-form.tsx'

test('no form of an action loses its page when no answer comes: each is a kept one', () => {
  const files = ['app', 'components'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.tsx'))
      .map((name) => join(folder, name)),
  )
  expect(files).toContain(THIS)
  const bare = files.filter((file) => {
    if (file === THIS) return false
    // One that only asks (GET) sends nothing that could be lost.
    return /useActionState|<form\s(?![^>]*method="get")[^>]*action=\{[a-z]\w*(?:Action)?\}/.test(
      readFileSync(join(ROOT, file), 'utf8'),
    )
  })
  expect(bare, 'use useKeptForm or KeptForm (components/ui/kept-form.tsx)').toEqual([])
})

/** Forms that post to an address of their own and have something to type, beside those with drafts of their own. */
const KEPT: Readonly<Record<string, string>> = {
  'components/proposal/review-forms-html.ts': 'app/rfc/[slug]/state/page.tsx',
  'components/thread/review-html.ts': 'app/rfc/[slug]/review/page.tsx',
  'components/thread/pin-form.tsx': 'components/thread/thread-page.tsx',
  'components/thread/suggestion-list-html.ts': 'app/rfc/[slug]/suggestions/[id]/page.tsx',
  'components/draft/publish-html.ts': 'app/rfc/[slug]/edit/publish/page.tsx',
}
const OWN_DRAFT = /data-(?:comment-form|review-draft|copy-form)=/
/** A day, or a file's name, is typed again in a moment. */
const OF_A_MOMENT = /<input[^>]* name="path"/

test('what is typed into a form with an address of its own is kept, and its page has the script that keeps it', () => {
  const posts = ['app', 'components'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
      .map((name) => join(folder, name))
      .flatMap((file) =>
        formsIn(readFileSync(join(ROOT, file), 'utf8'))
          .filter((form) => /^<form[^>]*method="post"/.test(form))
          .map((form) => ({ file, form })),
      ),
  )
  const typed = posts.filter(({ form }) => isTypedInto(form) && !OWN_DRAFT.test(form))
  expect(typed.length).toBeGreaterThan(3)
  const bare = typed.filter(
    ({ form }) => !/ data-kept="(?:send|words)"/.test(form) && !OF_A_MOMENT.test(form),
  )
  expect(bare, 'data-kept, and <KeepForms /> on its page').toEqual([])

  const kept = posts.filter(({ form }) => / data-kept="/.test(form)).map(({ file }) => file)
  expect([...new Set(kept)].sort()).toEqual(Object.keys(KEPT).sort())
  const without = Object.values(KEPT).filter(
    (page) => !readFileSync(join(ROOT, page), 'utf8').includes('<KeepForms'),
  )
  expect(without, 'has no <KeepForms />').toEqual([])
})

/** From `<form` to its end, or to the next one's begin: what a function puts into it is not seen. */
const formsIn = (source: string): string[] => source.match(/<form\b[\s\S]*?(?=<\/form>|<form\b|$)/g) ?? []

function isTypedInto(form: string): boolean {
  if (/<textarea\b/.test(form)) return true
  const types = (form.match(/<input\b[^>]*/g) ?? []).map(
    (input) => /\btype="(\w+)"/.exec(input)?.[1] ?? 'text',
  )
  return types.some((type) => ['text', 'search', 'email', 'url'].includes(type))
}

test('no form switches off what a browser keeps for Back: without scripts that is all there is', () => {
  // What is searched for stands in the address; the text of a model is kept by its page.
  const without = ['components/search/search-form.tsx', 'components/site/search-field.tsx']
  const ofScripts = ['components/simulation/experiment/text-editor.tsx']
  const files = ['app', 'components', 'lib'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
      .map((name) => join(folder, name)),
  )
  const off = files.filter((file) => /\bautocomplete=\W*off\b/i.test(readFileSync(join(ROOT, file), 'utf8')))
  expect(off.sort()).toEqual([...without, ...ofScripts].sort())
})
