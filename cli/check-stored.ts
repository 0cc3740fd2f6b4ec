import { checkStored } from '#lib/review/revision/stored-rules.server.ts'
import { RULES_VERSION } from '#lib/writeup/bundle/rules-version.ts'
import { exitCode } from './exit-code.ts'
import { defineVerb } from './verb.ts'

/** Problems that are told of one revision: more than anyone reads at once. */
const SHOWN = 20

/** NO: something that stands would be refused today, or what was stored of it is broken. */
export const checkStoredRevisions = defineVerb(
  {
    name: 'check-stored',
    operands: '',
    least: 0,
    most: 0,
    about:
      'Says what the rules of this version would refuse of the revisions that stand published. Changes nothing: what\n' +
      'stands is shown and mailed as it was published. Run it before an upgrade; 1 when something would be refused.',
    options: {},
  },
  async () => {
    let all = 0
    let refused = 0
    for await (const { slug, number, problems, broken } of checkStored()) {
      all += 1
      if (problems.length === 0 && broken === null) continue
      refused += 1
      console.log(`${slug} v${number}`)
      if (broken !== null) console.log(`  what was stored of it cannot be read: ${broken}`)
      for (const { file, line, column, message } of problems.slice(0, SHOWN))
        console.log(`  ${file}:${line}:${column}: ${message}`)
      if (problems.length > SHOWN) console.log(`  … and ${problems.length - SHOWN} more`)
    }
    const revisions = `${all} published revision${all === 1 ? '' : 's'}`
    if (refused === 0) {
      console.log(`${revisions}: rules ${RULES_VERSION} refuse none.`)
      return exitCode.YES
    }
    console.log(`${revisions}: rules ${RULES_VERSION} would refuse ${refused}. They stand as they are.`)
    return exitCode.NO
  },
)
