/**
 * Nodes and edges of a drawn diagram as links: each opens the form that its link in the list below the drawing opens, by pointer,
 * touch and keyboard. The list stays; it is what there is without scripts, and from it these have their addresses.
 *
 * A link is drawn over its part and shows nothing until it is pointed at or has the focus. Lines are 16 pixels wide to the pointer
 * however small the drawing is, and no part is smaller than 14.
 */
import { type DiagramPart, diagramParts } from '#lib/anchor/diagram-parts.ts'
import styles from './drawing-parts.module.css'

const SVG = 'http://www.w3.org/2000/svg'

/** @returns whether the drawing has links now */
export function linkParts(drawing: HTMLElement, source: string): boolean {
  const svg = drawing.querySelector('svg')
  const block = drawing.closest('[id^="b-"]')?.id.slice('b-'.length)
  if (!svg || block === undefined) return false
  svg.querySelector(`.${styles.parts}`)?.remove()
  const links = new Map(
    [
      ...document.querySelectorAll<HTMLAnchorElement>(`a[data-compose][data-block="${CSS.escape(block)}"]`),
    ].map((link) => [`${link.dataset.start}-${link.dataset.end}`, link]),
  )
  const parts = diagramParts(source)
  const drawn = drawnParts(svg, parts)
  const layer = document.createElementNS(SVG, 'g')
  layer.setAttribute('class', styles.parts ?? '')
  // A node lies over the ends of its edges.
  for (const kind of ['edge', 'node'] as const)
    for (const part of parts) {
      const link = links.get(`${part.start}-${part.end}`)
      const shape = drawn.get(part)
      if (part.kind === kind && link && shape) layer.append(linkOver(svg, shape, part, link))
    }
  if (layer.childElementCount === 0) return false
  svg.append(layer)
  return true
}

function linkOver(
  svg: SVGSVGElement,
  shape: SVGGraphicsElement,
  { kind, start, end }: DiagramPart,
  link: HTMLAnchorElement,
): SVGElement {
  const words = link.textContent
  const over = document.createElementNS(SVG, 'a')
  over.setAttribute('href', link.getAttribute('href') ?? '')
  over.setAttribute('aria-label', `Comment on the ${kind} ${words}`)
  const { block } = link.dataset
  Object.assign(over.dataset, { compose: 'thread', block, start: String(start), end: String(end), words })
  const area = kind === 'edge' ? lineOver(shape) : boxOver(shape)
  const [from, to] = [shape.getScreenCTM(), svg.getScreenCTM()]
  // A drawing that is not laid out has no place for them.
  if (from && to) {
    const { a, b, c, d, e, f } = to.inverse().multiply(from)
    area.setAttribute('transform', `matrix(${[a, b, c, d, e, f].join(' ')})`)
  }
  over.append(area)
  return over
}

/** A path whatever the shape is: the drawing's own style sheet has widths for its lines. */
function lineOver(shape: SVGGraphicsElement): SVGElement {
  const path = document.createElementNS(SVG, 'path')
  const [x1, y1, x2, y2] = ['x1', 'y1', 'x2', 'y2'].map((name) => shape.getAttribute(name) ?? '0')
  path.setAttribute('d', shape.getAttribute('d') ?? `M ${x1} ${y1} L ${x2} ${y2}`)
  return path
}

function boxOver(shape: SVGGraphicsElement): SVGElement {
  const { x, y, width, height } = shape.getBBox()
  const box = document.createElementNS(SVG, 'rect')
  for (const [name, value] of Object.entries({ x, y, width, height })) box.setAttribute(name, String(value))
  return box
}

/** Which shape shows which part, by the names that mermaid gives them; what cannot be told apart has none. */
export function drawnParts(
  svg: SVGSVGElement,
  parts: readonly DiagramPart[],
): ReadonlyMap<DiagramPart, SVGGraphicsElement> {
  const found = new Map<DiagramPart, SVGGraphicsElement>()
  const all = (selector: string) => [...svg.querySelectorAll<SVGGraphicsElement>(selector)]
  const nodes = new Map<string, SVGGraphicsElement>()
  for (const node of all('g.node')) {
    const name = /(?:^|-)(?:flowchart|state)-(.+)-\d+$/.exec(node.id)?.[1]
    if (name !== undefined) nodes.set(name, node)
  }
  for (const actor of all('[data-et="participant"]')) nodes.set(actor.dataset.id ?? '', actor)
  const lines = linesByWay(all('path.flowchart-link'))
  // Transitions and messages have numbers in the order of the source.
  const inOrder = all('path.transition, [data-et="message"]')
  const edges = parts.filter(({ kind }) => kind === 'edge')
  for (const part of parts) {
    const shape =
      part.kind === 'node'
        ? nodes.get(part.id)
        : (lines.get(part.id) ?? (inOrder.length === edges.length ? inOrder[edges.indexOf(part)] : undefined))
    if (shape) found.set(part, shape)
  }
  return found
}

/** Of a flowchart: `A->B`, `A->B#2`, from `L_A_B_0` and what follows it. */
function linesByWay(paths: readonly SVGGraphicsElement[]): ReadonlyMap<string, SVGGraphicsElement> {
  const ways = new Map<string, SVGGraphicsElement[]>()
  for (const path of paths) {
    const way = /^L_(.+)_\d+$/.exec(path.dataset.id ?? '')?.[1]
    if (way !== undefined) ways.set(way, [...(ways.get(way) ?? []), path])
  }
  const lines = new Map<string, SVGGraphicsElement>()
  for (const [way, drawn] of ways) {
    // An id may have the sign between them, too: each way of parting it.
    for (let at = way.indexOf('_'); at >= 0; at = way.indexOf('_', at + 1)) {
      const name = `${way.slice(0, at)}->${way.slice(at + 1)}`
      for (const [nth, path] of drawn.entries()) lines.set(nth === 0 ? name : `${name}#${nth + 1}`, path)
    }
  }
  return lines
}
