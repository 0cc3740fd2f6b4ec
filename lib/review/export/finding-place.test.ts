import path from 'node:path'
import { expect, test } from 'vitest'
import type { Finding } from '#lib/mail/lint/finding.ts'
import { lintMbox } from '#lib/mail/lint/lint.ts'
import { readBundle, readQuestionnaires } from '#lib/writeup/bundle/read-bundle.server.ts'
import { blockAt, placesOf } from './finding-place.ts'
import { mboxOf, renderSeries } from './series.ts'

const root = path.join(import.meta.dirname, '../../..')
const questionnaires = await readQuestionnaires(path.join(root, 'content/questionnaires'))
if (!questionnaires.ok) throw new Error('questionnaires')
const bundle = await readBundle(path.join(import.meta.dirname, 'samples/small'), questionnaires.value)
if (!bundle.ok) throw new Error('bundle')
const series = renderSeries({
  slug: 'small',
  bundle: bundle.value,
  checks: new Map(),
  siteUrl: 'https://rfc.example',
  previousCover: null,
})

test('a finding in the text leads to the line of the mail, to the source line, and to its block', () => {
  const { messages, sources } = series
  const broken = messages.map((message, i) =>
    i === 1 ? { ...message, body: message.body.replace('An application', 'An\tapplication') } : message,
  )
  const findings = lintMbox(mboxOf(broken), { kind: 'series' }).filter(({ rule }) => rule === 'B4')
  expect(findings).toHaveLength(1)
  const [place] = placesOf(findings, broken, sources)
  expect(place?.mail).toBe(1)
  expect(broken[1]?.body.split('\n')[(place?.bodyLine ?? 0) - 1]).toContain('\t')
  expect(place?.source?.file).toBe('problem.mdx')
  const block = place?.source && blockAt(bundle.value.blocks, place.source)
  expect(block?.text).toContain('An application that drives all of its I/O')
})

test('every line of every mail is found at its own place', () => {
  const { messages, sources } = series
  const lines = mboxOf(messages).split('\n')
  const everywhere = lines.map((_, i): Finding => {
    const before = lines.slice(0, i + 1).filter((line) => line.startsWith('From mboxrd@z')).length
    return { rule: 'X', severity: 'error', message: before, line: i + 1, text: '' }
  })
  let found = 0
  for (const { finding, mail, bodyLine } of placesOf(everywhere, messages, sources)) {
    if (mail === null || bodyLine === null) continue
    expect(messages[mail]?.body.split('\n')[bodyLine - 1]).toBe(lines[finding.line - 1])
    found++
  }
  // Headers and separators are the smaller part.
  expect(found).toBeGreaterThan(lines.length / 2)
})

test('a finding in a header or about the mailbox has no line of the text and no source', () => {
  const finding = (message: number, line: number): Finding => ({
    rule: 'H1',
    severity: 'error',
    message,
    line,
    text: '',
  })
  const [header, mailbox] = placesOf([finding(1, 3), finding(0, 1)], series.messages, series.sources)
  expect(header).toMatchObject({ mail: 0, bodyLine: null, source: null })
  expect(mailbox).toMatchObject({ mail: null, bodyLine: null, source: null })
})
