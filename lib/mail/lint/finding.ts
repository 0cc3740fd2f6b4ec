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
