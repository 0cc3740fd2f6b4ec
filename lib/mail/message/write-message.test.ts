import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanLine, cleanText } from '#lib/mail/text/clean.ts'
import { parseMailboxes } from './address.ts'
import { readMbox, writeMbox } from './mbox.ts'
import type { Mailbox, Message, MessageId } from './message.ts'
import { readMessage } from './read-message.ts'
import { writeMessage } from './write-message.ts'

const good = fileURLToPath(new URL('../samples/good/', import.meta.url))

const word = fc.oneof(
  fc.string({ minLength: 1, maxLength: 30 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
  fc.constantFrom(
    'Ünal',
    '=?UTF-8?q?x?=',
    '"quoted"',
    'a,b',
    '(c)',
    'R. "Q" <evil@example.org>',
    '李',
    '👩‍👩‍👧',
  ),
)
const line = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => cleanLine(words.join(' ')))
const text = line.filter((l) => l !== '')
const id = fc
  .tuple(fc.stringMatching(/^[A-Za-z0-9._+=-]{1,60}$/), fc.constantFrom('example.org', 'mail.kernel.example'))
  .map(([local, domain]) => `${local}@${domain}` as MessageId)
const mailbox: fc.Arbitrary<Mailbox> = fc.record({
  name: line,
  address: fc
    .stringMatching(/^[a-z0-9+_-]{1,20}@[a-z0-9-]{1,10}x\.example$/)
    .filter((a) => !a.includes('@-')),
})
const body = fc
  .array(
    fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('From here', '>From', '>>From x', '', 'From ')),
  )
  .map((lines) => `${cleanText(lines.join('\n')).text.replace(/\n+$/, '')}x\n`)

const anyMessage: fc.Arbitrary<Message> = fc
  .record({
    messageId: id,
    ancestors: fc.uniqueArray(id, { maxLength: 6 }),
    from: mailbox,
    to: fc.array(mailbox, { minLength: 1, maxLength: 4 }),
    cc: fc.array(mailbox, { maxLength: 4 }),
    epochSeconds: fc.integer({ min: 0, max: 4_000_000_000 }),
    offsetMinutes: fc.integer({ min: -14 * 60, max: 14 * 60 }),
    subject: text,
    note: fc.option(text),
    body,
  })
  .map(({ ancestors, epochSeconds, offsetMinutes, ...rest }) => ({
    ...rest,
    references: ancestors,
    inReplyTo: ancestors.at(-1) ?? null,
    date: { epochSeconds, offsetMinutes },
  }))

describe('the writer', () => {
  test('reads back what it wrote, for any message', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const back = readMessage(writeMessage(message))
        expect(back).toEqual({ ok: true, value: message })
      }),
      { numRuns: 500 },
    )
  })

  test('keeps header lines in ASCII, within 76 columns where a space allows it, and without blanks at the end', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const head = (writeMessage(message).split('\n\n', 1)[0] ?? '').split('\n')
        expect(head.length).toBeGreaterThan(5)
        for (const l of head) {
          expect(l).toMatch(/^[\x20-\x7e]*[\x21-\x7e]$/)
          // A longer line is one piece that must not be cut: beside the header's name, or alone.
          if (l.length > 76) expect(l).toMatch(/^(?:[A-Z][A-Za-z-]+:)? (?:"[^"]*"|\S+)$/)
        }
      }),
    )
  })

  test.each(readdirSync(good))('writes the sample %s byte for byte from what it read in it', (file) => {
    const bytes = readFileSync(good + file, 'utf8')
    const messages = [...readMbox([bytes])].map((mail) => {
      if (!mail.ok) throw new Error(mail.error.kind)
      const message = readMessage(mail.value)
      if (!message.ok) throw new Error(`${message.error.kind} ${message.error.header}`)
      return message.value
    })
    expect(messages.length).toBeGreaterThanOrEqual(5)
    expect([...writeMbox(messages)].join('')).toBe(bytes)
  })

  test.each(['a\nBcc: x@example.org', 'a\rb', 'a\0b'])(
    'refuses a subject with a line break or NUL: %j',
    (subject) => {
      const [message] = fc.sample(anyMessage, { numRuns: 1, seed: 1 })
      expect(() => writeMessage({ ...(message as Message), subject })).toThrow(/header/)
    },
  )

  test('never encodes the tag of a subject, nor words that are ASCII', () => {
    const [message] = fc.sample(anyMessage, { numRuns: 1, seed: 1 })
    const mail = writeMessage({
      ...(message as Message),
      subject: '[RFC v2 1/4] io_uring: Größe und Länge matter',
    })
    expect(mail).toContain(
      '\nSubject: [RFC v2 1/4] io_uring: =?UTF-8?q?Gr=C3=B6=C3=9Fe?= und\n =?UTF-8?q?L=C3=A4nge?= matter\n',
    )
  })

  test('leaves no encoded word of a subject between two quotation marks', () => {
    const [message] = fc.sample(anyMessage, { numRuns: 1, seed: 1 })
    const written = (subject: string) => writeMessage({ ...(message as Message), subject })
    const mail = written('[RFC 1/4] io_uring: " From here on ¡ "Claim')
    expect(mail).toContain('io_uring: =?UTF-8?q?=22?= From here on')
    expect(mail).toContain('=?UTF-8?q?=C2=A1_=22Claim?=')
    expect(written('[RFC 1/4] io_uring: a "plain" one')).toContain('io_uring: a "plain" one')
  })

  test('encodes a name that holds an address instead of quoting it', () => {
    const [message] = fc.sample(anyMessage, { numRuns: 1, seed: 1 })
    const mail = writeMessage({
      ...(message as Message),
      from: { name: 'Linus <linus@example.org>', address: 'eve@example.net' },
    })
    expect(mail.match(/<[^>]*>/g)?.filter((a) => a.includes('linus'))).toEqual([])
  })
})

describe('mboxrd', () => {
  test('reads back every mail of a mailbox, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(
        fc.array(anyMessage, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 97 }),
        (messages, size) => {
          const file = [...writeMbox(messages)].join('')
          const chunks: string[] = []
          for (let i = 0; i < file.length; i += size) chunks.push(file.slice(i, i + size))
          const back = [...readMbox(chunks)].map((mail) => (mail.ok ? readMessage(mail.value) : mail))
          expect(back).toEqual(messages.map((value) => ({ ok: true, value })))
        },
      ),
      { numRuns: 200 },
    )
  })

  test('names the line of text before the first separator', () => {
    expect([...readMbox(['hello\nFrom x'])]).toEqual([
      { ok: false, error: { kind: 'no-separator', line: 1 } },
    ])
  })
})

describe('mailbox lists', () => {
  test.each([
    ['a@b.example', [{ name: '', address: 'a@b.example' }]],
    [
      '"Doe, J. (x)" <a@b.example>, B <b@b.example>',
      [
        { name: 'Doe, J. (x)', address: 'a@b.example' },
        { name: 'B', address: 'b@b.example' },
      ],
    ],
    ['"a \\" b" <a@b.example>', [{ name: 'a " b', address: 'a@b.example' }]],
    ['=?UTF-8?q?=C3=9Cnal?= <u@b.example>', [{ name: 'Ünal', address: 'u@b.example' }]],
  ])('reads %s', (source, boxes) => {
    expect(parseMailboxes(source)).toEqual({ ok: true, value: boxes })
  })

  test.each([
    'Name',
    'a@',
    'list: a@b.example;',
    'a@b.example (comment)',
    'x <a@b@c>',
    '"open <a@b.example>',
  ])('refuses %s', (source) => {
    expect(parseMailboxes(source).ok).toBe(false)
  })
})
