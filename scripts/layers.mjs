/**
 * `npm run layers`: the rules of .dependency-cruiser.cjs over the tree, and a canary for each of them.
 *
 * The canaries are planted together, under names that no real file has, in one run over a copy-free tree, and are
 * removed whatever happens. A rule whose canary is not reported fails the script: dependency-cruiser with a compiler
 * it cannot use checks nothing and reports success.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT } from './steps.mjs'

/** Where, what it imports, and the rule that must say no. Targets must exist. */
const CANARIES = [
  ['lib/promela/canary-1.ts', '../mail/message/mbox.ts', 'leaf-imports-only-itself'],
  ['lib/promela/canary-2.ts', 'node:fs', 'leaf-imports-only-itself'],
  ['lib/mail/canary-1.ts', 'react', 'leaf-imports-only-itself'],
  ['lib/anchor/canary-1.ts', '#lib/review/person/permission.ts', 'leaf-imports-only-itself'],
  ['lib/promela/canary-3.ts', './shell/node.ts', 'shells-are-outside'],
  ['lib/promela/1-parse/canary-1.ts', '../4-lower/program.ts', 'phases-go-forward'],
  ['lib/promela/2-bind/canary-1.ts', '../4-lower/program.ts', 'phases-go-forward'],
  ['lib/promela/3-check/canary-1.ts', '../4-lower/program.ts', 'phases-go-forward'],
  ['lib/promela/search/canary-1.ts', '../1-parse/ast.ts', 'explorer-sees-only-the-program'],
  ['lib/review/canary-1.ts', 'react', 'lib-is-below-the-ui'],
  ['lib/review/canary-2.ts', '#components/ui/when.tsx', 'lib-is-below-the-ui'],
  ['components/thread/canary-1.ts', '../../app/rfc/page.tsx', 'components-are-below-app'],
  ['components/thread/canary-2.ts', '#lib/review/thread/threads.server.ts', 'server-files-are-for-servers'],
  ['lib/review/canary-3.ts', './thread/threads.server.ts', 'server-files-are-for-servers'],
  ['app/canary-1.ts', '../lib/db.server.ts', 'one-door-to-the-database'],
  ['cli/canary-1.ts', '../lib/db.server.ts', 'one-door-to-the-database'],
  ['lib/review/canary-4.server.ts', '../../prisma/generated/client.ts', 'one-prisma-client'],
  ['lib/mail/canary-2.ts', './nowhere.ts', 'no-missing-import'],
]
const TYPE_ONLY = 'components/thread/canary-3.ts'

function violations() {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
      'app',
      'cli',
      'components',
      'lib',
      'proxy.ts',
      '--output-type',
      'json',
    ],
    { cwd: ROOT, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
  )
  try {
    const { summary } = JSON.parse(stdout)
    return { found: summary.violations, modules: summary.totalCruised }
  } catch {
    console.error(stdout.slice(0, 2000), stderr)
    console.error('dependency-cruiser did not answer')
    process.exit(1)
  }
}

const planted = [TYPE_ONLY, ...CANARIES.map(([file]) => file)].map((file) => join(ROOT, file))
let result
try {
  for (const [file, target] of CANARIES) {
    if (!existsSync(dirname(join(ROOT, file)))) throw new Error(`the canary ${file} has no folder`)
    writeFileSync(join(ROOT, file), `import * as target from '${target}'\nexport const canary = target\n`)
  }
  writeFileSync(
    join(ROOT, TYPE_ONLY),
    "import type { Place } from '#lib/review/thread/threads.server.ts'\nexport type Canary = Place\n",
  )
  result = violations()
} finally {
  for (const file of planted) rmSync(file, { force: true })
}

let failed = false
const fail = (message) => {
  failed = true
  console.error(message)
}
for (const [file, target, rule] of CANARIES) {
  const caught = result.found.some((violation) => violation.from === file && violation.rule.name === rule)
  if (!caught) fail(`The rule ${rule} did not catch ${file} importing ${target}.`)
}
const isCanary = (file) => /(^|\/)canary-\d/.test(file)
if (result.found.some(({ from }) => from === TYPE_ONLY))
  fail('A type-only import of a .server.ts was refused.')
for (const { from, to, rule, cycle } of result.found.filter((violation) => !isCanary(violation.from))) {
  if (cycle?.some(({ name }) => isCanary(name))) continue
  fail(`${rule.name}: ${from} → ${cycle ? cycle.map(({ name }) => name).join(' → ') : to}`)
}
if (failed) process.exit(1)
console.log(`layers: ${result.modules} modules, no violation; ${CANARIES.length} canaries caught`)
