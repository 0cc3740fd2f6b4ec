/**
 * Each file of `lib/mail/samples/bad` is one defect. Whatever a person can write to bring it about, in a title, a name, a
 * write-up or a comment, the writer does not produce it. The table says what would provoke it; the words around it are
 * arbitrary. What nobody can provoke through the writer is named with the reason.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { errorsOf, lintMbox } from '#lib/mail/lint/lint.ts'
import type { MessageId } from '#lib/mail/message/message.ts'
import { type Bundle, parseBundle } from '#lib/writeup/bundle/bundle.ts'
import { readBundleFiles, readQuestionnaires } from '#lib/writeup/bundle/read-bundle.server.ts'
import { repliesOf } from './replies.ts'
import { mboxOf, type RenderedSeries, renderSeries } from './series.ts'
import type { ThreadForMail } from './thread-for-mail.ts'

const root = path.join(import.meta.dirname, '../../..')
const questionnaires = await readQuestionnaires(path.join(root, 'content/questionnaires'))
const files = await readBundleFiles(path.join(import.meta.dirname, 'samples/small'))
if (!questionnaires.ok || !files.ok) throw new Error('samples')

/** What a hostile person wrote; everything else is the small sample. */
type Source = {
  readonly title?: string
  readonly partTitles?: string
  readonly author?: string
  readonly date?: string
  readonly slug?: string
  readonly revision?: number
  /** Markdown, at the end of the write-up `problem`. */
  readonly text?: string
  /** Words of comments, each an answer to the one before. */
  readonly comments?: readonly string[]
  readonly commenter?: string
  readonly writtenAt?: readonly number[]
}

function bundleOf({ text = '' }: Source): Bundle {
  if (!files.ok || !questionnaires.ok) throw new Error('samples')
  const changed = files.value.map((file) =>
    file.path === 'problem.mdx'
      ? { ...file, bytes: new TextEncoder().encode(`${new TextDecoder().decode(file.bytes)}\n\n${text}\n`) }
      : file,
  )
  const bundle = parseBundle(changed, questionnaires.value)
  if (!bundle.ok) throw new Error(JSON.stringify(bundle.error))
  return bundle.value
}

function mailboxOf(source: Source): { mailbox: string; kind: 'series' | 'review'; series: RenderedSeries } {
  const bundle = bundleOf(source)
  const { cover } = bundle
  const series = renderSeries({
    slug: source.slug ?? 'small',
    bundle: {
      ...bundle,
      // Past the checks of the front matter: the writer must not rely on them.
      cover: {
        ...cover,
        title: source.title ?? cover.title,
        date: source.date ?? cover.date,
        revision: source.revision ?? cover.revision,
        authors: source.author === undefined ? cover.authors : [`${source.author} <a@example.org>`],
      },
      documents: bundle.documents.map((document, i) =>
        i > 0 && source.partTitles !== undefined ? { ...document, title: source.partTitles } : document,
      ),
    },
    checks: new Map(),
    siteUrl: 'https://rfc.example',
    previousCover:
      (source.revision ?? 2) > 1 ? ('20261101-small-v1-0-89abcdef@example.org' as MessageId) : null,
  })
  const { comments = [] } = source
  const id = (i: number) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`
  const thread: ThreadForMail = {
    number: 1,
    kind: 'note',
    state: 'open',
    anchor: {
      blockKey: bundle.blocks.find(({ kind }) => kind === 'paragraph')?.key ?? '',
      start: 0,
      end: 20,
    },
    comments: comments.map((body, i) => ({
      id: id(i),
      seq: i + 1,
      parentId: i === 0 ? null : id(i - 1),
      messageId: `20261125.c-${id(i)}@example.org`,
      author: { id: id(900 + (i % 2)), name: source.commenter ?? 'Reva', publicAddress: 'reva@example.net' },
      body,
      writtenAt: source.writtenAt?.[i] ?? 1_800_000_000 + i,
      isDeleted: false,
    })),
  }
  const revision = {
    series,
    blocks: bundle.blocks,
    mailDomain: cover.mailDomain,
    proposalUrl: 'https://rfc.example/rfc/small',
  }
  const replies = comments.length === 0 ? [] : [...repliesOf(revision, [thread])]
  return {
    mailbox: mboxOf([...series.messages, ...replies]),
    kind: comments.length > 0 ? 'review' : 'series',
    series,
  }
}

/** `around` is arbitrary plain text; `arrives`: the hostile words are in the mailbox, so the case is none that passes by absence. */
type Provocation = { readonly from: (around: string) => Source; readonly arrives: RegExp }

const PROVOKED: Readonly<Record<string, Provocation>> = {
  '01-crlf.mbox': {
    from: (around) => ({
      text: `${around} first\r\nsecond line\r\n`,
      comments: [`${around} third\r\nfourth`],
      title: `a\r\nb`,
    }),
    arrives: /first second line[\s\S]*third\S*\s+fourth/,
  },
  '04-mboxo-leak.mbox': {
    from: (around) => ({
      text: `${around}\n\nFrom here on all is new.\n\n\`\`\`\nFrom code\n>From code\n\`\`\``,
      comments: [`${around}\n\nFrom here on I agree.\n\n> From a quote\n\nEnd.`],
    }),
    arrives: /From here on all[\s\S]*From code[\s\S]*From here on I agree/,
  },
  '07-bom.mbox': {
    from: (around) => ({
      title: `\ufeff${around} marked`,
      comments: [`\ufeff${around} marked`],
      commenter: '\ufeffReva',
    }),
    arrives: /marked/,
  },
  '10-dup-subject.mbox': {
    from: (around) => ({
      title: `one\nSubject: two\nBcc: x@example.org ${around}`,
      author: 'A\r\nSubject: three',
      commenter: 'Reva\nSubject: four',
      comments: ['Subject: five\nTo: nobody'],
    }),
    arrives: /one\s+Subject:\s+two[\s\S]*Subject: five/,
  },
  '13-date-weekday.mbox': {
    from: (around) => ({ date: `2027-01-0${1 + (around.length % 9)}T00:00:00+1${around.length % 4}:30` }),
    arrives: /^Date: \w{3}, \d+ Jan 2027 00:00:00 \+1/m,
  },
  '19-msgid-long.mbox': {
    from: (around) => ({ slug: `${'very-long-'.repeat(40)}${around.length}` }),
    arrives: /^Message-ID: <\d{8}-very-long-/m,
  },
  '25-subject-v1.mbox': { from: () => ({ revision: 1 }), arrives: /^Subject: \[RFC 0\/4\]/m },
  '28-subject-tag-encoded.mbox': {
    from: (around) => ({ title: `日本語の題名 ${around}`, partTitles: `Größe ${around}` }),
    arrives: /^Subject: \[RFC v2 1\/4\] io_uring:\s+=\?UTF-8\?/im,
  },
  '31-subject-dup-phrase.mbox': {
    from: (around) => ({ partTitles: `${around} ${'the same long words '.repeat(6)}` }),
    arrives: /the same long words/,
  },
  '34-header-latin1-word.mbox': {
    from: (around) => ({ author: 'Ünal Größe', commenter: `Ŷöł ${around}`, comments: ['Yes.'] }),
    arrives: /^From: =\?UTF-8\?/im,
  },
  '37-header-trailing-space.mbox': {
    from: (around) => ({
      // A subject is cut behind so many words, so the word that is looked for stands first.
      title: `title  ${around}   `,
      author: 'A Name \t ',
      comments: ['x'],
      commenter: ' B \u00a0',
    }),
    arrives: /title/,
  },
  '40-flowed.mbox': { from: (around) => ({ text: `${around} flows  \ninto the next` }), arrives: /flows/ },
  '43-base64.mbox': {
    from: () => ({ text: '語'.repeat(600), comments: ['語'.repeat(600)] }),
    arrives: /語語語/,
  },
  '46-prose-80.mbox': {
    from: (around) => ({
      text: `${around} ${'word '.repeat(60)}`,
      comments: [`${around} ${'wort '.repeat(60)}`],
    }),
    arrives: /word word[\s\S]*wort wort/,
  },
  '49-tab-in-prose.mbox': {
    from: (around) => ({
      text: `${around}\ttab\tafter`,
      comments: [`${around}\ttab\tbehind`],
      title: 'a\tb',
    }),
    arrives: /after[\s\S]*behind/,
  },
  '52-nbsp.mbox': {
    from: (around) => ({
      text: `10\u00a0µs ${around} a\u202fb`,
      comments: [`10\u00a0ms ${around} \u200b\u202e x`],
      title: 'a\u00a0b',
      commenter: 'R\u00a0eva',
    }),
    arrives: /10 µs[\s\S]*10 ms/,
  },
  '55-diff-dash.mbox': {
    from: (around) => ({
      text: `${around}\n\n### Now\n\n---\n\ndiff --git a/x b/x\n\n@@ -1 +1 @@ here\n\nIndex: y`,
      comments: [`${around}\n\n---\n\n--- a/file\n+++ b/file\n\n8< ---`],
    }),
    arrives: /diff --git[\s\S]*b\/file/,
  },
  '58-sig-twice.mbox': {
    from: (around) => ({
      text: `${around}\n\n\\-- \nsigned`,
      comments: [`${around}\n\n\\-- \nme\n\n\\-- \nme again`],
    }),
    arrives: /signed[\s\S]*me again/,
  },
  '61-md-atx.mbox': {
    from: (around) => ({
      text: `${around}\n\n## Heading of mine\n\n\\# no heading`,
      comments: [`# Heading too\n\n${around} \\## none`],
    }),
    arrives: /Heading of mine[\s\S]*Heading too/,
  },
  '64-entity.mbox': {
    from: (around) => ({
      text: `${around} &amp;amp; and \`&lt;\``,
      comments: [`${around} \`&nbsp;\` typed`],
    }),
    arrives: /& ?amp;[\s\S]*`&nbsp;` typed/,
  },
  '67-link-undefined.mbox': {
    from: (around) => ({
      text: `${around} as in [7], a\\[2\\] and \\[19\\](#no) \`[18](https://example.org/no)\``,
      comments: [`${around} see [9] and [x](https://example.org/x), \\[1\\](https://example.org/y)`],
    }),
    arrives: /as in \[ ?7\][\s\S]*see \[ ?9\]/,
  },
  '70-table-ragged.mbox': {
    from: (around) => ({
      text: `| 名前 | b |\n| --- | --- |\n| ${around}語 | é |\n| only |`,
      comments: [`| 名前 | b |\n| --- | --- |\n| 語${around} | e\u0301 |`],
    }),
    arrives: /名前/,
  },
  '73-part-not-listed.mbox': {
    from: (around) => ({ partTitles: `5/4 ${around}`, title: `9/4 of ${around}`, text: '3/4 of all' }),
    arrives: / {2}4\/4 /,
  },
  'one very long word in the list of parts': {
    from: () => ({ partTitles: `x 0/4${'語'.repeat(60)}` }),
    arrives: /語語/,
  },
  '79-reply-top-post.mbox': {
    from: (around) => ({ comments: [`${around}`, `My words first.\n\n> ${around}`] }),
    arrives: /My words first/,
  },
  '82-reply-trailing-quote.mbox': {
    from: (around) => ({
      comments: [`${around} to be quoted`, `No.\n\n> ${around} to be quoted\n\n[x]: https://example.org`],
    }),
    arrives: /No\./,
  },
  '85-reply-trailer-misspelt.mbox': {
    from: (around) => ({
      comments: [`Acked by Reva\n\nReviewed by: me ${around}\n\nNack-by: x`, 'Signed off by nobody'],
    }),
    arrives: /Acked by ?Reva|Acked ?by[\s\S]*nobody/,
  },
  '88-reply-references-cut.mbox': {
    from: (around) => ({ comments: Array.from({ length: 130 }, (_, i) => `${around} answer ${i}`) }),
    arrives: /answer 129/,
  },
  '91-reply-older-than-parent.mbox': {
    from: (around) => ({
      comments: [`${around} late`, 'early', 'same'],
      writtenAt: [1_800_000_000, 1_500_000_000, 0],
    }),
    arrives: /late[\s\S]*early[\s\S]*same/,
  },
}

/** Not through the writer, and why. */
const IMPOSSIBLE: Readonly<Record<string, string>> = {
  '16-msgid-localhost.mbox': 'a domain that is none of the world is refused: see below',
  '22-deep-thread.mbox': 'parts are placed by partPlace(), which takes the cover alone',
  '76-too-big.mbox':
    'a write-up is not cut: the linter reports it, and nothing with an error is sent; comments are cut, see below',
}

const samples: Record<string, { rule: string; kind: string }> = JSON.parse(
  readFileSync(path.join(root, 'lib/mail/samples/bad/expect.json'), 'utf8'),
)

/** Plain words, so that what is hostile is the case's own text. */
const around = fc
  .array(fc.constantFrom('the', 'entry', 'is', 'owned', 'by', 'a', 'waker', 'x1', 'Über', 'q->lock'), {
    minLength: 1,
    maxLength: 14,
  })
  .map((words) => words.join(' '))

test('every bad sample is provoked here, or it is said why nobody can', () => {
  const provoked = Object.keys(PROVOKED).filter((name) => name.endsWith('.mbox'))
  expect([...provoked, ...Object.keys(IMPOSSIBLE)].sort()).toEqual(Object.keys(samples).sort())
})

test.each(Object.entries(PROVOKED))('nobody can make the writer produce %s', (file, { from, arrives }) => {
  fc.assert(
    fc.property(around, (words) => {
      const { mailbox, kind } = mailboxOf(from(words))
      const lines = mailbox.split('\n')
      const errors = errorsOf(lintMbox(mailbox, { kind })).map((e) => ({ ...e, is: lines[e.line - 1] }))
      expect(errors, file).toEqual([])
      // Words that belong together may stand on two lines.
      if (!arrives.test(mailbox)) expect(mailbox.replace(/\s+/g, ' ')).toMatch(arrives)
    }),
    { numRuns: file.startsWith('88') ? 2 : 6 },
  )
})

test.skipIf(spawnSync('python3', ['--version']).status !== 0)(
  'nor does the other linter find one of those defects (needs python3)',
  () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'provoked-'))
    for (const kind of ['series', 'review'] as const) {
      const provoked = Object.entries(PROVOKED).flatMap(([name, { from }]) => {
        const made = mailboxOf(from('the entry is owned by its waker'))
        if (made.kind !== kind) return []
        const file = path.join(directory, name)
        writeFileSync(file, made.mailbox)
        return [file]
      })
      expect(provoked.length, kind).toBeGreaterThan(0)
      const linter = path.join(root, 'scripts/validators/lint_mbox.py')
      const { stdout } = spawnSync('python3', [linter, '--kind', kind, '--json', ...provoked], {
        encoding: 'utf8',
      })
      const found: { severity: string; rule: string; file: string; text: string }[] = JSON.parse(stdout)
      expect(found.filter(({ severity }) => severity === 'error')).toEqual([])
    }
    rmSync(directory, { recursive: true })
  },
)

test('a Message-ID never names this machine', () => {
  const { bundle, ...rest } = {
    ...{ slug: 'x', checks: new Map(), siteUrl: 'https://a.example', previousCover: null },
    bundle: bundleOf({}),
  }
  for (const mailDomain of ['localhost', 'host.local', 'host.localdomain', 'nodot']) {
    const named = { ...bundle, cover: { ...bundle.cover, mailDomain } }
    expect(() => renderSeries({ ...rest, bundle: named })).toThrow('not a domain for Message-IDs')
  }
})

test('a comment of any length leaves as a mail of at most 100,000 bytes; a write-up that is too long is an error', () => {
  const { mailbox, kind } = mailboxOf({ comments: ['語り'.repeat(30_000), `${'x y '.repeat(16_000)}`] })
  expect(errorsOf(lintMbox(mailbox, { kind }))).toEqual([])
  const long = mailboxOf({ text: `${'some words of a line '.repeat(4)}\n`.repeat(1_500) })
  expect(errorsOf(long.series.lint).map(({ rule }) => rule)).toEqual(['S1'])
})
