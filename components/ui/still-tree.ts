import { createElement, Fragment, isValidElement, type ReactNode } from 'react'
import { escapeHtml, Html } from './html.ts'

/**
 * What React draws once and never changes, as HTML of ours: a tree of elements, in which only the islands are left to React.
 * A page of text stands in it twice otherwise (as HTML and as React's data), and each of its thousands of elements
 * is drawn twice on the server and once more in the browser. What is made is what React makes of the same tree, which a test compares.
 *
 * It is folded once and filled for each reader: what differs from one to the next is asked for by an element (`Asking`).
 *
 * Functions are called as the functions that they are: no state, no context, no hooks. What waits (a promise) or is no
 * function is left to React, like an island.
 */
export type Drawing<Asked> = {
  /** Drawn by React, on the server and in the browser. */
  readonly isIsland: (type: unknown) => boolean
  /** What an element of this kind asks for; null: it asks for nothing. */
  readonly asked: (type: unknown, props: Readonly<Record<string, unknown>>) => Asked | null
}

/** For one reader. */
export type Filling<Asked> = {
  readonly answer: (asked: Asked) => ReactNode
  /** Of which sibling the answer is a part, and stays beside, where a place ends; null: of whichever is an island. */
  readonly beside: (asked: Asked) => Side | null
  /** A place for HTML that React leaves alone: one element with that class. */
  readonly place: (html: Html, className: string | undefined) => ReactNode
  /** Class of a place that is no box of its own: what stands in it is laid out as if it were not there. */
  readonly noBox: string | undefined
}

export type Side = 'next' | 'previous'

/** One of some siblings, before it is known who reads. */
export type Folded<Asked> =
  | Piece
  | { readonly kind: 'asking'; readonly asked: Asked }
  | {
      readonly kind: 'element'
      readonly tag: string
      readonly props: Props
      readonly children: readonly Folded<Asked>[]
      /** It has a property that is not written here: React draws it. */
      readonly isLive: boolean
    }

/** `node` is for where HTML has no place: of an element it has its HTML, and nothing of who read first. */
type Piece = Still | { readonly kind: 'live'; readonly node: ReactNode }
type Still = {
  readonly kind: 'still'
  readonly html: string
  readonly node: ReactNode
  /** Of an element with nothing but HTML in it and a class: it can be a place by itself. */
  readonly inner: {
    readonly html: string
    readonly className: string | undefined
    readonly beside?: Side | null
  } | null
}

type Props = { readonly children?: ReactNode; readonly [name: string]: unknown }

export function fold<Asked>(node: ReactNode, drawing: Drawing<Asked>): readonly Folded<Asked>[] {
  if (node === null || node === undefined || typeof node === 'boolean') return []
  if (typeof node === 'string' || typeof node === 'number' || typeof node === 'bigint')
    return [{ kind: 'still', html: escapeHtml(String(node)), node, inner: null }]
  if (isIterable(node)) return merged(Array.from(node).flatMap((child) => fold(child, drawing)))
  if (!isValidElement<Props>(node)) return [{ kind: 'live', node }]
  const { type, props } = node
  if (type === Fragment) return fold(props.children, drawing)
  if (typeof type === 'string') return [element(type, props, drawing)]
  // Only `keep` makes such elements.
  if (type === Kept) return props.pieces as readonly Folded<Asked>[]
  const asked = drawing.asked(type, props)
  if (asked !== null) return [{ kind: 'asking', asked }]
  if (typeof type !== 'function' || drawing.isIsland(type)) return [{ kind: 'live', node }]
  const made: unknown = (type as (props: Props) => unknown)(props)
  // It waits for something: React calls it again.
  if (made instanceof Promise) return [{ kind: 'live', node }]
  return fold(made as ReactNode, drawing)
}

/** A tree that is folded now and answered with later: nothing of who reads first is in what is kept. */
export const keep = <Asked>(node: ReactNode, drawing: Drawing<Asked>): ReactNode =>
  createElement(Kept<Asked>, { pieces: fold(node, drawing) })

/** Never drawn: `fold` takes what is in it. */
function Kept<Asked>(_: { readonly pieces: readonly Folded<Asked>[] }): ReactNode {
  throw new Error('a kept tree is folded, and not drawn')
}

/** With what this reader is answered, in as few places as can be. */
export function filled<Asked>(
  folded: readonly Folded<Asked>[],
  drawing: Drawing<Asked>,
  filling: Filling<Asked>,
): ReactNode {
  return createElement(Fragment, null, ...inPlaces(resolved(folded, drawing, filling), filling))
}

/** The whole as HTML; null: there is an island in it. */
export function stillHtml(node: ReactNode, isIsland: (type: unknown) => boolean): Html | null {
  const drawing: Drawing<null> = { isIsland, asked: () => null }
  const all = joined(resolved(fold(node, drawing), drawing, NOBODY))
  return all === null ? null : new Html(all)
}

const NOBODY: Filling<null> = { answer: () => null, beside: () => null, place: () => null, noBox: undefined }

function element<Asked>(tag: string, props: Props, drawing: Drawing<Asked>): Folded<Asked> {
  const inner = innerOf(props)
  if (inner !== null) {
    const { className } = props
    const hasOnlyClass = Object.keys(props).every((name) => name === 'className' || name === DANGEROUS)
    const isPlace =
      tag === 'div' && hasOnlyClass && (className === undefined || typeof className === 'string')
    return { ...still(tag, props, inner), inner: isPlace ? { html: inner, className } : null }
  }
  const { children: given, ...own } = props
  const children = fold(given, drawing)
  const all = joined(children)
  const isLive = !Object.keys(own).every(isWritten)
  return all === null || isLive
    ? { kind: 'element', tag, props: own, children, isLive }
    : still(tag, own, all)
}

function still(tag: string, props: Props, inner: string): Still {
  const html = tagged(tag, props, inner)
  const node = createElement(tag, VOID.has(tag) ? props : { ...props, [DANGEROUS]: { __html: inner } })
  return { kind: 'still', html, node, inner: null }
}

function resolved<Asked>(
  folded: readonly Folded<Asked>[],
  drawing: Drawing<Asked>,
  filling: Filling<Asked>,
): readonly Piece[] {
  return folded.flatMap((one): readonly Piece[] => {
    switch (one.kind) {
      case 'asking':
        return resolved(fold(filling.answer(one.asked), drawing), drawing, filling).map((piece) =>
          piece.kind === 'still' && piece.inner
            ? { ...piece, inner: { ...piece.inner, beside: filling.beside(one.asked) } }
            : piece,
        )
      case 'element': {
        const children = resolved(one.children, drawing, filling)
        const all = joined(children)
        if (all !== null && !one.isLive) return [still(one.tag, one.props, all)]
        const drawn = HOLDS_PLACES.has(one.tag)
          ? inPlaces(children, filling)
          : children.map((piece) =>
              piece.kind === 'still' && piece.inner ? alone(piece.inner, filling) : piece.node,
            )
        return [{ kind: 'live', node: createElement(one.tag, one.props, ...drawn) }]
      }
      default:
        return [one]
    }
  })
}

/** Elements that may have a place among their children; what is in others has to stand right below them. */
const HOLDS_PLACES = new Set(['div', 'section', 'article'])

/** Neighbours that are HTML are one, unless one of them can be a place by itself. */
function merged<Asked>(pieces: readonly Folded<Asked>[]): readonly Folded<Asked>[] {
  const all: Folded<Asked>[] = []
  for (const piece of pieces) {
    const last = all.at(-1)
    if (piece.kind === 'still' && last?.kind === 'still' && !piece.inner && !last.inner)
      all[all.length - 1] = {
        ...{ kind: 'still', html: last.html + piece.html, inner: null },
        node: createElement(Fragment, null, last.node, piece.node),
      }
    else all.push(piece)
  }
  return all
}

/** Null: it is not HTML alone. */
function joined(pieces: readonly Folded<unknown>[]): string | null {
  let all = ''
  for (const piece of pieces) {
    if (piece.kind !== 'still') return null
    all += piece.html
  }
  return all
}

const alone = (
  { html, className }: NonNullable<Still['inner']>,
  { place }: Pick<Filling<never>, 'place'>,
): ReactNode => place(new Html(html), className)

/**
 * Siblings with as few places as can be. What stands right before or behind an island stays beside it in the document, too, and
 * what is a part of HTML that stands on its other side stays beside that: pages and styles find one from the other.
 */
function inPlaces(pieces: readonly Piece[], filling: Pick<Filling<never>, 'place' | 'noBox'>): ReactNode[] {
  const drawn: ReactNode[] = []
  let run = ''
  const end = () => {
    if (run !== '') drawn.push(filling.place(new Html(run), filling.noBox))
    run = ''
  }
  pieces.forEach((piece, at) => {
    const side = piece.kind === 'still' ? piece.inner?.beside : null
    const isBeside =
      (side !== 'next' && pieces[at - 1]?.kind === 'live') ||
      (side !== 'previous' && pieces[at + 1]?.kind === 'live')
    if (piece.kind === 'still' && !(isBeside && piece.inner)) {
      run += piece.html
      return
    }
    end()
    drawn.push(piece.kind === 'still' && piece.inner ? alone(piece.inner, filling) : piece.node)
  })
  end()
  return drawn
}

const DANGEROUS = 'dangerouslySetInnerHTML'

function innerOf(props: Props): string | null {
  const dangerous = props[DANGEROUS]
  if (typeof dangerous !== 'object' || dangerous === null || !('__html' in dangerous)) return null
  return String(dangerous.__html)
}

const VOID = new Set(['br', 'hr', 'img', 'input', 'wbr', 'col', 'source', 'link', 'meta'])

function tagged(tag: string, props: Props, content: string): string {
  let attributes = ''
  for (const [name, value] of Object.entries(props)) attributes += attribute(name, value)
  if (VOID.has(tag)) return `<${tag}${attributes}/>`
  // A browser takes the first line end of a listing for no part of it.
  const lineEnd = tag === 'pre' && content.startsWith('\n') ? '\n' : ''
  return `<${tag}${attributes}>${lineEnd}${content}</${tag}>`
}

/** Names that React spells its own way; others are theirs in lower case, except in `data-` and `aria-`, which stand as they are. */
const NAMES: Readonly<Record<string, string>> = { className: 'class', htmlFor: 'for' }
/** True and false are said by being there. */
const FLAGS = new Set(['hidden', 'open', 'disabled', 'checked', 'readOnly', 'required', 'reversed', 'inert'])
const OURS = new Set(['children', 'key', 'ref', 'suppressHydrationWarning', DANGEROUS])
/** What React writes as it stands, in lower case. Of an SVG's there are none here. */
const PLAIN = new Set(
  'id role title lang dir href rel src alt width height type value name start align colSpan rowSpan scope dateTime tabIndex cite'.split(
    ' ',
  ),
)
const isWritten = (name: string): boolean =>
  name in NAMES ||
  PLAIN.has(name) ||
  FLAGS.has(name) ||
  OURS.has(name) ||
  name === 'style' ||
  /^(?:data|aria)-/.test(name)

function attribute(name: string, value: unknown): string {
  if (OURS.has(name) || value === null || value === undefined) return ''
  if (name === 'style') return value instanceof Object ? styleAttribute(value) : ''
  if (typeof value === 'function' || typeof value === 'symbol') return ''
  const isText = name.startsWith('data-') || name.startsWith('aria-')
  if (typeof value === 'boolean' && !isText)
    return value && FLAGS.has(name) ? ` ${name.toLowerCase()}=""` : ''
  return ` ${NAMES[name] ?? (isText ? name : name.toLowerCase())}="${escapeHtml(String(value))}"`
}

/** Lengths are given with their unit, so that none has to be guessed. */
function styleAttribute(style: object): string {
  const rules = Object.entries(style)
    .filter(
      ([, value]) => value !== null && value !== undefined && value !== '' && typeof value !== 'boolean',
    )
    .map(([name, value]) => {
      const spelt = name.startsWith('--') ? name : name.replace(/[A-Z]/g, (sign) => `-${sign.toLowerCase()}`)
      return `${spelt}:${String(value).trim()}`
    })
  return rules.length === 0 ? '' : ` style="${escapeHtml(rules.join(';'))}"`
}

const isIterable = (node: object): node is Iterable<ReactNode> =>
  Symbol.iterator in node && typeof node[Symbol.iterator] === 'function'
