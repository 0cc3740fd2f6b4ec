/**
 * What must hold of a tree for it to be drawn, whatever rules it was once checked by.
 *
 * The check (`check-tree.ts`) says what an author may publish today, and gets stricter. A published revision has no author
 * who could answer it, so its tree is not checked again: it is made anew here, field by field, of the nodes that page and
 * mail can draw. What they cannot draw (a component that is gone, code, an address that runs script) stands as its source,
 * in place, and not a word is lost. No other field of what was stored gets into the new tree, so that a row of the database
 * can bring neither elements nor attributes of its own.
 *
 * Never throws and always ends: null is a tree that is none, or larger than any that was ever accepted.
 */
import type { Code, Nodes, Root, RootContent } from 'mdast'
import { type ComponentElement, DRAWN } from './drawn.ts'
import { MAX_DEPTH, MAX_NODES } from './limits.ts'
import { isSafeUrl } from './safe-url.ts'

/** The block that a node carries although its own words are others; null: it is no block. */
export type StandsFor = { readonly key: string; readonly kind: string; readonly text: string }

/** What `node` stands for; undefined: for itself. */
export function standsForOf(node: Nodes): StandsFor | null | undefined {
  return isRaw(node.data) && 'standsFor' in node.data ? readStandsFor(node.data.standsFor) : undefined
}

export type SafeTreeContext = {
  /** The document's text, which the positions refer to. */
  readonly source: string
  /** The block with the id of a component that cannot be drawn any more; null: there was none. */
  readonly standsFor: (id: string) => StandsFor | null
  /** Whether what the rest of the revision says of a claim or a figure is there; without it, it is drawn as source. */
  readonly isResolved?: (name: string, id: string) => boolean
}

/** Twice what the check lets through: rules of other times had other limits, and a tree must end somewhere. */
const DEEPEST = 2 * MAX_DEPTH
const MOST = 2 * MAX_NODES
/** Characters of one node's words; a document has at most 512 KB. */
const LONGEST = 1024 * 1024

type Content = 'flow' | 'phrasing' | 'items' | 'rows' | 'cells'
type Raw = Readonly<Record<string, unknown>>

const LEVELS = [2, 3, 4, 5, 6] as const

class TooLarge extends Error {}

export function safeTree(tree: unknown, context: SafeTreeContext): Root | null {
  if (!isRaw(tree) || tree.type !== 'root') return null
  try {
    const children = new Maker(context).children(tree, 'flow', 1) as RootContent[]
    return { type: 'root', children, ...positionOf(tree) }
  } catch (error) {
    if (error instanceof TooLarge) return null
    throw error
  }
}

/** A whole document as its source: what is left where there is no tree. */
export function sourceTree(source: string): Root {
  const value = source.replace(/\n+$/, '')
  if (value.trim() === '') return { type: 'root', children: [] }
  return { type: 'root', children: [codeOf(value)] }
}

class Maker {
  readonly #context: SafeTreeContext
  #made = 0

  constructor(context: SafeTreeContext) {
    this.#context = context
  }

  children(raw: Raw, content: Content, depth: number): Nodes[] {
    if (depth > DEEPEST) throw new TooLarge()
    const children = Array.isArray(raw.children) ? raw.children : []
    return children.flatMap((child: unknown): Nodes[] => {
      this.#made += 1
      if (this.#made > MOST) throw new TooLarge()
      if (!isRaw(child)) return []
      const made = this.#node(child, content, depth)
      return made === null ? this.#asSource(child, content) : [{ ...made, ...positionOf(child) }]
    })
  }

  /** null: not one that can be drawn in such a place. */
  #node(raw: Raw, content: Content, depth: number): Nodes | null {
    switch (content) {
      case 'flow':
        return this.#flow(raw, depth)
      case 'phrasing':
        return this.#phrasing(raw, depth)
      case 'items':
        return raw.type === 'listItem'
          ? {
              type: 'listItem',
              spread: raw.spread === true,
              children: this.children(raw, 'flow', depth + 1) as RootContent[] as [],
            }
          : null
      case 'rows':
        return raw.type === 'tableRow'
          ? {
              type: 'tableRow',
              ...standing(raw),
              children: this.children(raw, 'cells', depth + 1) as [],
            }
          : null
      case 'cells':
        return raw.type === 'tableCell'
          ? { type: 'tableCell', children: this.children(raw, 'phrasing', depth + 1) as [] }
          : null
    }
  }

  // The casts to `[]` below: `children` made for a content holds only nodes of that content, which mdast's types cannot say.
  #flow(raw: Raw, depth: number): Nodes | null {
    switch (raw.type) {
      case 'paragraph':
        return {
          type: 'paragraph',
          ...standing(raw),
          children: this.children(raw, 'phrasing', depth + 1) as [],
        }
      case 'heading': {
        const level = LEVELS.find((one) => one === raw.depth) ?? 4
        return { type: 'heading', depth: level, children: this.children(raw, 'phrasing', depth + 1) as [] }
      }
      case 'blockquote':
        return { type: 'blockquote', children: this.children(raw, 'flow', depth + 1) as [] }
      case 'list': {
        const start = typeof raw.start === 'number' && Number.isSafeInteger(raw.start) ? raw.start : null
        const children = this.children(raw, 'items', depth + 1) as []
        return { type: 'list', ordered: raw.ordered === true, start, spread: raw.spread === true, children }
      }
      case 'table': {
        // What a table cannot hold is not put anywhere else: then all of it stands as source.
        if (!hasOnly(raw, 'tableRow') || !listOf(raw.children).every((row) => hasOnly(row, 'tableCell')))
          return null
        const align = (Array.isArray(raw.align) ? raw.align : []).map((one: unknown) =>
          one === 'left' || one === 'right' || one === 'center' ? one : null,
        )
        return { type: 'table', align, children: this.children(raw, 'rows', depth + 1) as [] }
      }
      case 'thematicBreak':
        return { type: 'thematicBreak' }
      case 'code': {
        const value = textOf(raw.value)
        const lang = typeof raw.lang === 'string' && /^[a-z0-9+-]{1,30}$/.test(raw.lang) ? raw.lang : null
        return value === null || value.trim() === ''
          ? null
          : { type: 'code', lang, meta: null, value, ...standing(raw) }
      }
      case 'definition': {
        const url = textOf(raw.url)
        const identifier = textOf(raw.identifier)
        if (url === null || identifier === null || !isSafeUrl(url)) return null
        return { type: 'definition', identifier, label: textOf(raw.label), url, title: textOf(raw.title) }
      }
      case 'footnoteDefinition': {
        const identifier = textOf(raw.identifier)
        if (identifier === null) return null
        const children = this.children(raw, 'flow', depth + 1) as []
        return { type: 'footnoteDefinition', identifier, label: textOf(raw.label), children }
      }
      case 'mdxJsxFlowElement':
        return this.#component(raw, depth)
      default:
        return null
    }
  }

  #phrasing(raw: Raw, depth: number): Nodes | null {
    switch (raw.type) {
      case 'text':
      case 'inlineCode': {
        const value = textOf(raw.value)
        return value === null ? null : { type: raw.type, value }
      }
      case 'break':
        return { type: 'break' }
      case 'emphasis':
      case 'strong':
        return { type: raw.type, children: this.children(raw, 'phrasing', depth + 1) as [] }
      case 'link': {
        const url = textOf(raw.url)
        if (url === null || !isSafeUrl(url)) return null
        const children = this.children(raw, 'phrasing', depth + 1) as []
        return { type: 'link', url, title: textOf(raw.title), children }
      }
      case 'linkReference': {
        const identifier = textOf(raw.identifier)
        if (identifier === null) return null
        const kind = raw.referenceType
        const referenceType = kind === 'collapsed' || kind === 'full' ? kind : 'shortcut'
        const children = this.children(raw, 'phrasing', depth + 1) as []
        return { type: 'linkReference', identifier, label: textOf(raw.label), referenceType, children }
      }
      case 'footnoteReference': {
        const identifier = textOf(raw.identifier)
        return identifier === null
          ? null
          : { type: 'footnoteReference', identifier, label: textOf(raw.label) }
      }
      case 'mdxJsxTextElement': {
        const of = attributesOf(raw).get('of')
        if (raw.name !== 'Term' || of === undefined) return null
        return {
          type: 'mdxJsxTextElement',
          name: 'Term',
          attributes: [{ type: 'mdxJsxAttribute', name: 'of', value: of }],
          children: this.children(raw, 'phrasing', depth + 1) as [],
        }
      }
      default:
        return null
    }
  }

  #component(raw: Raw, depth: number): Nodes {
    const name = typeof raw.name === 'string' ? raw.name : ''
    const attributes = attributesOf(raw)
    const drawn = Object.hasOwn(DRAWN, name) ? DRAWN[name] : undefined
    const id = attributes.get('id')
    const isWhole =
      drawn?.needs.every((attribute) => attributes.has(attribute)) &&
      drawn.isContent(listOf(raw.children)) &&
      (id === undefined || (this.#context.isResolved?.(name, id) ?? true))
    if (!drawn || !isWhole) return this.#asQuote(raw, name, attributes, depth)
    const children = drawn.hasContent ? this.children(raw, 'flow', depth + 1) : []
    return {
      type: 'mdxJsxFlowElement',
      name,
      // Only what the contract knows: an attribute that the page would read otherwise never gets there.
      attributes: [...attributes]
        .filter(([attribute]) => drawn.needs.includes(attribute) || drawn.takes.includes(attribute))
        .map(([attribute, value]) => ({ type: 'mdxJsxAttribute', name: attribute, value })),
      children: children as ComponentElement['children'],
    }
  }

  /** A component that nothing draws any more: its content stays content, with its tag below, which carries its block. */
  #asQuote(raw: Raw, name: string, attributes: ReadonlyMap<string, string>, depth: number): Nodes {
    const words = [...attributes].map(([attribute, value]) => ` ${attribute}="${value}"`)
    const tag = {
      type: 'paragraph' as const,
      ...positionOf(raw),
      data: { standsFor: this.#context.standsFor(attributes.get('id') ?? '') },
      children: [{ type: 'inlineCode' as const, value: `<${name}${words.join('')}>` }],
    }
    const content = this.children(raw, 'flow', depth + 1) as RootContent[] as []
    return { type: 'blockquote', children: [...content, tag] }
  }

  #asSource(raw: Raw, content: Content): Nodes[] {
    const value = this.#sourceOf(raw)
    if (value.trim() === '') return []
    const position = positionOf(raw)
    switch (content) {
      case 'flow':
        return [{ ...codeOf(value), ...position }]
      case 'items':
        return [{ type: 'listItem', spread: false, children: [{ ...codeOf(value), ...position }] }]
      case 'phrasing':
        return [{ type: 'inlineCode', value: value.replace(/\s+/g, ' '), ...position }]
      case 'rows':
      case 'cells':
        return [] // `#flow` lets no such table through
    }
  }

  #sourceOf(raw: Raw): string {
    const { position } = positionOf(raw)
    const from = position?.start.offset
    const to = position?.end.offset
    if (from !== undefined && to !== undefined) return this.#context.source.slice(from, to)
    return textOf(raw.value) ?? ''
  }
}

function codeOf(value: string): Code {
  const data = { standsFor: null }
  return { type: 'code', lang: null, meta: null, value, data }
}

const isRaw = (value: unknown): value is Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const listOf = (children: unknown): readonly Raw[] => (Array.isArray(children) ? children.filter(isRaw) : [])

const hasOnly = (raw: Raw, type: string) =>
  Array.isArray(raw.children) && raw.children.every((child: unknown) => isRaw(child) && child.type === type)

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.length <= LONGEST ? value : null
}

/** Plain ones; an expression or a spread is named without its code. */
function attributesOf(raw: Raw): Map<string, string> {
  const attributes = new Map<string, string>()
  for (const { type, name, value } of listOf(raw.attributes)) {
    if (type !== 'mdxJsxAttribute' || typeof name !== 'string' || !/^[A-Za-z][\w.:-]{0,63}$/.test(name))
      continue
    if (attributes.has(name)) continue // the first counts, as everywhere
    const text = value === null || value === undefined ? '' : textOf(value)
    if (text !== null) attributes.set(name, text)
  }
  return attributes
}

function standing(raw: Raw): { data?: { standsFor: StandsFor | null } } {
  if (!isRaw(raw.data) || !('standsFor' in raw.data)) return {}
  const standsFor = readStandsFor(raw.data.standsFor)
  return standsFor === undefined ? {} : { data: { standsFor } }
}

function readStandsFor(value: unknown): StandsFor | null | undefined {
  if (value === null) return null
  if (!isRaw(value)) return undefined
  const [key, kind, text] = [textOf(value.key), textOf(value.kind), textOf(value.text)]
  return key === null || kind === null || text === null ? undefined : { key, kind, text }
}

type Position = NonNullable<Nodes['position']>

/** As the parser writes it, or as six numbers, which is how it is stored. */
function positionOf(raw: Raw): { position?: Position } {
  const { position } = raw
  if (Array.isArray(position)) {
    const [line, column, offset, endLine, endColumn, endOffset] = position.map(countOf)
    if (!line || !column || !endLine || !endColumn) return {}
    if (offset === undefined || endOffset === undefined) return {}
    return {
      position: {
        start: { line, column, offset },
        end: { line: endLine, column: endColumn, offset: endOffset },
      },
    }
  }
  if (!isRaw(position) || !isRaw(position.start) || !isRaw(position.end)) return {}
  const { start, end } = position
  return positionOf({
    position: [start.line, start.column, start.offset, end.line, end.column, end.offset],
  })
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

/**
 * The tree as it is stored, of a tree or of one that is stored already: positions as six numbers, and of what the parser and others hang on nodes only what `safeTree`
 * reads. Its values are JSON, and a tree that was stored and read again gives the same text.
 */
export function storedTree(node: Nodes): unknown {
  // Any node has these or not; none is called otherwise.
  const { position, data, children, attributes, ...rest } = node as unknown as Raw
  const present = Object.entries(rest).filter(([, value]) => value !== null && value !== undefined)
  return {
    ...Object.fromEntries(present.sort(([a], [b]) => (a < b ? -1 : 1))),
    ...(isRaw(data) && 'standsFor' in data ? { data: { standsFor: data.standsFor } } : {}),
    ...(isRaw(position) ? { position: sixNumbers(position) } : Array.isArray(position) ? { position } : {}),
    ...(Array.isArray(attributes)
      ? { attributes: listOf(attributes).map(({ type, name, value }) => ({ type, name, value })) }
      : {}),
    ...(Array.isArray(children) ? { children: children.map(storedTree) } : {}),
  }
}

function sixNumbers({ start, end }: Raw): unknown {
  if (!isRaw(start) || !isRaw(end)) return null
  return [start.line, start.column, start.offset, end.line, end.column, end.offset]
}
