import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Finding } from './finding.ts'
import { errorsOf, type LintOptions, lintMbox } from './lint.ts'

const samples = path.join(import.meta.dirname, '../samples')
const linter = path.join(import.meta.dirname, '../../../scripts/validators/lint_mbox.py')
const python = spawnSync('python3', ['--version']).status === 0

type Place = [rule: string, severity: string, message: number, line: number]
type Sample = { kind: LintOptions['kind']; findings: Place[] }

const recorded: Record<string, Sample> = JSON.parse(readFileSync(path.join(samples, 'findings.json'), 'utf8'))
const broken: Record<string, { rule: string }> = JSON.parse(
  readFileSync(path.join(samples, 'bad/expect.json'), 'utf8'),
)

/** The other linter reports by mail and line; where two findings share both, their order is no difference. */
function places(findings: readonly Pick<Finding, 'rule' | 'severity' | 'message' | 'line'>[]): string[] {
  return findings.map((f) => `${f.message}:${f.line} ${f.severity} ${f.rule}`).sort()
}

/** What the other linter says of these files, by file: one process for all of a kind, as a start takes longer than a file. */
function secondOpinion(files: readonly string[], kind: string): ReadonlyMap<string, readonly Finding[]> {
  const { stdout } = spawnSync('python3', [linter, '--kind', kind, '--json', ...files], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  const found = new Map<string, Finding[]>(files.map((file) => [file, []]))
  for (const finding of JSON.parse(stdout) as (Finding & { file: string })[])
    found.get(finding.file)?.push(finding)
  return found
}

describe('the linter', () => {
  test.each(Object.entries(recorded))(
    'reports on %s what the other linter reports',
    (file, { kind, findings }) => {
      const bytes = readFileSync(path.join(samples, file))
      const expected = findings.map(([rule, severity, message, line]) => ({ rule, severity, message, line }))
      expect(places(lintMbox(bytes, { kind }))).toEqual(places(expected as Finding[]))
    },
  )

  test.each(Object.entries(broken))('finds the defect of %s', (file, { rule }) => {
    const kind = recorded[`bad/${file}`]?.kind ?? 'any'
    const errors = errorsOf(lintMbox(readFileSync(path.join(samples, 'bad', file)), { kind }))
    expect(errors.map((finding) => finding.rule)).toContain(rule)
  })

  test('finds nothing in good mail', () => {
    const lint = (file: string, kind: LintOptions['kind']) =>
      lintMbox(readFileSync(path.join(samples, 'good', file)), { kind })
    expect(lint('series.mbox', 'series')).toEqual([])
    expect(lint('review.mbox', 'review')).toEqual([])
  })

  test('knows the header that carries what words cannot', () => {
    const good = readFileSync(path.join(samples, 'good/series.mbox'), 'utf8')
    expect(
      lintMbox(good.replace(/^Subject:/m, 'X-Coherent: kind=note\nSubject:'), { kind: 'series' }),
    ).toEqual([])
  })
})

test('a link to the machine of its sender is a warning, once a mail; in a quote it is not', () => {
  const good = readFileSync(path.join(samples, 'good/series.mbox'), 'utf8')
  const lint = (text: string) =>
    lintMbox(good.replace('\nchange-id:', `\n${text}\nchange-id:`), { kind: 'series' }).map(
      ({ rule, severity, message }) => `${rule} ${severity} ${message}`,
    )
  for (const host of ['localhost', 'localhost:3000', '127.0.0.1', '[::1]:80', 'app.localhost', 'LOCALHOST']) {
    expect(lint(`    http://${host}/rfc/x\n    https://${host}\n`), host).toEqual(['B21 warning 1'])
  }
  for (const host of ['localhost.example.org', 'notlocalhost', '127.0.0.1.example.org', 'example.org']) {
    expect(lint(`    http://${host}/rfc/x\n`), host).toEqual([])
  }
})

test('a foreign Message-ID in a reply is a warning; of a part, and of what this program calls a comment, an error', () => {
  const good = readFileSync(path.join(samples, 'good/review.mbox'), 'utf8')
  const ids = [...good.matchAll(/^Message-ID: <(.*)>$/gm)].map(([, id = '']) => id)
  const lint = (from: string, to: string) =>
    lintMbox(good.replaceAll(from, to), { kind: 'review' })
      .filter(({ rule }) => rule === 'H3' || rule === 'H4')
      .map(({ rule, severity }) => `${rule} ${severity}`)
  const reply = ids.at(-1) ?? ''
  for (const foreign of [
    'Y/5wFE@morell.example',
    'a@[192.0.2.1]',
    'alone',
    `${'x'.repeat(400)}@host.example`,
  ])
    expect(lint(reply, foreign), foreign).toEqual(['H3 warning'])
  const answered = ids.at(-2) ?? ''
  expect(new Set(lint(answered, 'a@[192.0.2.1]'))).toEqual(new Set(['H3 warning', 'H4 warning']))
  expect(lint(reply, '20261123.c-00000000-0000-4000-8000-000000000001@localhost')).toEqual(['H3 error'])
  expect(lint(ids[1] ?? '', 'Y/5wFE@morell.example')).toContain('H3 error')
})

describe.skipIf(!python)('beside lint_mbox.py (needs python3)', () => {
  test('the recorded findings are still what it reports', () => {
    expect(Object.keys(recorded).length).toBeGreaterThan(30)
    const kinds = new Set(Object.values(recorded).map(({ kind }) => kind))
    for (const kind of kinds) {
      const own = Object.entries(recorded).filter(([, sample]) => sample.kind === kind)
      const theirs = secondOpinion(
        own.map(([file]) => path.join(samples, file)),
        kind,
      )
      for (const [file, { findings }] of own) {
        const expected = findings.map(([rule, severity, message, line]) => ({
          rule,
          severity,
          message,
          line,
        }))
        const said = places(theirs.get(path.join(samples, file)) ?? [])
        expect({ file, said }).toEqual({ file, said: places(expected as Finding[]) })
      }
    }
  })

  test('it agrees on damaged mail too', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'lint-'))
    const files = damagedMailboxes(300).map((bytes, i) => {
      const file = path.join(directory, `${String(i).padStart(3, '0')}.mbox`)
      writeFileSync(file, bytes)
      return file
    })
    const theirs = secondOpinion(files, 'review')
    let damaged = 0
    // H11 apart: both say that a garbled address list is bad, but not into how many pieces it falls.
    const notH11 = (finding: Finding) => finding.rule !== 'H11'
    for (const file of files) {
      const ours = places(lintMbox(readFileSync(file), { kind: 'review' }).filter(notH11))
      expect({ file, findings: ours }).toEqual({
        file,
        findings: places((theirs.get(file) ?? []).filter(notH11)),
      })
      if (ours.length > 0) damaged++
    }
    expect(damaged).toBeGreaterThan(75)
    execFileSync('rm', ['-r', directory])
  })
})

/** The good review with lines doubled, dropped, swapped, joined and replaced, the same way on every run. */
function damagedMailboxes(count: number): string[] {
  const good = readFileSync(path.join(samples, 'good/review.mbox'), 'utf8')
  const strange = [
    '# Heading',
    '**bold** text',
    '[3] https://example.org/x',
    'see [1] and [2]',
    '---',
    '-- ',
    '    | a | b |',
    '    +--+',
    '\tcode',
    'a\tb',
    ' trailing ',
    '>From x',
    'From x',
    '>no space',
    '> quoted',
    'Acked by me',
    'Reviewed-by: nobody',
    'diff --git a/x b/x',
    '--- a/x',
    '8<--',
    `${'long '.repeat(20)}`,
    'x'.repeat(80),
    'x'.repeat(1000),
    'é',
    'e\u0301',
    '日本'.repeat(20),
    '\u202eabc',
    '&amp;',
    '<div>',
    '<Claim id="x">',
    '$x$',
    'On Mon, Jun 14 2021 at 10:00, X wrote:',
    '',
    'Subject: twice',
    'X-Odd: header',
    ' folded',
    '[RFC 0/4] x',
  ]
  let seed = 20260731
  const random = (below: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
  return Array.from({ length: count }, () => {
    const lines = good.split('\n')
    for (let n = random(3) + 1; n > 0; n--) {
      const at = random(lines.length - 1)
      const what = random(6)
      if (what === 0) lines.splice(at, 1)
      else if (what === 1) lines.splice(at, 0, lines[at] ?? '')
      else if (what === 2) lines.splice(at, 2, `${lines[at]} ${lines[at + 1]}`)
      else if (what === 3) lines.splice(at, 2, lines[at + 1] ?? '', lines[at] ?? '')
      else lines.splice(at, what === 4 ? 1 : 0, strange[random(strange.length)] ?? '')
    }
    return lines.join('\n')
  })
}
