import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { readCheckReport } from '#lib/review/claim/check-report.ts'
import { documentComponents } from './elements.tsx'
import { orLine } from './or-line.tsx'

const fail = (): never => {
  throw new TypeError('no table')
}
function told() {
  const pieces: string[] = []
  const errors: unknown[] = []
  const broken = (piece: string, error: unknown) => {
    pieces.push(piece)
    errors.push(error)
  }
  return { pieces, errors, broken }
}

test('what cannot be made is a line, and what can be read all the same; the error is told, and not shown', () => {
  const log = told()
  const html = renderToStaticMarkup(orLine('claim', log, fail, <p>the sentence</p>))
  expect(html).toContain('This claim cannot be shown')
  expect(html).not.toContain('no table')
  expect(html).toContain('the sentence')
  expect(log).toMatchObject({ pieces: ['claim'], errors: [new TypeError('no table')] })
  expect(renderToStaticMarkup(orLine('claim', log, () => <b>made</b>))).toBe('<b>made</b>')
  expect(log.pieces).toHaveLength(1)
})

test('a claim, a diagram and a simulation that break leave the page, and what the author wrote', () => {
  const log = told()
  const broken = documentComponents({
    ...log,
    ...{ claim: fail, question: () => null, ascii: fail, simulation: fail },
  })
  const make = (name: string, props: object) => {
    const component = broken[name] as (props: object) => React.ReactNode // a map of components, by name
    return renderToStaticMarkup(component(props))
  }
  const claim = make('Claim', { id: 'c', blockKey: 'k', model: 'm', property: 'p', children: 'It holds.' })
  expect(claim).toContain('This claim cannot be shown')
  expect(claim).toContain('It holds.')
  const diagram = make('Diagram', { source: 'graph TD', label: 'l', figure: 'f', blockKey: 'k' })
  expect(diagram).toContain('This diagram cannot be shown')
  expect(diagram).toContain('graph TD')
  expect(make('Simulation', { id: 's', model: 'm', blockKey: 'k' })).toContain(
    'This simulation cannot be shown',
  )
  expect(log.pieces).toEqual(['claim', 'diagram', 'simulation'])
})

test.each([
  ['no report', undefined],
  ['null', null],
  ['a text', 'holds'],
  ['a report without its table', { kind: 'violated', error: 'e', line: 1, trace: [0] }],
  ['a verdict of another checker', { kind: 'proved', states: 1 }],
])('a stored check that is %s proves nothing, and says so', (_, stored) => {
  const report = readCheckReport(stored)
  expect(report).toMatchObject({ kind: 'unfinished', states: 0 })
  expect(report.kind === 'unfinished' && report.message).toMatch(/No verdict was recorded|cannot be read/)
})
