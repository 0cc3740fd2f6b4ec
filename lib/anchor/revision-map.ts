/** Two revisions with the map between them: made once, asked for every anchor and for the difference. */
import { mapTokens, type TokenMap } from './token-map.ts'
import { BREAK_BLOCK, type Tokens, tokenAfter, tokensOf } from './tokens.ts'

export type MappedBlock = {
  readonly key: string
  /** UTF-16 offsets into the text. */
  readonly start: number
  readonly end: number
  /** Whether an author gave it its key (the id of a component, the words of a heading): it is the same as long as that is. */
  readonly isNamed: boolean
  /** Its text is the source of a diagram, whose nodes and edges have names of their own. */
  readonly isDiagram?: boolean
  /** Which document of the revision it is in; left out where nobody asks for a whole one. */
  readonly document?: string
}

export type MappedText = {
  readonly text: string
  /** In the order of the text; they do not overlap. */
  readonly blocks: readonly MappedBlock[]
}

/** One of the two texts, with what its tokens and blocks know of each other. */
export type Side = MappedText & {
  readonly tokens: Tokens
  /** By token: the index of its block; -1 between blocks. */
  readonly blockOf: Int32Array
  /** By block: its first token, and the one after its last. */
  readonly firstToken: Int32Array
  readonly lastToken: Int32Array
}

export type RevisionMap = {
  readonly old: Side
  readonly now: Side
  readonly map: TokenMap
  /** By token of the new text: how far it stands from the first one, in `FULL_STEP`s (`reachOf`). */
  readonly reach: Int32Array
}

/** A word that was in the old text puts its neighbours this far apart; one that was inserted beside them, 1. */
export const FULL_STEP = 6

export function mapRevisions(old: MappedText, now: MappedText): RevisionMap {
  const [left, right] = [sideOf(old), sideOf(now)]
  const map = mapTokens(left.tokens, right.tokens)
  return { old: left, now: right, map, reach: reachOf(map, right.tokens) }
}

/** A sentence inserted amid a passage leaves it one passage; words that belong elsewhere, and other blocks, do not. */
function reachOf({ from }: TokenMap, { breaks }: Tokens): Int32Array {
  const reach = new Int32Array(from.length)
  let far = 0
  let isBeside = true
  for (let j = 0; j < from.length; j++) {
    reach[j] = far
    const isInserted = from[j] === -1
    if (!isInserted) isBeside = true
    else if (breaks[j] === BREAK_BLOCK) isBeside = false
    far += isInserted && isBeside ? 1 : FULL_STEP
  }
  return reach
}

export function sideOf({ text, blocks }: MappedText): Side {
  const tokens = tokensOf(text)
  const blockOf = new Int32Array(tokens.words.length).fill(-1)
  const firstToken = new Int32Array(blocks.length)
  const lastToken = new Int32Array(blocks.length)
  for (const [index, { start, end }] of blocks.entries()) {
    let at = tokenAfter(tokens, start)
    firstToken[index] = at
    while (at < tokens.words.length && (tokens.starts[at] ?? 0) < end) {
      blockOf[at] = index
      at += 1
    }
    lastToken[index] = at
  }
  return { text, blocks, tokens, blockOf, firstToken, lastToken }
}
