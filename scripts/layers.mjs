/**
 * `npm run layers`: who may import whom (layers/rules.cjs, from layers/ladders.cjs), that no clock and no random is in
 * what is pure (layers/clocks.mjs), and for both that what must be refused is refused.
 *
 * A rule whose canary is not reported fails the script: dependency-cruiser with a compiler that it cannot use checks
 * nothing and reports success. For the same reason every file of the tree must be among those that it read.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ALLOWED, ladderCanaries, PLANTED, plantCanaries, TYPE_ONLY } from './layers/canaries.mjs'
import { clocksIn, missedClocks, pureFiles } from './layers/clocks.mjs'
import { ROOT } from './steps.mjs'

const { LADDERS, roomsOf, pathsOf } = createRequire(import.meta.url)('./layers/ladders.cjs')

const FOLDERS = ['app', 'cli', 'components', 'content', 'e2e', 'lib', 'prisma', 'scripts']

let failed = false
function fail(message) {
  failed = true
  console.error(message)
}

/** What dependency-cruiser says of the modules below `root`. */
function cruise(root, paths) {
  const program = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
  const { stdout, stderr } = spawnSync(process.execPath, [program, ...paths, '--output-type', 'json'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  })
  try {
    const { modules, summary } = JSON.parse(stdout)
    return { modules: new Set(modules.map(({ source }) => source)), violations: summary.violations }
  } catch {
    console.error(stdout.slice(0, 2000), stderr)
    console.error('dependency-cruiser did not answer')
    process.exit(1)
  }
}

const isCode = (file) => /\.(ts|tsx|mjs|cjs)$/.test(file) && !file.endsWith('.d.ts')

function codeFiles() {
  const inFolders = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true }).map((file) => `${folder}/${file}`),
  )
  const atRoot = readdirSync(ROOT)
  return [...inFolders, ...atRoot].filter((file) => isCode(file) && !file.startsWith('prisma/generated/'))
}

function checkTree() {
  const files = codeFiles()
  const atRoot = files.filter((file) => !file.includes('/'))
  const { modules, violations } = cruise(ROOT, [...FOLDERS, ...atRoot])
  for (const { from, to, rule, cycle } of violations) {
    fail(`${rule.name}: ${from} → ${cycle ? cycle.map(({ name }) => name).join(' → ') : to}`)
  }
  for (const file of files) {
    if (!modules.has(file)) fail(`dependency-cruiser did not read ${file}.`)
  }
  checkRooms(files)
  return modules.size
}

/** A file outside every room would be under no rule. Tests at a ladder's foot and samples are on no rung. */
function checkRooms(files) {
  const paths = (folder) => roomsOf(folder).map((room) => new RegExp(pathsOf(folder, room.name)))
  for (const folder of Object.keys(LADDERS)) {
    const rooms = paths(folder)
    const inFolder = files.filter((file) => folder === '' || file.startsWith(`${folder}/`))
    for (const file of inFolder) {
      if (/\/samples\/|\.test\.tsx?$/.test(file) || rooms.some((room) => room.test(file))) continue
      fail(`${file} is in no room of the ladder of ${folder || 'the tree'} (scripts/layers/ladders.cjs).`)
    }
  }
}

/** How many imports were refused as they must be. */
function checkCanaries() {
  const folder = mkdtempSync(join(tmpdir(), 'coherent-layers-'))
  try {
    const { violations } = cruise(folder, plantCanaries(folder, ROOT))
    const said = new Set(violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`))
    const caught = (from, to, rule) => said.has(`${rule}: ${from} → ${to}`)
    let refused = 0
    for (const [from, to, rule] of PLANTED) {
      const isOf = (violation) =>
        violation.from === from || violation.cycle?.some(({ name }) => name === from)
      if (violations.some((violation) => isOf(violation) && violation.rule.name === rule)) refused++
      else fail(`The rule ${rule} did not catch ${from} importing ${to}.`)
    }
    for (const [from, to] of [...ALLOWED, TYPE_ONLY]) {
      const rules = violations.filter((violation) => violation.from === from).map(({ rule }) => rule.name)
      if (rules.length > 0) fail(`${rules.join(', ')} refused ${from} importing ${to}, which is right.`)
    }
    for (const { from, imports, rule } of ladderCanaries()) {
      for (const { to, refused: mustBe } of imports) {
        if (mustBe) refused++
        if (caught(from, to, rule) === mustBe) continue
        fail(mustBe ? `${rule} did not catch ${from} importing ${to}.` : `${rule} refused ${from} → ${to}.`)
      }
    }
    return refused
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const modules = checkTree()
const refused = checkCanaries()
const pure = pureFiles(codeFiles())
for (const { file, line, what } of pure.flatMap((path) => clocksIn(ROOT, path))) {
  fail(`no-clock-in-what-is-pure: ${file}:${line} ${what}; pass the time, number or id in.`)
}
for (const missed of missedClocks()) fail(`no-clock-in-what-is-pure did not judge this as it must: ${missed}`)
if (failed) process.exit(1)
console.log(
  `layers: ${modules} modules, ${pure.length} of them without clock and random; ${refused} planted imports refused`,
)
