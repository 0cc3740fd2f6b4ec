/**
 * The exit codes of all verbs (scripts/steps.mjs has those of scripts; docs/operating.md the table).
 *
 * NOT_DONE is apart from NO because a program that reads the code of `coherent verify` must not take a full disk, or a bug
 * of ours, for a counterexample.
 */
export const exitCode = {
  /** Done, or: the answer is yes. */
  YES: 0,
  /** The answer is no: violated, not as claimed, an error of the linter, refused. */
  NO: 1,
  /** A bound was reached before there was an answer (`verify`). */
  UNFINISHED: 2,
  /** The same of verbs for an author's folder and its server (`new`, `check`, `push` …): it cannot be done, nothing was found. */
  CANNOT: 2,
  /** Wrong use: an option, an argument, a file that cannot be read as what it should be, the environment. */
  WRONG_USE: 3,
  /** It could not be done: no database, no disk, or an error in this program. */
  NOT_DONE: 4,
} as const
