/**
 * The grammar of Authentication-Results (RFC 8601, 2.2): the name of a server, then for each method what came of it,
 * why, and properties of what was looked at.
 *
 * Read a character at a time, because a sender chooses what stands in it: a signature's `i=` may be any quoted string
 * (`"x header.d=example.org "@evil.example`), a reason may be any words, and a comment may hold a whole result. What
 * does not follow the grammar proves nothing.
 */

/** As written, without quotes and comments; `domain` is what stands behind its last `@` that is not quoted, or all of it. */
export type PropertyValue = { readonly text: string; readonly domain: string }

/** One `method=result reason=… ptype.property=value …`. Names, results and domains in small letters. */
export type MethodResult = {
  readonly method: string
  readonly result: string
  /** By `ptype.property`. */
  readonly properties: ReadonlyMap<string, PropertyValue>
  /** A property stands twice, or something does that is none: then nobody knows what the result is about. */
  readonly isAmbiguous: boolean
}

export type AuthenticationResults = {
  /** In small letters; empty for a header that cannot be read. */
  readonly authservId: string
  readonly methods: readonly MethodResult[]
}

const UNREADABLE: AuthenticationResults = { authservId: '', methods: [] }
/** A server writes some hundred characters. */
const MAX_LENGTH = 20_000
const LONGEST_NAME = 40

export function parseAuthenticationResults(value: string): AuthenticationResults {
  // What is cut may be what says "fail".
  if (value.length > MAX_LENGTH) return UNREADABLE
  const pieces = piecesOf(value)
  if (pieces === null) return UNREADABLE
  const [[server, ...version] = [], ...results] = pieces
  const isKnownVersion = version.length === 0 || (version.length === 1 && version[0]?.text === '1')
  if (!server || server.name !== null || !isKnownVersion) return UNREADABLE
  return { authservId: server.text.toLowerCase(), methods: results.flatMap(methodOf) }
}

/** `name = value`, or a value alone (`name` is null). `isMixed`: quoted and bare text side by side, and no `@` between. */
type Piece = {
  readonly name: string | null
  readonly text: string
  readonly domain: string
  readonly isMixed: boolean
}

function methodOf(pieces: readonly Piece[]): MethodResult[] {
  const [head, ...rest] = pieces
  const m = /^([a-z0-9-]+)(?:\s*\/\s*(\d+))?$/.exec(head?.name?.toLowerCase() ?? '')
  const result = head?.text.toLowerCase() ?? ''
  // Of another version of a method nothing is known; `none` alone says that there is no result.
  if (!m || (m[2] ?? '1') !== '1' || !/^[a-z][a-z0-9-]*$/.test(result)) return []
  const properties = new Map<string, PropertyValue>()
  let isAmbiguous = false
  for (const { name, text, domain, isMixed } of rest) {
    const property = name?.toLowerCase() ?? ''
    if (name === null || isMixed || properties.has(property)) isAmbiguous = true
    else properties.set(property, { text, domain: domain.toLowerCase() })
  }
  return [{ method: m[1] ?? '', result, properties, isAmbiguous }]
}

/** The pieces between semicolons; null for a quote or a comment that does not end. */
function piecesOf(text: string): Piece[][] | null {
  const pieces: Piece[][] = [[]]
  let at = 0
  while (at < text.length) {
    const blank = endOfBlank(text, at)
    if (blank === null) return null
    at = blank
    if (at >= text.length) break
    if (text[at] === ';') {
      pieces.push([])
      at++
      continue
    }
    const named = nameAt(text, at)
    if (named === null) return null
    const value = valueAt(text, named.end)
    if (value === null) return null
    pieces.at(-1)?.push({ ...value.piece, name: named.name })
    at = value.end
  }
  return pieces
}

/** Blanks and comments, which nest; null for a comment that does not end. */
function endOfBlank(text: string, from: number): number | null {
  let at = from
  let depth = 0
  for (; at < text.length; at++) {
    const c = text[at] ?? ''
    if (c === '(') depth++
    else if (depth > 0 && c === '\\') at++
    else if (depth > 0 && c === ')') depth--
    else if (depth === 0 && !/\s/.test(c)) break
  }
  return depth > 0 ? null : Math.min(at, text.length)
}

/** `name =`, blanks and comments between its tokens; a null name where none stands. Null: a comment does not end. */
function nameAt(text: string, from: number): { readonly name: string | null; readonly end: number } | null {
  let name = ''
  let at = from
  while (at < text.length && name.length <= LONGEST_NAME) {
    const word = /^[a-z0-9_-]+|^[./]/i.exec(text.slice(at, at + LONGEST_NAME))?.[0]
    // Two words side by side are no name.
    if (word === undefined || (/^[\w-]/.test(word) && /[\w-]$/.test(name))) break
    name += word
    const blank = endOfBlank(text, at + word.length)
    if (blank === null) return null
    at = blank
  }
  if (name === '' || text[at] !== '=') return { name: null, end: from }
  const end = endOfBlank(text, at + 1)
  return end === null ? null : { name, end }
}

/** A value from `from` to a blank, a comment or a semicolon outside quotes; null for a quote that does not end. */
function valueAt(
  text: string,
  from: number,
): { readonly piece: Omit<Piece, 'name'>; readonly end: number } | null {
  let value = ''
  let bare = ''
  let quotes = 0
  let lastAt = -1
  let at = from
  while (at < text.length && !/[\s;(]/.test(text[at] ?? '')) {
    if (text[at] === '"') {
      const quoted = quotedAt(text, at)
      if (quoted === null) return null
      value += quoted.text
      quotes++
      at = quoted.end
      continue
    }
    if (text[at] === '@') lastAt = value.length
    value += text[at]
    bare += text[at]
    at++
  }
  const isQuotedWhole = quotes === 1 && bare === ''
  const behind = isQuotedWhole ? value.lastIndexOf('@') : lastAt
  return {
    piece: {
      text: value,
      domain: value.slice(behind + 1),
      isMixed: quotes > 0 && !isQuotedWhole && lastAt < 0,
    },
    end: at,
  }
}

function quotedAt(text: string, from: number): { readonly text: string; readonly end: number } | null {
  let quoted = ''
  for (let at = from + 1; at < text.length; at++) {
    const c = text[at] ?? ''
    if (c === '"') return { text: quoted, end: at + 1 }
    if (c === '\\') at++
    quoted += text[at] ?? ''
  }
  return null
}
