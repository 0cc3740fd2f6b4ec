import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { errorsOf, lintMbox } from '#lib/mail/lint/lint.ts'
import { cleanText } from './clean.ts'
import { prose } from './prose.ts'
import { displayWidth } from './width.ts'

const fill = (text: string, options = {}) => prose(text.split(' '), options).lines

describe('prose', () => {
  test('is filled to 72 columns and no further', () => {
    const lines = fill('word '.repeat(60).trim())
    expect(lines).toHaveLength(5)
    expect(lines.slice(0, -1).every((line) => line.length > 67 && line.length <= 72)).toBe(true)
    expect(lines.join(' ')).toBe('word '.repeat(60).trim())
  })

  test('hangs below its bullet or label', () => {
    const lines = fill('one two three four five', { first: ' - ', rest: '   ', width: 14 })
    expect(lines).toEqual([' - one two', '   three four', '   five'])
  })

  test('counts columns, not characters: wide signs are two, combining marks none', () => {
    expect(displayWidth('日本')).toBe(4)
    expect(displayWidth('e\u0301')).toBe(1)
    expect(displayWidth('a\tb')).toBe(9)
    expect(displayWidth('☎')).toBe(1)
    expect(displayWidth('🎉')).toBe(2)
    expect(fill('日本語 '.repeat(20).trim()).every((line) => displayWidth(line) <= 72)).toBe(true)
  })

  test('gives a word that is too wide a line of its own, also beside a bullet', () => {
    const long = 'x'.repeat(90)
    expect(fill(`see ${long} there`)).toEqual(['see', long, 'there'])
    expect(fill(long, { first: '10. ', rest: '    ' })).toEqual(['10.', `    ${long}`])
  })

  test.each([
    ['From the waiter', ' From the waiter'],
    ['> 5 us', ' > 5 us'],
    ['--- a', ' --- a'],
    ['diff -u', ' diff -u'],
    ['Acked by nobody', ' Acked by nobody'],
    ['Reviewed-by: whom', ' Reviewed-by: whom'],
    ['Subject: this', ' Subject: this'],
    ['# heading', ' # heading'],
    ['```c', '`` `c'],
    ['8<', '8 <'],
    ['a <div> b', 'a < div> b'],
    ['a &lt; b', 'a & lt; b'],
    ['a **b** c', 'a * *b** c'],
    ['[a](http://b)', '[a] (http://b)'],
    ['price $x$ now', 'price $ x$ now'],
    ['a <Claim> b', 'a < Claim> b'],
  ])('%s is written as %s, and the author is told', (text, line) => {
    expect(prose(text.split(' '))).toEqual({ lines: [line], rewrites: [line] })
  })

  test('leaves words in angle brackets that are no tag of ours as they are', () => {
    for (const text of ['Arc<Task> is', 'the <TASK> says', 'Vec<String> and Result<()>'])
      expect(prose(text.split(' '))).toEqual({ lines: [text], rewrites: [] })
    expect(prose(['Arc<Task>'], { asBefore: true }).lines).toEqual(['Arc< Task>'])
  })

  test('begins no line of Chinese with a stop in ASCII, and ends none with a bracket that opens', () => {
    for (const sentence of [
      '唤醒者持有桶锁,读取计数.',
      '等待者(排队)是[空]的;等待:真!假?',
      '百分之五%的{锁}',
    ]) {
      for (let width = 20; width < 72; width++) {
        const { lines } = prose([sentence.repeat(8)], { width })
        for (const line of lines) expect(line).not.toMatch(/^[,.;:!?)\]}%]|[([{]$/)
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width)
        expect(lines.join('')).toBe(sentence.repeat(8))
      }
    }
  })

  test('fills lines of Chinese and Japanese by their width, and begins none with a stop', () => {
    const words = [
      '唤醒者持有桶锁时读取等待者计数，'.repeat(8),
      'futex_wait',
      'の待ちは、カーネルが。'.repeat(6),
    ]
    const { lines } = prose(words)
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(72)
    for (const line of lines) expect(line).not.toMatch(/^[，。、]/)
    expect(lines.slice(0, -1).every((line) => displayWidth(line) >= 66)).toBe(true)
    expect(lines.join('').replaceAll(' ', '')).toBe(words.join(''))
    expect(prose(words, { asBefore: true }).lines).toHaveLength(3)
  })

  test('takes the word before along rather than begin a line with what tools would misread', () => {
    const before = `${'word '.repeat(13)}words!`
    for (const bad of ['From here', 'acked by me', '> more', 'diff -u x']) {
      const lines = fill(`${before} ${bad}`)
      expect(lines[1]).toBe(`words! ${bad}`)
    }
  })

  test('is never an error in a mail, whatever its words are', () => {
    const nasty = fc.constantFrom(
      'From',
      '>',
      '---',
      '-- ',
      '[1]',
      '**',
      '```',
      '<b>',
      '$',
      '$$',
      '&amp;',
      '{/*',
      '](/',
      '!',
      '#',
      'diff',
      '-u',
      'x'.repeat(80),
      'Acked-by:',
      'On',
      'wrote:',
      '8<',
      'import',
      "from 'x'",
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(nasty, fc.string()), { minLength: 1, maxLength: 40 }), (parts) => {
        const words = cleanText(parts.join(' '))
          .text.split(/\s+/)
          .filter((word) => word !== '' && !/\[\d+\]/.test(word))
        if (words.length === 0) return
        expect(errorsOf(lintMbox(mailOf(prose(words).lines), { kind: 'any' }))).toEqual([])
      }),
      { numRuns: 500 },
    )
  })
})

function mailOf(lines: readonly string[]): string {
  const body = lines.join('\n')
  const head = [
    'From mboxrd@z Thu Jan  1 00:00:00 1970',
    'Message-ID: <x@example.org>',
    'From: a@example.org',
    'To: b@example.org',
    'Date: Mon, 14 Jun 2021 10:00:00 +0200',
    'Subject: [RFC 1/4] area: phrase',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    `Content-Transfer-Encoding: ${/^[\0-\x7f]*$/.test(body) ? '7bit' : '8bit'}`,
  ]
  return `${head.join('\n')}\n\n${body}\n\n`
}
