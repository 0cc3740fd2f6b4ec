/** Types of values, shared by all phases: every variable is made of cells, and a cell is at most 32 bits. */

/** What one cell may hold. `bits` is also what the packed state spends on it. */
export type CellType = {
  /** As declared: `byte`, `mtype`, `mtype:fruit`, `unsigned:3`, `chan` … */
  readonly name: string
  readonly bits: number
  readonly signed: boolean
  /** The index into `Program.mtypes` whose names its values carry; `null` for plain numbers. */
  readonly mtype: number | null
}

/** No channel has longer messages. */
export const MAX_MESSAGE_FIELDS = 256
