import { processLabel } from '#lib/simulation/step-words.ts'
import styles from './process-chip.module.css'

/** Colours repeat after eight processes; the label and the line below it do not depend on them. */
const PALETTE = 8

/** The class that gives an element the colours of a process, as `--process` and `--process-soft`. */
export function processColour(pid: number): string {
  return styles[`p${pid % PALETTE}`] ?? ''
}

type ProcessChipProps = {
  pid: number
  /** Hollow: the process is in something that was called here, not here itself. */
  called?: boolean
}

/** `P1` in the colours of the process, underlined in a pattern of its own for those who see no colours. */
export function ProcessChip({ pid, called = false }: ProcessChipProps) {
  return (
    <span className={`${styles.chip} ${processColour(pid)}`} data-called={called || undefined}>
      {processLabel(pid)}
    </span>
  )
}
