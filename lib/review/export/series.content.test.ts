/** The proposals that ship with the project, checked and rendered as they will be sent. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { environment } from '#lib/env.server.ts'
import { checkModel } from '#lib/review/claim/check-claim.server.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import { readBundle, readQuestionnaires } from '#lib/writeup/bundle/read-bundle.server.ts'
import { type CheckForMail, mboxOf, type RenderedSeries, renderSeries } from './series.ts'

const root = path.join(import.meta.dirname, '../../..')

async function seriesOf(slug: string): Promise<RenderedSeries> {
  const questionnaires = await readQuestionnaires(path.join(root, 'content/questionnaires'))
  if (!questionnaires.ok) throw new Error(JSON.stringify(questionnaires.error))
  const bundle = await readBundle(path.join(root, 'content', slug, 'v1'), questionnaires.value)
  if (!bundle.ok) throw new Error(JSON.stringify(bundle.error, null, 1))
  return renderSeries({
    slug,
    bundle: bundle.value,
    checks: await checksOf(bundle.value),
    siteUrl: 'https://rfc.example',
    previousCover: null,
  })
}

async function checksOf(bundle: Bundle): Promise<Map<string, CheckForMail>> {
  const decoder = new TextDecoder()
  const models = bundle.files.filter(({ path: file }) => file.startsWith('models/'))
  const files = new Map(models.map((file) => [file.path, decoder.decode(file.bytes)]))
  const checks = new Map<string, CheckForMail>()
  for (const claim of bundle.claims) {
    const main = bundle.models.find(({ name }) => name === claim.model)?.file ?? ''
    const report = await checkModel({ files, main, defines: claim.defines }, 'safety')
    if (!report.ok) throw new Error(JSON.stringify(report.error))
    const { value } = report
    const found = value.kind === 'violated' ? value : null
    checks.set(claim.id, {
      verdict: value,
      trace: found?.table ?? [],
      traceStatements: found?.trace.length ?? 0,
    })
  }
  return checks
}

test.for(['io-uring-futex', 'futex-requests-2021'])(
  '%s leaves without a finding of any linter',
  { timeout: 60_000 },
  async (slug, { skip }) => {
    const missing: string[] = []
    const { messages, lint } = await seriesOf(slug)
    expect(lint).toEqual([])
    expect(messages).toHaveLength(5)

    const directory = mkdtempSync(path.join(tmpdir(), 'content-'))
    const file = path.join(directory, `${slug}.mbox`)
    writeFileSync(file, mboxOf(messages))
    const validators = path.join(root, 'scripts/validators')
    for (const [command, ...args] of [
      ['python3', `${validators}/lint_mbox.py`, '--kind', 'series', '--warn-as-error'],
      ['bash', `${validators}/v_git.sh`],
    ] as const) {
      const { status, stdout, stderr, error } = spawnSync(command, [...args, file], { encoding: 'utf8' })
      if (error || status === 2) missing.push(error?.message ?? stderr.trim())
      else expect({ status, stdout }).toEqual({ status: 0, stdout })
    }
    const { KEEP_MAILBOX } = environment()
    if (KEEP_MAILBOX) writeFileSync(path.join(KEEP_MAILBOX, `${slug}.mbox`), mboxOf(messages))
    rmSync(directory, { recursive: true })
    if (missing.length > 0) skip(missing.join(', '))
  },
)

test('the flagship prints each claim with its verdict, and each violated one with its counterexample', async () => {
  const { messages, notes } = await seriesOf('io-uring-futex')
  const text = messages.map(({ body }) => body).join('\n')
  const verdicts = [...text.matchAll(/^ {4}Verdict: (\w+)/gm)].map((m) => m[1])
  expect(verdicts).not.toContain('not')
  expect(verdicts).not.toContain('VIOLATED')
  expect(verdicts).toContain('holds')
  const violated = verdicts.filter((verdict) => verdict === 'violated').length
  expect(violated).toBeGreaterThanOrEqual(2)
  expect(text.match(/^ {4}Trace \d\.\d+: /gm)).toHaveLength(violated)
  // Where the author names a page of this site by its path, a mail has the address.
  expect(text).not.toMatch(/(?<!https:\/\/rfc\.example)\/rfc\/io-uring-futex/)
  // Every diagram is a picture, and no table had to be taken apart.
  expect(notes.filter(({ kind }) => kind === 'diagram-as-source' || kind === 'table-as-blocks')).toEqual([])
})
