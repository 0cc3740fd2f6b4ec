import type { GateResult } from '#lib/review/gate/gate-item.ts'
import type { Lint } from '#lib/review/gate/lints.ts'

/** A place in a file of a working copy, with what is wrong there and what to do. */
export type ProblemSeen = {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly message: string
  readonly rule: string
}

export type ClaimSeen = {
  readonly id: string
  readonly file: string
  readonly line: number
  readonly expect: 'holds' | 'violated'
  readonly required: boolean
  /** Null: not checked. */
  readonly found: 'holds' | 'violated' | 'unfinished' | null
  readonly states: number
}

/** An open thread, and what publishing would make of it. */
export type ThreadSeen = {
  readonly number: number
  readonly kind: string
  readonly state: string
  readonly by: string
  readonly words: string
  readonly quote: string
  /** The next revision answers it, its authors say. */
  readonly isPromised: boolean
  /** How it was found; null: the text cannot be read now. */
  readonly place: string | null
  /** Null: its words are gone, or the text cannot be read. */
  readonly at: { readonly file: string; readonly line: number } | null
}

export type CopyLook = {
  /** Of the copy that was looked at. */
  readonly version: number
  /** The claims were checked. */
  readonly isChecked: boolean
  readonly problems: readonly ProblemSeen[]
  /** Problems that are not among them. */
  readonly more: number
  /** Null while there are problems. */
  readonly gate: GateResult | null
  readonly lints: readonly Lint[]
  readonly claims: readonly ClaimSeen[]
  /** A model that cannot be compiled. */
  readonly modelProblems: readonly ProblemSeen[]
  readonly threads: readonly ThreadSeen[]
  /** Suggestions that authors accepted: how many would come into the text, and how many its words do not let in any more. */
  readonly accepted: { readonly waiting: number; readonly refused: number }
}

/** `not as claimed` is what an author has to see; a claim that was not checked is neither. */
export const isNotAsClaimed = ({ found, expect }: ClaimSeen): boolean => found !== null && found !== expect
