import { describe, expect, test } from 'vitest'
import {
  addSeconds,
  formatAttributionDate,
  formatRfc5322Date,
  parseRfc3339,
  parseRfc5322Date,
  utcDay,
} from '#lib/mail/message/date.ts'
import type { MessageId } from '#lib/mail/message/message.ts'
import { isMailDomain, partMessageId } from '#lib/mail/message/message-id.ts'
import { replyPlace, replySubject } from '#lib/mail/message/threading.ts'
import { cleanLine, cleanText } from './clean.ts'
import { quoteExcerpt, quoteLine } from './quote.ts'
import { renderTable } from './table.ts'
import { verbatim, verbatimCode } from './verbatim.ts'

function dateOf(text: string) {
  const date = parseRfc3339(text)
  if (!date.ok) throw new Error(text)
  return date.value
}

describe('dates', () => {
  test.each([
    ['2021-06-14T10:00:00+02:00', 'Mon, 14 Jun 2021 10:00:00 +0200'],
    ['2021-06-01T00:00:00Z', 'Tue, 1 Jun 2021 00:00:00 +0000'],
    ['2024-02-29T23:59:59.999-03:30', 'Thu, 29 Feb 2024 23:59:59 -0330'],
    ['2026-12-31T23:59:59+14:00', 'Thu, 31 Dec 2026 23:59:59 +1400'],
  ])('%s is written as %s, in the zone of its author', (text, mail) => {
    expect(formatRfc5322Date(dateOf(text))).toBe(mail)
    expect(parseRfc5322Date(mail)).toEqual({ ok: true, value: dateOf(text) })
  })

  test.each([
    '2021-02-30T10:00:00Z',
    '2021-06-14',
    '2021-06-14T25:00:00Z',
    '2021-06-14T10:00:00',
    '2021-06-14T10:00:60Z',
    '2021-06-14T10:00:00+25:00',
  ])('there is no %s', (text) => {
    expect(parseRfc3339(text).ok).toBe(false)
  })

  test('seconds carry over midnight and the year', () => {
    expect(formatRfc5322Date(addSeconds(dateOf('2026-12-31T23:59:59+01:00'), 2))).toBe(
      'Fri, 1 Jan 2027 00:00:01 +0100',
    )
  })

  test('the day of a Message-ID is the one in UTC', () => {
    expect(utcDay(dateOf('2026-11-23T23:59:57-03:30'))).toBe('20261124')
  })
})

describe('a Message-ID', () => {
  const of = {
    date: dateOf('2021-06-14T10:00:00+02:00'),
    slug: 'futex-uring',
    revision: 2,
    part: 0,
    contentHash: '3f9c1a7e00',
    mailDomain: 'rfc.example',
  }

  test('says day, slug, version, part and content', () => {
    expect(partMessageId(of)).toBe('20210614-futex-uring-v2-0-3f9c1a7e@rfc.example')
  })

  test('stays within 244 bytes and the characters of a URL', () => {
    const id = partMessageId({ ...of, slug: 'ü/'.repeat(400) })
    expect(id.length).toBe(244)
    expect(id).toMatch(/^[A-Za-z0-9._+=-]+@rfc\.example$/)
    expect(id).toContain('-v2-0-3f9c1a7e@')
  })

  test.each(['localhost', 'example', 'x.localhost', 'x.localdomain', 'a..b', 'a b.example', ''])(
    'has no domain like %j',
    (domain) => {
      expect(isMailDomain(domain)).toBe(false)
      expect(() => partMessageId({ ...of, mailDomain: domain })).toThrow()
    },
  )
})

describe('cleaning', () => {
  test('leaves what can be seen and names what was taken out', () => {
    expect(cleanText('a\u202eb\u200bc\u00add\x1b')).toEqual({
      text: 'abcd',
      removed: ['U+202E', 'U+200B', 'U+00AD', 'U+001B'],
    })
    expect(cleanText('a\u00a0b\u2028c\r\nd\te\u0301')).toEqual({ text: 'a b c\nd\té', removed: [] })
    expect(cleanText('\ud800x').text).toBe('\ufffdx')
  })

  test('makes one line of header text', () => {
    expect(cleanLine(' a\r\nBcc: x@example.org \t b ')).toBe('a Bcc: x@example.org b')
  })
})

describe('tables', () => {
  const row = (cell: string) => ['name', cell]

  test('are framed, numbers to the right, signs in their plain spelling', () => {
    const { kind, lines } = renderTable({
      header: ['Variant', 'p50 (µs)'],
      rows: [row('11.2'), row('2')],
      align: [],
    })
    expect(kind).toBe('grid')
    expect(lines).toEqual([
      '    +---------+----------+',
      '    | Variant | p50 (us) |',
      '    +---------+----------+',
      '    | name    |     11.2 |',
      '    | name    |        2 |',
      '    +---------+----------+',
    ])
  })

  test('that would be wider than 76 columns are a block for each row instead', () => {
    const exact = renderTable({ header: ['A', 'B'], rows: [row('x'.repeat(61))], align: [] })
    expect(exact.kind).toBe('grid')
    expect(exact.lines[0]).toHaveLength(76)
    const wider = renderTable({ header: ['A', 'B'], rows: [row('x'.repeat(66)), row('y')], align: [] })
    expect(wider).toEqual({
      kind: 'records',
      lines: ['    A: name', '    B:', `      ${'x'.repeat(66)}`, '', '    A: name', '    B: y'],
    })
  })

  test('stay straight with wide signs in a cell', () => {
    const { lines } = renderTable({ header: ['A'], rows: [['日本'], ['abc']], align: [] })
    expect(lines[3]).toBe('    | 日本 |')
    expect(lines[4]).toBe('    | abc  |')
  })
})

describe('verbatim text', () => {
  test('keeps tabs where an editor shows them', () => {
    expect(verbatimCode('int f(void)\n{\n\treturn 0;\n}')).toEqual([
      '\tint f(void)',
      '\t{',
      '\t\treturn 0;',
      '\t}',
    ])
    expect(verbatimCode('a\n  b')).toEqual(['    a', '      b'])
  })

  test('has no blank lines around it, at most two within, no blanks at line ends, no line over 998 bytes', () => {
    expect(verbatim(['', 'a  ', '', '', '', 'b', ''], '    ')).toEqual(['    a', '', '', '    b'])
    expect(verbatim(['é'.repeat(1000)], '    ').map((line) => line.length)).toEqual([497, 497, 18])
  })

  test('is not taken for scissors or for a broken table', () => {
    expect(verbatim(['---8<---'], '    ')).toEqual(['    ---8 <---'])
    expect(verbatim(['+--+', '| a |'], '    ')).toEqual(['    +--+ .', '    | a | .'])
  })
})

describe('a reply', () => {
  const parent = {
    messageId: 'p@example.org' as MessageId,
    references: ['c@example.org' as MessageId],
  }

  test('carries its ancestors and one "Re: ", and names a day with two digits', () => {
    expect(replyPlace(parent)).toEqual({
      inReplyTo: 'p@example.org',
      references: ['c@example.org', 'p@example.org'],
    })
    expect(replySubject('Re: re: [RFC 1/4] x')).toBe('Re: [RFC 1/4] x')
    expect(formatAttributionDate(dateOf('2021-06-01T10:00:00Z'))).toBe('Tue, Jun 01 2021 at 10:00')
  })

  test('quotes whole lines, with a mark where lines were left out', () => {
    const lines = ['a', '', '> b', 'c', 'd']
    expect(
      quoteExcerpt(lines, [
        { from: 0, to: 3 },
        { from: 4, to: 5 },
      ]),
    ).toEqual(['> a', '>', '>> b', '> [...]', '> d'])
    expect(
      quoteExcerpt(lines, [
        { from: 0, to: 1 },
        { from: 1, to: 2 },
      ]),
    ).toEqual(['> a', '>'])
    expect(quoteLine('> x')).toBe('>> x')
  })
})
