import fc from 'fast-check'
import { expect, test } from 'vitest'
import { linePieces, type MarkedSpan } from './span-pieces.ts'

function mark(
  line: number,
  column: number,
  endLine: number,
  endColumn: number,
  tone: MarkedSpan['tone'] = 'step',
) {
  return { span: { file: 'm.pml', line, column, endLine, endColumn }, tone } satisfies MarkedSpan
}

test('a statement is lit and the rest of its line is not', () => {
  expect(linePieces('\tx = 1;', 'm.pml', 4, [mark(4, 2, 4, 7)])).toEqual([
    { text: '\t', tone: null },
    { text: 'x = 1', tone: 'step' },
    { text: ';', tone: null },
  ])
})

test('a mark of another line or file leaves the line alone', () => {
  expect(linePieces('x = 1', 'm.pml', 5, [mark(4, 1, 4, 6)])).toEqual([{ text: 'x = 1', tone: null }])
  expect(linePieces('x = 1', 'n.pml', 4, [mark(4, 1, 4, 6)])).toEqual([{ text: 'x = 1', tone: null }])
})

test('a statement over three lines is lit without their indentation', () => {
  const marks = [mark(4, 3, 6, 4)]
  expect(linePieces('\t\tif', 'm.pml', 4, marks).at(-1)).toEqual({ text: 'if', tone: 'step' })
  expect(linePieces('\t\tskip  ', 'm.pml', 5, marks)).toEqual([
    { text: '\t\t', tone: null },
    { text: 'skip', tone: 'step' },
    { text: '  ', tone: null },
  ])
  expect(linePieces('\tfi;', 'm.pml', 6, marks)).toEqual([
    { text: '\t', tone: null },
    { text: 'fi', tone: 'step' },
    { text: ';', tone: null },
  ])
})

test('where marks overlap the later one wins', () => {
  const pieces = linePieces('a = b', 'm.pml', 1, [mark(1, 1, 1, 6), mark(1, 5, 1, 6, 'look')])
  expect(pieces).toEqual([
    { text: 'a = ', tone: 'step' },
    { text: 'b', tone: 'look' },
  ])
})

test('whatever the marks, no character of the line is lost or doubled', () => {
  const spans = fc.array(fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 15 }), fc.nat(4), fc.nat(15)))
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), spans, (text, list) => {
      const marks = list.map(([line, column, more, end]) => mark(line, column, line + more, end + 1))
      const pieces = linePieces(text, 'm.pml', 3, marks)
      expect(pieces.map((piece) => piece.text).join('')).toBe(text)
    }),
  )
})
