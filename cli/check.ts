import { join } from 'node:path'
import { groupDigits } from '#lib/figures.ts'
import { isAsClaimed } from '#lib/promela/machine/verdict.ts'
import { type GateResult, gateResult } from '#lib/review/gate/gate-item.ts'
import { gateSentence, itemLine, lintLine } from '#lib/review/gate/gate-text.ts'
import { type Lint, lintsOf } from '#lib/review/gate/lints.ts'
import { type Unnamed, unnamedIn } from '#lib/writeup/bundle/vocabulary-names.ts'
import { examineFolder, type FolderProblem, isFolder, problemLines } from './examined-folder.ts'
import { exitCode } from './exit-code.ts'
import { type MendedLine, mendFolder } from './mend-folder.ts'
import { defineVerb, wrongUse } from './verb.ts'

/** What was found of one folder; its JSON is this value as it stands. */
type Checked = {
  readonly folder: string
  readonly passes: boolean
  readonly mended: readonly MendedLine[]
  /** While there is one, nothing below was looked at. */
  readonly problems: readonly FolderProblem[]
  readonly claims: readonly CheckedClaim[]
  readonly gate: GateResult | null
  readonly warnings: readonly Lint[]
  /** What a better folder would have; nothing of it is wrong. */
  readonly notes: readonly Unnamed[]
}

type CheckedClaim = {
  readonly id: string
  readonly file: string
  readonly line: number
  readonly column: number
  readonly expect: string
  readonly verdict: string
  readonly states: number
  readonly isAsClaimed: boolean
}

/** YES: it could be published, sent and reviewed; NO: something of it is wrong, and is told. */
export const check = defineVerb(
  {
    name: 'check',
    operands: 'DIR...',
    least: 1,
    most: Number.POSITIVE_INFINITY,
    about: `All that is wrong with a folder (a bundle) before it is published: what its text breaks, claims that are not as
claimed, questions that its gate finds open and words that are still the template's, each with file, line and column. It needs
no database, no server and no network. The exit code is 1 when there is any of it. With --fix what can be mended in one way
only is mended first (\`<\` and \`{\` that open nothing, bars in a table's code, languages, anchors, blanks behind \`##\`), each
line is printed as it was and as it is, and code is left alone.`,
    options: {
      fix: { type: 'boolean', says: 'mend what can be mended, print each changed line, then check' },
      'dry-run': { type: 'boolean', says: 'with --fix: print the changes and write nothing' },
      json: { type: 'boolean', says: 'as JSON, a list with an entry for each folder' },
    },
  },
  async ({ values, operands }) => {
    for (const path of operands)
      if (!(await isFolder(path))) return wrongUse('check', `${path} is not a folder that can be read`)
    const isDry = values['dry-run'] === true
    if (isDry && !values.fix) return wrongUse('check', '--dry-run is of --fix')
    const found: Checked[] = []
    for (const path of operands) {
      const mended = values.fix ? ((await mendFolder(path, isDry)) ?? []) : null
      const checked = await checkFolder(path, mended ?? [])
      found.push(checked)
      if (values.json) continue
      if (mended) tellMended(path, mended, isDry)
      tell(checked)
    }
    if (values.json) console.log(JSON.stringify(found, null, 2))
    return found.every(({ passes }) => passes) ? exitCode.YES : exitCode.NO
  },
)

async function checkFolder(folder: string, mended: readonly MendedLine[]): Promise<Checked> {
  const examined = await examineFolder(folder)
  if (!examined.ok)
    return {
      folder,
      passes: false,
      mended,
      problems: examined.error,
      claims: [],
      gate: null,
      warnings: [],
      notes: [],
    }
  const { bundle, checks, items } = examined.value
  const claims = checks.map(({ claim, report }): CheckedClaim => {
    const { id, file, line, column, expect } = claim
    const { kind: verdict, states } = report
    return { id, file, line, column, expect, verdict, states, isAsClaimed: isAsClaimed(expect, verdict) }
  })
  const gate = gateResult(items, [])
  // Required or not: a sentence that its model does not bear out is an error wherever an author meets it.
  const passes = gate.passes && claims.every((claim) => claim.isAsClaimed)
  return {
    folder,
    passes,
    mended,
    problems: [],
    claims,
    gate,
    warnings: lintsOf(bundle),
    notes: unnamedIn(bundle),
  }
}

function tellMended(path: string, mended: readonly MendedLine[], isDry: boolean): void {
  for (const { file, line, was, is } of mended) console.log(`${join(path, file)}:${line}:\n- ${was}\n+ ${is}`)
  const lines = `${mended.length} line${mended.length === 1 ? '' : 's'}`
  console.log(isDry ? `${lines} would be mended.` : `${lines} mended.`)
}

/** What is wrong goes to standard error, one line each, as editors and CI make it clickable. */
function tell({ folder, problems, claims, gate, warnings, notes }: Checked): void {
  for (const line of problemLines(folder, problems)) console.error(line)
  if (!gate) return
  for (const { id, file, line, column, expect, verdict, states, isAsClaimed: stands } of claims) {
    const found = `${id}: ${verdict}, ${groupDigits(states)} states`
    if (stands) console.log(`${found} (as claimed)`)
    else
      console.error(
        `${join(folder, file)}:${line}:${column}: ${found} (NOT AS CLAIMED: the text says ${expect})`,
      )
  }
  const prefix = join(folder, '/')
  for (const lint of warnings) console.error(`warning: ${lintLine(lint, prefix)}`)
  for (const { file, line, column, message } of notes)
    console.log(`note: ${prefix}${file}:${line}:${column}: ${message}`)
  for (const item of gate.items)
    if (item.isOpen && item.subject !== 'claim') console.error(itemLine(item, prefix))
  console.log(gateSentence(gate))
}
