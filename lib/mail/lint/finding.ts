/** What a rule of list mail says about one place of a mailbox. The rules are named in `README.md`. */
export type Finding = {
  /** `B1`, `H7`, …: stable, what tests and the export page tell findings apart by. */
  readonly rule: string
  readonly severity: 'error' | 'warning'
  /** Position of the mail in the mailbox, from 1; 0 for the mailbox as a whole. */
  readonly message: number
  /** Line of the mailbox file, from 1. */
  readonly line: number
  readonly text: string
}

export type Report = (rule: string, severity: Finding['severity'], line: number, text: string) => void

/** What of a mail's text a person typed, and where. */
export type TypedText = {
  readonly typed: { readonly from: number; readonly to: number } | null
  /** Line of the mailbox file at which the text begins. */
  readonly bodyLine: number
}

/**
 * Findings in what a person typed, and in quotes of it, are for that person to know: nothing they typed stops a mail
 * from leaving. Rules that hold for all of a text are filed under its first line. What would forge or break something
 * is set in before it comes here; the rules on that are reported as they are.
 */
export function softened(report: Report, { typed, bodyLine }: TypedText, lines: readonly string[]): Report {
  if (typed === null) return report
  return (rule, severity, line, text) => {
    const k = line - bodyLine
    const isTyped = k === 0 || (k >= typed.from && k < typed.to) || lines[k]?.startsWith('>') === true
    report(rule, isTyped ? 'warning' : severity, line, text)
  }
}
