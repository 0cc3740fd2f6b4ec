/**
 * Imports that must be refused, in a tree of their own.
 *
 * The tree has the paths of the real one and nothing in its files, so the rules judge the same names; a run that is
 * killed leaves nothing behind in the code, and a build beside it sees no file that comes and goes. Rejected: planting
 * them in the code itself, as was done while there were twenty.
 */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)
const { LADDERS, roomsOf, closedTo, isFile } = require('./ladders.cjs')
const { ladderRule } = require('./rules.cjs')

/** From which file, to which (that must exist) or what, and the rule that says no. */
export const PLANTED = [
  // What passed, all of it, while the rules were looser than what was said of them.
  ['lib/promela/4-lower/canary.ts', '#lib/promela/machine/step.ts', 'ladder-of-lib-promela'],
  ['lib/promela/search/canary.ts', '#lib/promela/emit/ir.ts', 'ladder-of-lib-promela'],
  ['lib/promela/2-bind/canary.ts', '#lib/promela/mutate/mutants.ts', 'ladder-of-lib-promela'],
  ['lib/promela/emit/canary.ts', '#lib/promela/1-parse/parse.ts', 'what-runs-sees-no-syntax'],
  ['lib/promela/reduce/canary.ts', '#lib/promela/1-parse/ast.ts', 'what-runs-sees-no-syntax'],
  ['lib/promela/ltl/canary.ts', '#lib/promela/1-parse/ast.ts', 'ltl-knows-no-promela'],
  ['lib/writeup/parse/canary.ts', '#lib/review/person/permission.ts', 'ladder-of-lib'],
  ['components/ui/canary.tsx', '#components/thread/compose.tsx', 'ladder-of-components'],
  ['lib/mail/import/canary.ts', '#lib/mail/import/samples/respell.ts', 'samples-are-for-tests'],
  ['scripts/canary.ts', '#lib/db.server.ts', 'one-door-to-the-database'],
  ['lib/promela/1-parse/canary.ts', '#lib/promela/4-lower/program.ts', 'ladder-of-lib-promela'],
  ['lib/review/person/canary.ts', '#lib/review/person/viewer.server.ts', 'server-files-are-for-servers'],

  // Each other rule, from more than one side where it has more than one.
  ['lib/promela/machine/canary-1.ts', '#lib/mail/message/mbox.ts', 'leaf-imports-only-itself'],
  ['lib/promela/machine/canary-2.ts', 'node:fs', 'leaf-imports-only-itself'],
  ['lib/mail/text/canary.ts', 'react', 'leaf-imports-only-itself'],
  ['lib/anchor/canary.ts', '#lib/review/person/permission.ts', 'leaf-imports-only-itself'],
  ['lib/simulation/canary-1.ts', 'react', 'simulation-is-values'],
  ['lib/simulation/canary-2.ts', '#lib/writeup/parse/limits.ts', 'simulation-is-values'],
  ['lib/simulation/canary-3.ts', '#lib/promela/shell/node.ts', 'shells-are-outside'],
  ['lib/review/claim/canary.ts', '#lib/promela/shell/node.ts', 'shells-are-outside'],
  ['lib/promela/ltl/canary-2.ts', '#lib/promela/source.ts', 'ltl-knows-no-promela'],
  ['lib/promela/machine/canary-3.ts', '#lib/promela/4-lower/lower.ts', 'what-runs-sees-no-syntax'],
  ['lib/promela/trace/canary.ts', '#lib/promela/compile.ts', 'what-runs-sees-no-syntax'],
  ['components/ui/canary-2.tsx', '#lib/review/person/permission.ts', 'ui-knows-no-proposals'],
  ['cli/canary-1.ts', '#lib/review/incoming/samples/test-proposal.server.ts', 'samples-are-for-tests'],
  ['lib/review/person/canary-2.ts', 'react', 'lib-knows-no-react'],
  ['app/canary-1.ts', '#cli/publish.ts', 'commands-are-called-not-imported'],
  ['app/canary-2.ts', '#lib/db.server.ts', 'one-door-to-the-database'],
  ['cli/canary-2.ts', '#lib/db.server.ts', 'one-door-to-the-database'],
  ['lib/review/person/canary-3.ts', '#lib/db.server.ts', 'one-door-to-the-database'],
  [
    'components/thread/canary.ts',
    '#lib/review/thread/read-threads.server.ts',
    'server-files-are-for-servers',
  ],
  ['lib/review/person/canary.server.ts', '#prisma/generated/client.ts', 'one-prisma-client'],
  ['scripts/canary-2.ts', '#prisma/generated/client.ts', 'one-prisma-client'],
  ['lib/anchor/canary-2.ts', '#lib/anchor/canary-3.ts', 'no-cycles'],
  ['lib/anchor/canary-3.ts', '#lib/anchor/canary-2.ts', 'no-cycles'],
  ['lib/mail/text/canary-2.ts', './nowhere.ts', 'no-missing-import'],
  ['lib/mail/text/canary.test.ts', '#lib/review/person/permission.ts', 'a-leaf-is-tested-alone'],
  ['lib/simulation/canary.test.ts', '#components/ui/when.tsx', 'a-leaf-is-tested-alone'],
]

/** Imports that are right, beside each rule that could refuse too much. */
export const ALLOWED = [
  ['lib/promela/search/right.ts', '#lib/promela/4-lower/program.ts'],
  ['lib/mail/text/right.ts', 'string-width'],
  ['lib/simulation/right.ts', '#lib/promela/machine/step.ts'],
  ['lib/review/person/right.server.ts', '#lib/db.server.ts'],
  ['lib/promela/search/right.test.ts', '#lib/promela/shell/node.ts'],
  ['lib/mail/import/right.test.ts', '#lib/mail/import/samples/respell.ts'],
  ['scripts/right.ts', '#lib/promela/compile.ts'],
  ['app/right.tsx', '#lib/review/person/viewer.server.ts'],
]

/** Of a `.server.ts`, a component may know the types. */
export const TYPE_ONLY = ['components/thread/right.ts', '#lib/review/thread/read-threads.server.ts']

/**
 * For each room of each ladder one file that imports every other room: the pairs that must be refused, and with the
 * same file those that must not.
 */
export function ladderCanaries() {
  return Object.keys(LADDERS).flatMap((folder) =>
    roomsOf(folder).map((room) => {
      const closed = new Set(closedTo(folder, room).map(({ name }) => name))
      const imports = roomsOf(folder).filter((other) => other.name !== room.name)
      return {
        rule: ladderRule(folder),
        from: fileIn(folder, room.name, 'climber'),
        imports: imports.map((other) => ({
          to: fileIn(folder, other.name, 'rung'),
          refused: closed.has(other.name),
        })),
      }
    }),
  )
}

// A room that is a file is climber and rung at once.
function fileIn(folder, room, name) {
  const path = [folder, room].filter((part) => part !== '' && part !== '.').join('/')
  if (isFile(room)) return path
  return path === '' ? `${name}.ts` : `${path}/${name}.ts`
}

/** Writes the tree below `folder`. `root`: the real one, whose packages it uses. */
export function plantCanaries(folder, root) {
  const texts = new Map()
  const add = (file, line) => texts.set(file, [...(texts.get(file) ?? []), line])
  const target = (specifier) => {
    if (!specifier.startsWith('#')) return
    const file = specifier.slice(1)
    const isPlanted = /(^|\/)canary/.test(file) || file.startsWith('prisma/generated/')
    if (!isPlanted && !existsSync(join(root, file)))
      throw new Error(`a canary imports ${file}, which is gone`)
    add(file, 'export const stub = 0')
  }
  for (const [from, to] of [...PLANTED, ...ALLOWED]) {
    add(from, `import '${to.startsWith('#cli/') ? relative(from, to.slice(1)) : to}'`)
    target(to)
  }
  add(TYPE_ONLY[0], `import type { stub } from '${TYPE_ONLY[1]}'\nexport type Stub = typeof stub`)
  target(TYPE_ONLY[1])
  for (const { from, imports } of ladderCanaries()) {
    for (const { to } of imports) {
      add(from, `import '${relative(from, to)}'`)
      add(to, 'export const rung = 0')
    }
  }
  for (const [file, lines] of texts) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), `${[...new Set(lines)].join('\n')}\n`)
  }
  for (const name of ['node_modules', 'package.json', 'tsconfig.json', '.dependency-cruiser.cjs']) {
    symlinkSync(join(root, name), join(folder, name))
  }
  return [...texts.keys()]
}

/** How a file names another where there is no alias: files at the root, commands. */
function relative(from, to) {
  return `${'../'.repeat(from.split('/').length - 1) || './'}${to}`
}
