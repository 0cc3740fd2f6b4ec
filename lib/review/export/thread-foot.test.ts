import { describe, expect, test } from 'vitest'
import { actingLines } from '#lib/mail/import/acting-lines.ts'
import { scanBody } from '#lib/mail/import/body.ts'
import { textIdentity } from '#lib/mail/import/dedupe.ts'
import { labelLines } from '#lib/mail/import/read/line-labels.ts'
import { segmentsOf } from '#lib/mail/import/segments.ts'
import { threadFootLength, threadFootStart } from '#lib/mail/text/thread-foot.ts'
import { displayWidth } from '#lib/mail/text/width.ts'
import { ACT_NAMES, refusalOf, rowFor, THREAD_KINDS, type ThreadState } from '#lib/review/thread/state.ts'
import { threadFoot, threadsFoot } from './thread-foot.ts'
import type { ThreadForMail } from './thread-for-mail.ts'

const URL = 'https://rfc.example/rfc/io-uring-futex/t/7'
const STATES: readonly ThreadState[] = ['open', 'answered', 'resolved', 'dropped', 'superseded', 'overridden']

function thread(of: Partial<ThreadForMail> = {}): ThreadForMail {
  const anchor = { blockKey: 'b', start: 0, end: 1 }
  return {
    number: 7,
    kind: 'objection',
    state: 'answered',
    opener: 'Reva Reviewer',
    anchor,
    comments: [],
    ...of,
  }
}
const footOf = (of: Partial<ThreadForMail> = {}) => {
  const one = thread(of)
  return threadFoot(one, URL.replace(/7$/, String(one.number))) ?? []
}

test('says which thread it is, how it stands, who is next, and what a line would do', () => {
  expect(footOf()).toEqual([
    `Thread #7: ${URL}`,
    'Objection, answered, blocks; waits for Reva Reviewer.',
    'By its opener, a last line "Resolves: #7" closes it, "Keeps: #7" below',
    'words keeps it open, "Downgrades: #7" makes it an issue.',
  ])
  expect(footOf({ state: 'superseded' }).at(-1)).toBe('No line of a mail changes it.')
})

describe.each(THREAD_KINDS)('of a %s', (kind) => {
  test.each(STATES)('that is %s it names the lines that the table has, and no others', (state) => {
    const said = footOf({ kind, state }).join(' ')
    const lines = [...said.matchAll(/"([A-Z][a-z]+: #7)"/g)].flatMap(([, line = '']) => actingLines(line))
    const named = lines.flatMap((line) => (line.act === 'thread' ? line.does : []))
    const viewer = { personId: 'p', name: 'P', administrator: false }
    const possible = ACT_NAMES.filter((act) => {
      const standing = { roles: [], relations: ['opener'] } as const
      return (
        ['resolve', 'keep', 'reopen', 'lessen'].includes(act) &&
        rowFor(act, kind) !== null &&
        refusalOf(act, { kind, state }, viewer, standing) === null
      )
    })
    expect([...named].sort()).toEqual([...possible].sort())
  })

  test('fits below a mail and is found again, whatever it has to say', () => {
    for (const state of STATES)
      for (const number of [1, 12345, 999_999_999])
        for (const opener of ['', 'Reva', 'Ünal Größe-Wiedemann of the Longest Name', '<x> "From y" [1] ---'])
          for (const waitsFor of ['author', 'opener', null] as const)
            for (const carried of [null, ...placed]) {
              const foot = footOf({ kind, state, number, opener, waitsFor, carried, lacksCondition: true })
              expect(foot.length).toBeGreaterThan(1)
              expect(foot.length).toBeLessThanOrEqual(4)
              for (const line of foot) expect(displayWidth(line)).toBeLessThanOrEqual(72)
              for (const line of foot) expect(line).not.toMatch(/^(?:From |>|---|diff)|[[\]<>]/)
              expect(threadFootLength(foot, 0)).toBe(foot.length)
              expect(threadFootStart(['words', '-- ', ...foot])).toBe(1)
            }
  })
})

describe('of a mail that speaks in several threads', () => {
  const SEVERAL = 'https://rfc.example/rfc/io-uring-futex/threads'
  const one = (number: number, kind: ThreadForMail['kind'] = 'note', state: ThreadState = 'open') => ({
    ...{ number, kind, state },
  })

  test('it says how each stands, and what a line would do to the first that one does something to', () => {
    expect(threadsFoot([one(7, 'objection'), one(8), one(9, 'question', 'answered')], SEVERAL)).toEqual([
      `Threads of this mail: ${SEVERAL}`,
      '#7 objection, open, blocks; #8 note, open; #9 question, answered.',
      'By its opener, a last line "Resolves: #7" closes it, "Downgrades: #7"',
      'makes it an issue.',
    ])
    expect(threadsFoot([one(7, 'objection', 'superseded'), one(8, 'note', 'dropped')], SEVERAL)?.at(-1)).toBe(
      'No line of a mail changes it.',
    )
  })

  test('however many they are it fits below a mail, says how many more, and is found again', () => {
    for (const kind of THREAD_KINDS)
      for (const state of STATES)
        for (const count of [2, 3, 12, 13, 200])
          for (const first of [1, 999_999_000]) {
            const threads = Array.from({ length: count }, (_, i) => one(first + i, kind, state))
            const foot = threadsFoot(threads, SEVERAL) ?? []
            expect(foot.length).toBeGreaterThan(1)
            expect(foot.length).toBeLessThanOrEqual(4)
            for (const line of foot) expect(displayWidth(line)).toBeLessThanOrEqual(72)
            const named = foot.join(' ').match(/#\d+ (?:note|question|issue|objection),/g)?.length ?? 0
            const more = Number(/and (\d+) more\./.exec(foot.join(' '))?.[1] ?? 0)
            expect(named + more).toBe(count)
            expect(threadFootLength(foot, 0)).toBe(foot.length)
            expect(threadFootStart(['words', '-- ', ...foot])).toBe(1)
            // Broken anew by whoever quotes it, too.
            const broken = foot.join(' ').replace(`${SEVERAL} `, `${SEVERAL}\n`).split('\n')
            expect(threadFootLength(broken, 0)).toBe(broken.length)
          }
  })

  test('quoted in an answer it is nobody’s words', () => {
    const foot = threadsFoot([one(7, 'objection'), one(8)], SEVERAL) ?? []
    const quoted = ['> Their words.', '> ', '> -- ', ...foot.map((line) => `> ${line}`), '', 'My answer.']
    const labels = labelLines(quoted)
    expect(
      labels.filter(({ content }) => content.includes('Threads of this mail')).map(({ kind }) => kind),
    ).toEqual(['signature'])
    expect(threadFootLength(['Threads of this mail: see above', 'words.'], 0)).toBe(0)
  })
})

const placed = (['exact', 'moved', 'edited', 'approximate', 'block', 'orphaned'] as const).map((state) => ({
  ...{ state, survival: 0.853, from: 12, pinnedBy: null },
}))

describe('that comes back in an answer', () => {
  const foot = ['-- ', ...footOf()]
  const wordsOf = (lines: readonly string[]) =>
    segmentsOf(scanBody(lines.join('\n'), '', []).lines, null).segments.map(({ text }) => text)

  test.each([
    ['quoted', ['On Monday, Reva wrote:', '> It sleeps.', ...foot.map((line) => `> ${line}`.trimEnd())]],
    ['quoted twice', ['> > It sleeps.', ...foot.map((line) => `> > ${line}`)]],
    ['not quoted', foot],
    ['without its mark', foot.slice(1)],
    ['broken anew', ['> It sleeps.', ...rewrapped(footOf(), 40).map((line) => `> ${line}`)]],
    ['broken anew, with ends that lost their mark', ['> It sleeps.', ...halfQuoted(footOf())]],
  ])('%s is nobody’s words', (_, lines) => {
    expect(wordsOf([...lines, '', 'Then say so.', '', 'Resolves: #7'])).toEqual([
      'Then say so.\n\nResolves: #7',
    ])
    const [quote = []] = segmentsOf(
      scanBody([...lines, '', 'Then say so.'].join('\n'), '', []).lines,
      null,
    ).segments.map(({ quote: own }) => own.map(({ content }) => content))
    expect(quote.filter((line) => line !== '')).toEqual(
      lines.join('\n').includes('It sleeps.') ? ['It sleeps.'] : [],
    )
  })

  test('below the words of an answer above it acts on nothing', () => {
    const words = wordsOf([
      'No.',
      '',
      'On Monday, Reva wrote:',
      '> It sleeps.',
      ...foot.map((line) => `> ${line}`),
    ])
    expect(words).toEqual(['No.'])
    expect(words.flatMap(actingLines)).toEqual([])
  })

  test('does not make another mail of a mail', () => {
    const one = ['> It sleeps.', '', 'Where?']
    const other = footOf({ state: 'open', waitsFor: 'author' })
    expect(textIdentity({ text: [...one, ...foot].join('\n') })).toBe(textIdentity({ text: one.join('\n') }))
    expect(textIdentity({ text: [...one, '-- ', ...other].join('\n') })).toBe(
      textIdentity({ text: [...one, ...foot].join('\n') }),
    )
  })

  test('leaves words alone that only begin like one', () => {
    const words = [`Thread #7: ${URL}`, 'Objection, your honour. This is mine.', '', 'So is this.']
    expect(wordsOf(words)).toEqual([words.join('\n')])
  })
})

function rewrapped(lines: readonly string[], width: number): string[] {
  const out = ['']
  for (const word of lines.join(' ').split(' ')) {
    const line = out.at(-1) ?? ''
    if (line !== '' && line.length + word.length > width) out.push(word)
    else out[out.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return out
}

/** The last word of each long line stands on the next one, bare. */
function halfQuoted(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const at = line.lastIndexOf(' ')
    return line.length > 60 ? [`> ${line.slice(0, at)}`, line.slice(at + 1)] : [`> ${line}`]
  })
}
