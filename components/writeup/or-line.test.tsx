import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test, vi } from 'vitest'
import { readCheckReport } from '#lib/review/claim/check-report.ts'
import { documentComponents } from './elements.tsx'
import { orLine } from './or-line.tsx'

const fail = (): never => {
  throw new TypeError('no table')
}
const quiet = () => vi.spyOn(console, 'error').mockImplementation(() => {})

test('what cannot be made is a line with the reason, and what can be read all the same', () => {
  const log = quiet()
  const html = renderToStaticMarkup(orLine('claim', fail, <p>the sentence</p>))
  log.mockRestore()
  expect(html).toContain('This claim cannot be shown: no table.')
  expect(html).toContain('the sentence')
  expect(renderToStaticMarkup(orLine('claim', () => <b>made</b>))).toBe('<b>made</b>')
})

test('a claim, a diagram and a simulation that break leave the page, and what the author wrote', () => {
  const log = quiet()
  const broken = documentComponents({ claim: fail, question: () => null, ascii: fail, simulation: fail })
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
  log.mockRestore()
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
