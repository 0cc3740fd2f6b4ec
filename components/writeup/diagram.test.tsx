import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test, vi } from 'vitest'
import { Diagram } from './diagram.tsx'

vi.mock('./mermaid.tsx', () => ({ MermaidDrawing: () => <i>drawn by mermaid</i> }))

const shown = (source: string, ascii: string | null = null) =>
  renderToStaticMarkup(<Diagram source={source} label="Order" blockKey="order" ascii={ascii} />)

test('a diagram is drawn by mermaid', () => {
  expect(shown('graph TD\n  A --> B')).toContain('drawn by mermaid')
})

test.each([
  'graph TD\n  A --> B;click A "https://evil.example/"',
  'graph TD\n  A\n  classDef x fill:url(https://evil.example/)',
  'graph TD\n  A["$$x$$"]',
])('one that was published with what is refused today is never handed to it: %j', (source) => {
  for (const ascii of [null, 'A --> B']) {
    const html = shown(source, ascii)
    expect(html).not.toContain('drawn by mermaid')
    expect(html).toContain(renderToStaticMarkup(<pre>{source}</pre>).slice(5, -6))
    expect(html).toContain('id="b-order"')
  }
})
