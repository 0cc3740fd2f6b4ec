import { gateOf, lintsOfRevision } from '#lib/review/gate/gate.server.ts'
import { type GateResult, gateResult } from '#lib/review/gate/gate-item.ts'
import { gateSentence, itemLine, lintLine } from '#lib/review/gate/gate-text.ts'
import { type Lint, lintsOf } from '#lib/review/gate/lints.ts'
import { parseTarget } from '#lib/review/proposal/address.ts'
import { examineFolder, isFolder, tellProblems } from './examined-folder.ts'
import { exitCode } from './exit-code.ts'
import { defineVerb } from './verb.ts'

/** YES: it passes; NO: something is open. */
export const gate = defineVerb(
  {
    name: 'gate',
    operands: 'DIR|SLUG[/vN]',
    least: 1,
    most: 1,
    about: `Which questions of its questionnaire a revision leaves open, one line each, with file, line and column; then the
exit code is 1. A folder (a bundle) is looked at as it would be published, its claims checked on the spot, and needs no
database. Of a published revision what reviewers find weak counts too. Warnings are on standard error, and change no code.`,
    options: {
      all: { type: 'boolean', says: 'what is answered too' },
      json: { type: 'boolean', says: 'as JSON' },
    },
  },
  async ({ values, operands }) => {
    const target = operands[0] ?? ''
    const found = (await isFolder(target)) ? await ofFolder(target) : await ofSlug(target)
    if (typeof found === 'number') return found
    const { result, folder, lints } = found
    if (values.json) console.log(JSON.stringify({ ...result, lints }, null, 2))
    else {
      for (const lint of lints) console.error(`warning: ${lintLine(lint, folder)}`)
      for (const item of result.items) if (item.isOpen || values.all) console.log(itemLine(item, folder))
      console.log(gateSentence(result))
    }
    return result.passes ? exitCode.YES : exitCode.NO
  },
)

type Found = { readonly result: GateResult; readonly folder: string; readonly lints: readonly Lint[] }

async function ofFolder(path: string): Promise<Found | number> {
  const examined = await examineFolder(path)
  if (!examined.ok) return tellProblems(path, examined.error)
  const { items, bundle, prefix } = examined.value
  return { result: gateResult(items, []), folder: prefix, lints: lintsOf(bundle) }
}

async function ofSlug(target: string): Promise<Found | number> {
  const named = parseTarget(target)
  const found = named && (await gateOf('program', named.slug, named.revision))
  if (found) {
    const lints = await lintsOfRevision('program', found.slug, found.number)
    return { result: found.gate, folder: '', lints }
  }
  console.error(`There is no folder and no published revision ${target}.`)
  return exitCode.WRONG_USE
}
