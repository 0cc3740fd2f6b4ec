/**
 * The words of the domain for what a model has: its author says that `hb_lock` is the holder of `hb->lock`, and a run is
 * told with *hb->lock held by waker* where the model says `hb_lock[0] == 2`.
 *
 * Data, never code: a name is put in place of a name, and nothing in it is evaluated. It stands beside the model (in the
 * cover of its proposal) and not in it, so that better words make no other model: verdicts and traces are kept under the
 * model's text. So names are put on when a run is shown, and what is stored of a run has none.
 */

/** `of`: as the model writes it. Lists, since a record has names of its own (`constructor`). */
export type Named = { readonly of: string; readonly words: string }

export type VariableWords = {
  /** `hb_lock`, a field as `msg.kind`; a local of one proctype as `waker.ret`. Without indices. */
  readonly of: string
  /**
   * null: values alone have names. `[]` in it is where an index goes. Of one that begins with `who` the value is a process:
   * 0 nobody, else the pid + 1.
   */
  readonly words: string | null
  /** The value says who holds what `words` names: 0 nobody, else the pid + 1; of a bit or bool, whether somebody does. */
  readonly holder: boolean
  /** `of`: the value as a table of variables shows it: `0`, `true`, the name of an mtype. */
  readonly values: readonly Named[]
}

export type Vocabulary = {
  /** A proctype, or one process of it: `waiter`, `waiter:0`. `[]` is where the pid goes. */
  readonly processes: readonly Named[]
  readonly variables: readonly VariableWords[]
  /** A sentence for each. */
  readonly variants: readonly Named[]
  /** What is claimed by each (`safety`, the name of an ltl block), as a sentence that holds when it is kept. */
  readonly properties: readonly Named[]
  /** The same of single assertions, by their expression: `!wake_returned`. */
  readonly assertions: readonly Named[]
}

export const NO_WORDS: Vocabulary = {
  processes: [],
  variables: [],
  variants: [],
  properties: [],
  assertions: [],
}
