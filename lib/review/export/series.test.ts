import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { lintMbox } from '#lib/mail/lint/lint.ts'
import { readMbox } from '#lib/mail/message/mbox.ts'
import type { MessageId } from '#lib/mail/message/message.ts'
import { readMessage } from '#lib/mail/message/read-message.ts'
import { readBundle, readQuestionnaires } from '#lib/writeup/bundle/read-bundle.server.ts'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import {
  type CheckForMail,
  coverMessageId,
  mboxOf,
  type RevisionForMail,
  renderSeries,
  textOf,
} from './series.ts'

const root = path.join(import.meta.dirname, '../../..')
const common = { states: 1234, depth: 9, checkerVersion: '0.1.0' }
const checks = new Map<string, CheckForMail>([
  ['no-lost-wake', { verdict: { ...common, kind: 'holds' }, trace: [], traceStatements: 0 }],
  [
    'swapped-order',
    {
      verdict: { ...common, kind: 'violated', error: 'invalid end state', line: 12 },
      trace: [
        'CPU0 (waiter)            CPU1 (waker)',
        'val = *uaddr',
        '                         *uaddr = 1',
        'sleeps',
        '^^^^^^',
      ],
      traceStatements: 3,
    },
  ],
])

async function smallRevision(change: Partial<RevisionForMail> = {}): Promise<RevisionForMail> {
  const questionnaires = await readQuestionnaires(path.join(root, 'content/questionnaires'))
  if (!questionnaires.ok) throw new Error(JSON.stringify(questionnaires.error))
  const bundle = await readBundle(path.join(import.meta.dirname, 'samples/small'), questionnaires.value)
  if (!bundle.ok) throw new Error(JSON.stringify(bundle.error, null, 1))
  return {
    slug: 'small',
    bundle: bundle.value,
    checks,
    siteUrl: 'http://localhost:3000',
    previousCover: '20261101-small-v1-0-89abcdef@example.org' as MessageId,
    ...change,
  }
}

async function bodies(): Promise<string[]> {
  const { messages } = renderSeries(await smallRevision())
  expect(messages).toHaveLength(5)
  return messages.map((message) => message.body)
}

describe('a revision as mail', () => {
  test('is this mailbox, byte for byte', async () => {
    const { messages, lint } = renderSeries(await smallRevision())
    expect(lint).toEqual([])
    await expect(mboxOf(messages)).toMatchFileSnapshot('samples/small.mbox')
  })

  test('is this text', async () => {
    const { messages } = renderSeries(await smallRevision())
    await expect(textOf(messages)).toMatchFileSnapshot('samples/small.txt')
  })

  test('can be read back as the messages that were composed', async () => {
    const { messages } = renderSeries(await smallRevision())
    const back = [...readMbox([mboxOf(messages)])].map((mail) => (mail.ok ? readMessage(mail.value) : mail))
    expect(back).toEqual(messages.map((value) => ({ ok: true, value })))
  })

  test('tells the author which words the mail says otherwise', async () => {
    const { notes } = renderSeries(await smallRevision())
    expect(notes.map(({ kind, file }) => `${file} ${kind}`).sort()).toEqual([
      'cover.mdx rewritten',
      'integration.mdx diagram-as-source',
      'problem.mdx rewritten',
      'problem.mdx table-as-blocks',
    ])
  })

  test('knows for each line of text the line of the source', async () => {
    const { messages, sources } = renderSeries(await smallRevision())
    const at = (part: number, text: string) => {
      const line = messages[part]?.body.split('\n').findIndex((l) => l.includes(text)) ?? -1
      return `${sources[part]?.file}:${sources[part]?.lines[line]}`
    }
    expect(at(1, 'static int prep')).toBe('problem.mdx:27')
    expect(at(3, 'A wake is never lost')).toBe('sys-futex.mdx:8')
    expect(at(0, 'Changes in v2')).toBe('cover.mdx:null')
  })

  test('prints a claim without a verdict as not checked, and one against its expectation loudly', async () => {
    const wrong = new Map(checks).set('no-lost-wake', {
      verdict: { ...common, kind: 'violated', error: 'assertion violated', line: 3 },
      trace: ['CPU0'],
      traceStatements: 1,
    })
    wrong.delete('swapped-order')
    const body = renderSeries(await smallRevision({ checks: wrong })).messages[3]?.body ?? ''
    expect(body).toContain('Verdict: VIOLATED, although the text says that it holds')
    expect(body).toContain('Verdict: not checked')
    expect(body).toContain('shortest counterexample to no-lost-wake, 1 statement\n')
  })

  test('names the cover by the same id that the next revision links to', async () => {
    const revision = await smallRevision()
    const id = coverMessageId(revision)
    expect(renderSeries(revision).messages[0]?.messageId).toBe(id)
    expect(id).toMatch(/^20261124-small-v2-0-[0-9a-f]{8}@example\.org$/)
  })

  test('has no "Changes in" and no version in its subjects when it is the first', async () => {
    const revision = await smallRevision({ previousCover: null })
    const bundle = { ...revision.bundle, cover: { ...revision.bundle.cover, revision: 1, changelog: [] } }
    const { messages, lint } = renderSeries({ ...revision, bundle })
    expect(lint).toEqual([])
    expect(messages.map(({ subject }) => subject.slice(0, 9))).toEqual([
      '[RFC 0/4]',
      '[RFC 1/4]',
      '[RFC 2/4]',
      '[RFC 3/4]',
      '[RFC 4/4]',
    ])
    expect(messages[0]?.body).not.toContain('Changes in')
  })

  test('takes at most two seconds and stays itself for a write-up at the size limit of a message', async () => {
    const revision = await smallRevision()
    const documents = revision.bundle.documents.map((document) => ({
      ...document,
      tree: { ...document.tree, children: Array.from({ length: 100 }, () => document.tree.children).flat() },
    }))
    const began = cpuMs()
    const { lint } = renderSeries({ ...revision, bundle: { ...revision.bundle, documents } })
    expect(cpuMs() - began).toBeLessThan(msHere(2_000))
    expect(lint.filter(({ severity }) => severity === 'error').map(({ rule }) => rule)).toContain('S1')
  })
})

/**
 * What stands in the bundle, and what the mail must not do with it: the defects of `lib/mail/samples/bad` that a
 * renderer could conceivably produce. Its other files are about replies.
 */
describe('a mail never', () => {
  const never: [what: string, rule: string, pattern: RegExp][] = [
    ['has CR (01)', 'M3', /\r/],
    ['leaks mboxo escaping (04)', 'B7', /^>From /m],
    ['begins with a byte order mark (07)', 'M3', /^\ufeff/],
    [
      'has a zone name or the host zone in its date (13)',
      'H2',
      /^Date: (?!\w{3}, \d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d -0330$)/m,
    ],
    ['has a Message-ID of this machine (16, 19)', 'H3', /^Message-ID: <[^>]*(localhost|.{245,})>/m],
    ['writes v1 or another version (25)', 'H5', /^Subject: \[RFC (?!v2 [0-4]\/4\])/m],
    ['encodes the subject tag (28)', 'H5', /^Subject: =\?/m],
    ['uses another charset in headers (34)', 'H8', /=\?(?!UTF-8\?q\?)[^?]+\?[qb]\?/i],
    ['has blanks at the end of a line, but for the signature mark (37)', 'H7', /^(?!-- $).*[ \t]$/m],
    ['is format=flowed, quoted-printable or base64 (40, 43)', 'H9', /flowed|quoted-printable|base64/i],
    ['has tabs in prose (49)', 'B4', /^(?!\t| {4}).*\t/m],
    [
      'has odd spaces or invisible characters (52)',
      'B5',
      /[\u00a0\u200b-\u200f\u202a-\u202e\u2066-\u2069\u00ad]/,
    ],
    ['has a line that git takes for a patch (55)', 'B8', /^(---$|diff -|Index: |--- \S|\+\+\+ \S|@@ -\d)/m],
    ['has Markdown headings or fences (61)', 'B10', /^(#{1,6} \S|```)/m],
    ['has entities (64)', 'B10', /&(amp|lt|gt|quot|nbsp);/],
  ]
  test.each(never)('%s', async (_, rule, pattern) => {
    const { messages, lint } = renderSeries(await smallRevision())
    const mailbox = mboxOf(messages)
    // The golden mailbox contains the sources of these defects: code with tabs, `&amp;`, "From the", a cut line.
    const text = mailbox.replaceAll(/^From mboxrd@z .*$/gm, '')
    expect(text).not.toMatch(pattern)
    expect(lint.filter((finding) => finding.rule === rule)).toEqual([])
  })

  test('has two headers of one name, two signatures, or a part that the cover does not list (10, 58, 73)', async () => {
    const mails = mboxOf(renderSeries(await smallRevision()).messages)
      .split(/^From mboxrd@z .*\n/m)
      .slice(1)
    expect(mails).toHaveLength(5)
    for (const mail of mails) {
      const names = (mail.split('\n\n')[0] ?? '')
        .split('\n')
        .flatMap((l) => /^([A-Za-z-]+):/.exec(l)?.[1] ?? [])
      expect(new Set(names).size).toBe(names.length)
      expect(mail.split('\n-- \n').length).toBeLessThanOrEqual(2)
    }
    expect((await bodies())[0]?.match(/^ {2}\d\/4 {2}\S/gm)).toHaveLength(4)
  })

  test('answers another part than the cover (22)', async () => {
    const [cover, ...parts] = renderSeries(await smallRevision()).messages
    expect(cover?.inReplyTo).toBeNull()
    expect(parts).toHaveLength(4)
    for (const part of parts) expect(part.references).toEqual([cover?.messageId])
  })

  test('has two parts with one phrase, even when two titles are the same (31)', async () => {
    const revision = await smallRevision()
    const documents = revision.bundle.documents.map((document) => ({
      ...document,
      title: 'Same '.repeat(20),
    }))
    const { messages, lint } = renderSeries({ ...revision, bundle: { ...revision.bundle, documents } })
    expect(new Set(messages.map(({ subject }) => subject.replace(/\d\/4/, ''))).size).toBe(5)
    expect(lint).toEqual([])
  })

  test('has prose wider than 72 columns, or table rows of two widths (46, 70)', async () => {
    for (const body of await bodies()) {
      const wide = body.split('\n').filter((l) => l.length > 72 && !/^( {4}|\t|\[\d+\] |- Link to )/.test(l))
      expect(wide).toEqual([])
    }
    const table =
      (await bodies())[1]
        ?.match(/(^ {4}[+|].*\n)+/m)?.[0]
        .trimEnd()
        .split('\n') ?? []
    expect(table.length).toBeGreaterThan(3)
    expect(new Set(table.map((row) => row.length)).size).toBe(1)
  })

  test('uses a link number that it does not define, or defines one that it does not use (67)', async () => {
    let links = 0
    for (const body of await bodies()) {
      const defined = [...body.matchAll(/^\[(\d+)\] https?:\/\/\S+$/gm)].map((m) => m[1])
      expect(defined).toEqual(defined.map((_, i) => String(i + 1)))
      for (const number of defined) expect(body.split(`[${number}]`).length).toBeGreaterThan(2)
      links += defined.length
    }
    expect(links).toBeGreaterThan(0)
  })
})

describe('other programs', () => {
  const validators = path.join(root, 'scripts/validators')
  async function withMailbox(check: (file: string) => void): Promise<void> {
    const directory = mkdtempSync(path.join(tmpdir(), 'series-'))
    const file = path.join(directory, 'series.mbox')
    writeFileSync(file, mboxOf(renderSeries(await smallRevision()).messages))
    check(file)
    rmSync(directory, { recursive: true })
  }
  /** Exit code 2 of a validator: something that it needs is not installed here. */
  function run(command: string, ...args: string[]): { code: number; output: string } {
    const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
    return { code: error ? 2 : (status ?? 2), output: `${stdout}${stderr}` }
  }

  test.for([
    ['lint_mbox.py', 'python3', ['lint_mbox.py', '--kind', 'series', '--warn-as-error']],
    ['v_strict_email.py', 'python3', ['v_strict_email.py']],
    ['v_git.sh (git mailinfo, git send-email)', 'bash', ['v_git.sh']],
  ] as const)(
    'find nothing wrong: %s',
    { timeout: 60_000 },
    async ([, command, [script, ...options]], { skip }) => {
      await withMailbox((file) => {
        const { code, output } = run(command, path.join(validators, script), ...options, file)
        if (code === 2) skip(output.trim())
        expect({ code, output }).toEqual({ code: 0, output })
      })
    },
  )

  test('under another zone and locale write the same bytes', async () => {
    const expected = mboxOf(renderSeries(await smallRevision()).messages)
    const zones = ['UTC', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Kiritimati']
    try {
      for (const zone of zones) {
        for (const [name, value] of [
          ['TZ', zone],
          ['LANG', 'tr_TR.UTF-8'],
          ['LC_ALL', 'de_DE.UTF-8'],
        ] as const)
          vi.stubEnv(name, value)
        expect(mboxOf(renderSeries(await smallRevision()).messages)).toBe(expected)
      }
      // The zones are in force: otherwise the comparison above proves nothing.
      expect(new Date(0).getTimezoneOffset()).not.toBe(0)
    } finally {
      vi.unstubAllEnvs()
    }
  })

  test('are told by our linter what they would say themselves', async () => {
    const { messages } = renderSeries(await smallRevision())
    expect(lintMbox(mboxOf(messages), { kind: 'series' })).toEqual([])
  })
})
