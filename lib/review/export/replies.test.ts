import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { errorsOf, lintMbox } from '#lib/mail/lint/lint.ts'
import { readMbox } from '#lib/mail/message/mbox.ts'
import type { Message, MessageId } from '#lib/mail/message/message.ts'
import { readMessage } from '#lib/mail/message/read-message.ts'
import { threadFootStart } from '#lib/mail/text/thread-foot.ts'
import { commentHash } from '#lib/review/comment/comment-hash.ts'
import { storedComment } from '#lib/review/comment/comment-mail.ts'
import { HOSTILE } from '#lib/review/comment/hostile-comments.ts'
import { LIST_COMMENTS } from '#lib/review/comment/list-comments.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import { readBundle, readQuestionnaires } from '#lib/writeup/bundle/read-bundle.server.ts'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import { linesOfBlocks } from './block-lines.ts'
import type { PersonForMail } from './mail-sender.ts'
import { MAX_MAIL_DEPTH, type MailedRevision, repliesOf } from './replies.ts'
import { mboxOf, renderSeries } from './series.ts'
import type { CommentForMail, ThreadForMail } from './thread-for-mail.ts'
import { formatThreadNote, parseThreadNote } from './thread-note.ts'

const root = path.join(import.meta.dirname, '../../..')
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

const reva: PersonForMail = { id: uuid(1), name: 'Reva Reviewer', publicAddress: 'reva@example.net' }
const unal: PersonForMail = { id: uuid(2), name: 'Ünal Größe', publicAddress: null }
const mika: PersonForMail = { id: uuid(3), name: 'Mika Keeper (Example)', publicAddress: 'mika@example.org' }

async function smallBundle(): Promise<Bundle> {
  const questionnaires = await readQuestionnaires(path.join(root, 'content/questionnaires'))
  if (!questionnaires.ok) throw new Error(JSON.stringify(questionnaires.error))
  const bundle = await readBundle(path.join(import.meta.dirname, 'samples/small'), questionnaires.value)
  if (!bundle.ok) throw new Error(JSON.stringify(bundle.error, null, 1))
  return bundle.value
}

const bundle = await smallBundle()
const series = renderSeries({
  slug: 'small',
  bundle,
  checks: new Map(),
  siteUrl: 'http://localhost:3000',
  previousCover: '20261101-small-v1-0-89abcdef@example.org' as MessageId,
})
const mailed: MailedRevision = {
  series,
  blocks: bundle.blocks,
  mailDomain: 'example.org',
  proposalUrl: 'https://rfc.example/rfc/small',
}
/** After the series was sent. */
const NOON = Date.UTC(2026, 10, 25, 12) / 1000

let count = 0
function comment(author: PersonForMail, body: string, more: Partial<CommentForMail> = {}): CommentForMail {
  count += 1
  const id = uuid(1000 + count)
  return {
    id,
    seq: count,
    parentId: null,
    messageId: `20261125.c-${id}@example.org`,
    author,
    body,
    writtenAt: NOON + count * 60,
    isDeleted: false,
    ...more,
  }
}

function blockOf(kind: string, text: string) {
  const block = bundle.blocks.find((one) => one.kind === kind && one.text.includes(text))
  if (!block) throw new Error(`no ${kind} with ${text}`)
  return block
}

function thread(
  kind: string,
  text: string,
  comments: CommentForMail[],
  more: Partial<ThreadForMail> = {},
): ThreadForMail {
  const block = blockOf(kind, text)
  const anchor = { blockKey: block.key, start: 0, end: block.text.length }
  return { number: 1, kind: 'note', state: 'open', anchor, comments, ...more }
}

/** A note without where the words stand. */
const saidIn = (note: string | null | undefined) => note?.replace(/; body=.*$/, '')

const mailsOf = (...threads: ThreadForMail[]): Message[] => [...repliesOf(mailed, threads)]
/** What stands above the foot, or the mark of it. */
const aboveFoot = (body = '') => {
  const lines = body.split('\n').slice(0, -1)
  return `${lines.slice(0, threadFootStart(lines)).join('\n')}\n`
}
const firstBody = (...threads: ThreadForMail[]) => mailsOf(...threads)[0]?.body ?? ''

/** Warnings, too, but for what a person typed: that is for the person to know. */
function lintErrors(replies: readonly Message[]) {
  const mailbox = mboxOf([...series.messages, ...replies])
  const lines = mailbox.split('\n')
  return errorsOf(lintMbox(mailbox, { kind: 'review' })).map((finding) => ({
    ...finding,
    is: lines[finding.line - 1],
  }))
}

/** Nested replies, quotes in a table and in code, three authors, a name outside ASCII. */
function discussion(): ThreadForMail[] {
  count = 0
  const a1 = comment(
    reva,
    'How does it know? `io_uring_enter()` returns *before* the wake.\n\nSee [this](https://example.org/x).',
  )
  const a2 = comment(unal, 'It sleeps in the ring, as the second paragraph says.', { parentId: a1.id })
  const a3 = comment(mika, 'Then say so.\n\nReviewed-by: Mika Keeper <mika@example.org>', { parentId: a2.id })
  const a4 = comment(unal, 'I will.', { parentId: a3.id })
  const a5 = comment(reva, 'Thanks.', { parentId: a4.id })
  const b1 = comment(mika, 'Measured on which machine?\n\n- one socket, or\n- two sockets')
  const c1 = comment(
    unal,
    'This should say `-EOPNOTSUPP`:\n\n```c\n\tif (unlikely(req->len))\n\t\treturn -EOPNOTSUPP;\n```',
  )
  const d1 = comment(reva, 'Under which memory model?')
  const e1 = comment(reva, 'Where is the timeout in this picture?')
  return [
    thread('paragraph', 'drives all of its', [a1, a2, a3, a4, a5], { number: 1 }),
    thread('table-row', 'direct', [b1], { number: 2 }),
    thread('code-line', 'return -EINVAL', [c1], { number: 3 }),
    thread('claim', 'A wake is never', [d1], { number: 4 }),
    thread('figure', 'wait request', [e1], { number: 5 }),
  ]
}

describe('a discussion as mail', () => {
  test('is these mails, byte for byte', async () => {
    const mails = mailsOf(...discussion())
    expect(lintErrors(mails)).toEqual([])
    await expect(mboxOf(mails)).toMatchFileSnapshot('samples/small-replies.mbox')
  })

  test('passes lint_mbox.py and git’s own tools', ({ skip }) => {
    const missing: string[] = []
    const directory = mkdtempSync(path.join(tmpdir(), 'replies-'))
    const file = path.join(directory, 'review.mbox')
    writeFileSync(file, mboxOf([...series.messages, ...mailsOf(...discussion())]))
    const validators = path.join(root, 'scripts/validators')
    for (const [command, ...args] of [
      ['python3', `${validators}/lint_mbox.py`, '--kind', 'review'],
      ['python3', `${validators}/v_strict_email.py`],
      ['bash', `${validators}/v_git.sh`],
    ] as const) {
      const { status, stdout, stderr, error } = spawnSync(command, [...args, file], { encoding: 'utf8' })
      if (error || status === 2) missing.push(error?.message ?? stderr.trim())
      else expect({ status, stdout }).toEqual({ status: 0, stdout })
    }
    rmSync(directory, { recursive: true })
    if (missing.length > 0) skip(missing.join(', '))
  }, 60_000)

  test('has every shipped block on lines that say its words', () => {
    const places = linesOfBlocks(series, bundle.blocks)
    const shown = bundle.blocks.map((block) => {
      const place = places.get(block.key)
      const body = series.messages[place?.part ?? 0]?.body.split('\n') ?? []
      return place
        ? `${block.kind}: ${body.slice(place.from, place.to).join(' / ')}`
        : `${block.kind}: nowhere`
    })
    expect(shown.join('\n')).toMatchSnapshot()
    expect(shown.filter((line) => line.endsWith('nowhere'))).toEqual([])
  })
})

describe('a reply', () => {
  test('answers the part that holds its passage, and carries all mails above it', () => {
    const [first, second] = mailsOf(...discussion())
    const [cover, part] = series.messages
    expect(first?.references).toEqual([cover?.messageId, part?.messageId])
    expect(second?.references).toEqual([cover?.messageId, part?.messageId, first?.messageId])
    expect(second?.subject).toBe(`Re: ${part?.subject}`)
  })

  test('to the cover answers the cover', () => {
    const [mail] = mailsOf(thread('heading', 'Why', [comment(reva, 'Who asked?')]))
    expect(mail?.inReplyTo).toBe(series.messages[0]?.messageId)
    expect(mail?.body).toContain('> Why\n\nWho asked?\n')
  })

  test('is later than what it answers, whatever the clocks say', () => {
    const a = comment(reva, 'words', { writtenAt: 0 })
    const b = comment(reva, 'more words', { parentId: a.id, writtenAt: 1.9 })
    const [first, second] = mailsOf(thread('paragraph', 'drives all', [a, b]))
    const part = series.messages[1]?.date.epochSeconds ?? 0
    expect([first?.date.epochSeconds, second?.date.epochSeconds]).toEqual([part + 1, part + 2])
  })

  test('comes from an address of the person, and never from one of an account that is private', () => {
    const [mail] = mailsOf(thread('paragraph', 'drives all', [comment(unal, 'words')]))
    expect(mail?.from).toEqual({
      name: 'Ünal Größe',
      address: 'person-00000000-0000-4000-8000-000000000002@example.org',
    })
  })

  test('is sent to whom it answers, except where no mail would arrive', () => {
    const a = comment(unal, 'A question of some length, to be answered.')
    const b = comment(reva, 'An answer.', { parentId: a.id })
    const mails = mailsOf(thread('paragraph', 'drives all', [a, b]))
    const receivers = mails.flatMap(({ to, cc }) => [...to, ...cc]).map(({ address }) => address)
    expect(receivers.filter((address) => address.startsWith('person-'))).toEqual([])
    expect(mails[1]?.to).toEqual([{ name: 'Ünal Größe', address: 'unal@example.org' }])
    for (const { to, cc, from } of mails) expect([...to, ...cc]).not.toContainEqual(from)
  })

  test('quotes the beginning and the end of what is long', () => {
    const long = Array.from({ length: 30 }, (_, i) => `Point ${i}.`).join('\n\n')
    const a = comment(reva, long)
    const b = comment(mika, 'All of them.', { parentId: a.id })
    const body = mailsOf(thread('paragraph', 'drives all', [a, b]))[1]?.body ?? ''
    const quoted = body.split('\n').filter((line) => line.startsWith('>'))
    expect(quoted.length).toBeLessThan(20)
    expect(quoted).toContain('> [...]')
    expect(quoted.at(-1)).toBe('> Point 29.')
    expect(aboveFoot(body).endsWith('\n\nAll of them.\n')).toBe(true)
  })

  test('keeps the deeper quote to one level', () => {
    const mails = mailsOf(...discussion())
    expect(mails.some(({ body }) => /^>>/m.test(body))).toBe(true)
    for (const { body } of mails) expect(body).not.toMatch(/^>>>/m)
  })

  test('hangs at the greatest depth when it is deeper, and names the comment that it answers', () => {
    const chain: CommentForMail[] = []
    for (let i = 0; i < MAX_MAIL_DEPTH + 3; i++) {
      chain.push(comment(reva, `Level ${i} of this discussion.`, { parentId: chain.at(-1)?.id ?? null }))
    }
    const mails = mailsOf(thread('paragraph', 'drives all', chain))
    expect(mails).toHaveLength(chain.length)
    expect(Math.max(...mails.map(({ references }) => references.length))).toBe(MAX_MAIL_DEPTH + 1)
    expect(saidIn(mails.at(-1)?.note)).toBe(`thread=1; answers=${mails.at(-2)?.messageId}`)
    expect(mails.at(-1)?.inReplyTo).toBe(mails[MAX_MAIL_DEPTH - 2]?.messageId)
    expect(lintErrors(mails)).toEqual([])
  })
})

describe('a quote that the author typed', () => {
  test('stays as it was typed, below the attribution of the mail that it is of', () => {
    const typed = '> It says so itself\n\nWhere?\n\n> nobody else does\n\nWho else should?'
    const [mail] = mailsOf(thread('paragraph', 'drives all', [comment(reva, typed)]))
    expect(aboveFoot(mail?.body)).toBe(`On Mon, Nov 23 2026 at 23:59, Ünal Größe wrote:\n${typed}\n`)
    // What it quotes may stand in several places: the mail says on which it is.
    expect(parseThreadNote(mail?.note ?? '').block).toBe(blockOf('paragraph', 'drives all').key)
  })

  test('of other words, or at the end, stands below the passage', () => {
    const typed = '> said by somebody else\n\nNo.\n\n> A wake is never lost.'
    const [mail] = mailsOf(thread('claim', 'A wake is never', [comment(reva, typed)]))
    expect(mail?.body).toContain(`wrote:\n> Claim no-lost-wake: A wake is never lost.\n\n${typed}\n`)
    expect(lintErrors(mail ? [mail] : [])).toEqual([])
  })

  test('in a reply does not lead past the comment that it answers', () => {
    const a = comment(reva, 'Who wakes it?')
    const b = comment(unal, '> A wake is never lost.\n\nThis one is.', { parentId: a.id })
    const [first, second] = mailsOf(thread('claim', 'A wake is never', [a, b]))
    expect(parseThreadNote(second?.note ?? '').answers).toBe(first?.messageId)
  })
})

describe('typed text', () => {
  test.each(LIST_COMMENTS)('leaves as it was typed, and no linter stops it: %s', (_, typed) => {
    const mails = mailsOf(thread('paragraph', 'drives all', [comment(reva, typed)]))
    const words = parseThreadNote(mails[0]?.note ?? '').words
    const lines = mails[0]?.body.split('\n') ?? []
    const from = (words?.firstLine ?? 0) - 1
    const own = lines.slice(from, from + (words?.lines ?? 0))
    expect(words && storedComment(own, words.way)).toBe(typed)
    expect(words?.sha256).toBe(commentHash(typed))
    expect(threadFootStart(lines.slice(0, -1))).toBe(from + own.length)
    expect(lintErrors(mails)).toEqual([])
  })

  test.each(HOSTILE)('leaves within the rules when it is hostile: %s', (_, typed) => {
    const mails = mailsOf(thread('paragraph', 'drives all', [comment(reva, typed)]))
    expect(mails).toHaveLength(1)
    expect(lintErrors(mails)).toEqual([])
  })

  test('has nobody’s approval in it but its writer’s', () => {
    const typed = 'Reviewed-by: Reva Reviewer <reva@example.net>\nAcked-by: Mika Keeper <mika@example.org>'
    const body = firstBody(thread('paragraph', 'drives all', [comment(reva, typed)]))
    expect(body).toMatch(/^Reviewed-by: Reva/m)
    expect(body).toMatch(/^ {4}Acked-by: Mika/m)
  })

  test('of a time when it was Markdown leaves as it left then, and says nothing of its words', () => {
    const one = comment(reva, '**Why** does `it` sleep?', { mailedBefore: 'Why does it sleep?' })
    const [mail] = mailsOf(thread('paragraph', 'drives all', [one]))
    expect(aboveFoot(mail?.body)).toMatch(/\n\nWhy does it sleep\?\n$/)
    expect(mail?.note).toBeNull()
  })
})

describe('the header line', () => {
  const noteOf = (one: ThreadForMail) => mailsOf(one)[0]?.note
  const said = () => [comment(reva, 'words')]

  test('says nothing but where the words stand, where words say everything else', () => {
    const mails = mailsOf(...discussion())
    expect(mails.length).toBeGreaterThan(1)
    for (const { note } of mails) expect(saidIn(note)).toMatch(/^thread=\d$/)
  })

  test('says kind and state that words do not', () => {
    const one = thread('paragraph', 'drives all', said(), { kind: 'objection', state: 'resolved' })
    expect(saidIn(noteOf(one))).toBe('thread=1; kind=objection; state=resolved')
    expect(parseThreadNote(noteOf(one) ?? '')).toMatchObject({ kind: 'objection', state: 'resolved' })
  })

  test('names the block where the quoted lines lead to another one', () => {
    const { key } = blockOf('diagram', 'submit wait')
    expect(saidIn(noteOf(thread('diagram', 'submit wait', said())))).toBe(`thread=1; block=${key}`)
    expect(saidIn(noteOf(thread('figure', 'wait request', said())))).toBe('thread=1')
  })

  test('names the part of a block, and the mail quotes the lines of that part', () => {
    const { text, key } = blockOf('paragraph', 'drives all')
    const start = text.indexOf('one place')
    const anchor = { blockKey: key, start, end: start + 'one place to sleep'.length }
    const [mail] = mailsOf(thread('paragraph', 'drives all', said(), { anchor }))
    expect(saidIn(mail?.note)).toBe(`thread=1; range=${start}-${anchor.end}`)
    expect(mail?.body.match(/^>/gm)).toHaveLength(2)
  })

  test('is read back as it was written, and what is not understood is passed over', () => {
    const note = { block: 'größe; x=1', answers: 'a+b@c.example', isDeleted: true, isWhole: true }
    expect(parseThreadNote(formatThreadNote(1, note) ?? '')).toEqual(note)
    expect(parseThreadNote('kind=poem; x=%; state=; range=1; later=yes; block=%ff')).toEqual({})
  })
})

describe('a deleted comment', () => {
  test('leaves no mail when nothing answers it, also behind others that were deleted', () => {
    const a = comment(reva, 'kept')
    const b = comment(mika, '', { parentId: a.id, isDeleted: true })
    const c = comment(unal, '', { parentId: b.id, isDeleted: true })
    expect(mailsOf(thread('paragraph', 'drives all', [a, b, c]))).toHaveLength(1)
  })

  test('leaves a line that says so when something does', () => {
    const a = comment(reva, '', { isDeleted: true })
    const b = comment(mika, 'I still think so.', { parentId: a.id })
    const [first, second] = mailsOf(thread('paragraph', 'drives all', [a, b]))
    expect(aboveFoot(first?.body)).toMatch(/\n\n\(This comment was deleted\.\)\n$/)
    expect(first?.note).toBe('thread=1; deleted=yes')
    expect(second?.body).toMatch(/^> \(This comment was deleted\.\)$/m)
  })
})

test('an export is the same bytes each time, and is read back as the messages that were composed', () => {
  const all = [...series.messages, ...mailsOf(...discussion())]
  const mailbox = mboxOf(all)
  expect(mboxOf([...series.messages, ...mailsOf(...discussion())])).toBe(mailbox)
  const back = [...readMbox([mailbox])].map((mail) => (mail.ok ? readMessage(mail.value) : mail))
  expect(back).toEqual(all.map((value) => ({ ok: true, value })))
})

test('thousands of typed quotes of a long comment are looked for in no time', () => {
  const first = comment(reva, `${'q w e r t z u i o p\n'.repeat(3200)}zzzzzzzzz1\nyyyyyyyyyy`)
  const quotes = comment(mika, `> zzzzzzzzz1\nx\n${'> yyyyyyyyy\nx\n'.repeat(4600)}`, { parentId: first.id })
  const began = cpuMs()
  const [, answer] = mailsOf(thread('paragraph', 'drives all of its', [first, quotes]))
  expect(cpuMs() - began).toBeLessThan(msHere(1000))
  expect(answer?.body.startsWith('On ')).toBe(true)
})
