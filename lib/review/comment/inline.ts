/**
 * What is found within the lines of a comment: addresses, `code`, threads, Message-IDs.
 *
 * One walk over the line, from left to right; what one sign opened is over before the next is looked for. Angle
 * brackets are text: `<tglx@example.org>` is an address of mail and leads nowhere, unless it is the Message-ID of a
 * mail that is known.
 */
export type CommentLinks = {
  /** Where thread `n` of the proposal stands; null when there is none. */
  readonly thread: (n: number) => string | null
  /** Where the mail of that Message-ID (without brackets) is shown; null when it is not known. */
  readonly mail: (id: string) => string | null
}

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string; readonly isOutside: boolean }

const ADDRESS_HEAD = /https?:\/\/[\p{L}\p{N}[]/uy
/** What is longer leads nowhere that anybody follows. */
const ADDRESS = /https?:\/\/[^\s<>"\p{C}]{1,2000}/uy
const ID_IN_BRACKETS = /<([^\s<>@]{1,200}@[^\s<>@]{1,200})>/y
const THREAD = /#([1-9]\d{0,6})(?![\p{L}\p{N}_])/uy
const ID_BEHIND_KEY = /^((?:Message-ID|In-Reply-To):[ \t]*)([^\s<>@]{1,200}@[^\s<>@]{1,200})(?=\s|$)/i
const WORD = /[\p{L}\p{N}_]$/u
const SIGN = /https?:\/\/|[`#<]/g

/** Pieces of one line, in order; their texts together are `line`. `withNames`: code and threads are looked for too. */
export function piecesOf(line: string, links: CommentLinks, withNames: boolean): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  let at = 0
  const add = (end: number, piece: Piece) => {
    if (at > from) pieces.push({ kind: 'text', text: line.slice(from, at) })
    pieces.push(piece)
    at = end
    from = end
  }
  const key = withNames && /^[mi]/i.test(line) ? ID_BEHIND_KEY.exec(line) : null
  const keyed = key?.[2] ? links.mail(key[2]) : null
  if (key && keyed !== null) {
    at = key[1]?.length ?? 0
    add(key[0].length, { kind: 'link', text: key[2] ?? '', href: keyed, isOutside: false })
  }
  let hasMarks = withNames
  for (;;) {
    at = nextSign(line, at)
    if (at < 0) break
    const sign = line[at]
    if (sign === 'h') {
      const address = isBehindWord(line, at) ? null : addressAt(line, at)
      if (address) {
        add(at + address.length, { kind: 'link', text: address, href: address, isOutside: true })
        continue
      }
    } else if (sign === '`' && hasMarks) {
      const end = line.indexOf('`', at + 1)
      // No mark is left in this line: the rest needs no further look for one.
      if (end < 0) hasMarks = false
      else if (end > at + 1) {
        add(end + 1, { kind: 'code', text: line.slice(at, end + 1) })
        continue
      }
    } else if (sign === '#' && withNames && !isBehindWord(line, at) && !/[#&/]/.test(line[at - 1] ?? '')) {
      const n = matchAt(THREAD, line, at)?.[1]
      const href = n === undefined ? null : links.thread(Number(n))
      if (n !== undefined && href !== null) {
        add(at + 1 + n.length, { kind: 'link', text: `#${n}`, href, isOutside: false })
        continue
      }
    } else if (sign === '<' && withNames) {
      const found = matchAt(ID_IN_BRACKETS, line, at)
      const href = found?.[1] ? links.mail(found[1]) : null
      if (found && href !== null) {
        add(at + found[0].length, { kind: 'link', text: found[0], href, isOutside: false })
        continue
      }
    }
    at++
  }
  at = line.length
  if (at > from) pieces.push({ kind: 'text', text: line.slice(from, at) })
  return pieces
}

/** Where the next thing could begin, from `from` on; -1 for nowhere. */
function nextSign(line: string, from: number): number {
  SIGN.lastIndex = from
  return SIGN.exec(line)?.index ?? -1
}

function isBehindWord(line: string, at: number): boolean {
  const before = line.charCodeAt(at - 1)
  return !(at === 0 || before === 0x20 || before === 0x28) && WORD.test(line.slice(Math.max(0, at - 2), at))
}

/** An address from `at` on, without the punctuation of the sentence around it; null for none. */
function addressAt(line: string, at: number): string | null {
  // Looked at first, so that no address is read to its end in vain.
  if (!matchAt(ADDRESS_HEAD, line, at)) return null
  const whole = matchAt(ADDRESS, line, at)?.[0] ?? ''
  let end = whole.length
  // A bracket that was opened within the address belongs to it: /wiki/Futex_(Linux).
  let unopened = 0
  for (const character of whole) unopened += character === ')' ? 1 : character === '(' ? -1 : 0
  for (; end > 0; end--) {
    const last = whole[end - 1] ?? ''
    if (last === ')' && unopened > 0) unopened--
    else if (!/[.,;:!?'`*_\]}\u3002\uff0c\uff09\u3001]/.test(last)) break
  }
  return whole.slice(0, end)
}

function matchAt(expression: RegExp, line: string, at: number): RegExpExecArray | null {
  expression.lastIndex = at
  return expression.exec(line)
}
