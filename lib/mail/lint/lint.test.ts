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

function secondOpinion(file: string, kind: string): string[] {
  const { stdout } = spawnSync('python3', [linter, '--kind', kind, '--json', file], { encoding: 'utf8' })
  return places(JSON.parse(stdout))
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

describe.skipIf(!python)('beside lint_mbox.py (needs python3)', () => {
  test('the recorded findings are still what it reports', () => {
    expect(Object.keys(recorded).length).toBeGreaterThan(30)
    for (const [file, { kind, findings }] of Object.entries(recorded)) {
      const expected = findings.map(([rule, severity, message, line]) => ({ rule, severity, message, line }))
      expect(secondOpinion(path.join(samples, file), kind)).toEqual(places(expected as Finding[]))
    }
  })

  test('it agrees on damaged mail too', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'lint-'))
    const files = damagedMailboxes(300).map((bytes, i) => {
      const file = path.join(directory, `${String(i).padStart(3, '0')}.mbox`)
      writeFileSync(file, bytes)
      return file
    })
    const out = spawnSync('python3', [linter, '--kind', 'review', '--json', ...files], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    }).stdout
    const theirs = new Map<string, Finding[]>()
    for (const finding of JSON.parse(out) as (Finding & { file: string })[]) {
      theirs.set(finding.file, [...(theirs.get(finding.file) ?? []), finding])
    }
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
