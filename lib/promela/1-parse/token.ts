/**
 * Words of a model, after comments and before or after the preprocessor.
 *
 * A token knows where its text stands and through which expansions it came. A token that stands for a macro or
 * inline parameter keeps the place of the *parameter in the body*: the reader who follows it sees the line that
 * is executed, and the expansion chain leads him to the call with the actual text.
 */
import { joinSpans, type OriginFrame, type Span } from '#lib/promela/source.ts'

export type TokenKind = 'name' | 'number' | 'string' | 'punctuation' | 'end'

/** A linked chain, innermost expansion first; shared by all tokens of one expansion. */
export type Expansion = {
  readonly frame: OriginFrame
  readonly parent: Expansion | null
  readonly depth: number
}

export type Token = {
  readonly kind: TokenKind
  readonly text: string
  /** Of numbers and character constants; 0 otherwise. */
  readonly value: number
  readonly span: Span
  readonly expansion: Expansion | null
  /** First of its logical line: where a `#` begins a directive. */
  readonly startsLine: boolean
  /** White space or a comment stands before it: tells `#define F(x)` from `#define F (x)`. */
  readonly spaced: boolean
  /** Macro names that must not be expanded in it again. */
  readonly hidden: HideSet | null
}

export type HideSet = { readonly name: string; readonly rest: HideSet | null }

export function hides(set: HideSet | null, name: string): boolean {
  for (let item = set; item; item = item.rest) if (item.name === name) return true
  return false
}

/** Where a run of tokens stands, seen from the innermost expansion that contains all of it. */
export type Place = { readonly span: Span; readonly origin: readonly OriginFrame[] }

export function placeOf(first: Token, last: Token): Place {
  let a = first.expansion
  let b = last.expansion
  let spanA = first.span
  let spanB = last.span
  while (a !== b) {
    if (a && (!b || a.depth >= b.depth)) {
      spanA = a.frame.call
      a = a.parent
    } else if (b) {
      spanB = b.frame.call
      b = b.parent
    }
  }
  return { span: joinSpans(spanA, spanB), origin: originOf(a) }
}

/** The place from one to the other: where only one came through a macro, that macro's call stands for it. */
export function joinPlaces(first: Place, last: Place): Place {
  let [a, b] = [first.origin, last.origin]
  let [spanA, spanB] = [first.span, last.span]
  while (a.length !== b.length || a[0] !== b[0]) {
    if (a.length >= b.length) {
      spanA = a[0]?.call ?? spanA
      a = a.slice(1)
    } else {
      spanB = b[0]?.call ?? spanB
      b = b.slice(1)
    }
  }
  return { span: joinSpans(spanA, spanB), origin: a }
}

/** Built once for each expansion: a model has far more tokens than expansions. */
const origins = new WeakMap<Expansion, readonly OriginFrame[]>()
const noOrigin: readonly OriginFrame[] = []

export function originOf(expansion: Expansion | null): readonly OriginFrame[] {
  if (!expansion) return noOrigin
  const known = origins.get(expansion)
  if (known) return known
  const frames: OriginFrame[] = []
  for (let item: Expansion | null = expansion; item; item = item.parent) frames.push(item.frame)
  origins.set(expansion, frames)
  return frames
}

const tightBefore = new Set([';', ',', ')', ']', '.', ':', '++', '--', '['])
const tightAfter = new Set(['(', '[', '.', '!', '~', '@'])

/** Tokens as one line of text, spaced the way Promela is usually written. */
export function tokensText(tokens: readonly Token[]): string {
  let text = ''
  let previous: Token | null = null
  for (const token of tokens) {
    const tight =
      previous === null ||
      tightBefore.has(token.text) ||
      tightAfter.has(previous.text) ||
      (token.text === '(' && previous.kind === 'name') ||
      !token.spaced
    text += tight ? token.text : ` ${token.text}`
    previous = token
  }
  return text
}
