/**
 * Who may import whom, beyond what the ladders say: the rules of dependency-cruiser. Each has a canary in
 * canaries.mjs, an import that it must refuse.
 */
const { LADDERS, roomsOf, pathsOf, closedTo } = require('./ladders.cjs')

const SERVER = '\\.server\\.ts$'
const SAMPLES = '/samples/'
const TEST = '(\\.test\\.tsx?$|^e2e/)'
const SHELL = '^lib/[a-z]+/shell/'
const LEAF = '^lib/(promela|mail|anchor|request)/'

// Where packages are is not asked: a checkout may have them behind a link.
const PACKAGES = '(^|/)node_modules/'
// Values in, values out: no clock, no DOM, no files.
const PURE_PACKAGES = `${PACKAGES}(string-width|emoji-regex|get-east-asian-width|strip-ansi|ansi-regex|diff|node-diff3)/`

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

/**
 * A rule that does not hold for tests. A test of a phase or of a reduction runs its room through what stands above it,
 * a test of rows looks at rows, and one of a process bundles it with the scripts: that is what tests are for. What holds
 * for them all the same: no leaf is tested with the review, no cycle, no import of nothing.
 */
const forbidCode = (name, comment, from, to) =>
  forbid(name, comment, { ...from, pathNot: [from.pathNot ?? [], TEST].flat() }, to)

/** One rule a room; all rules of a folder have one name, so that a message says which ladder was climbed. */
const ladderRules = Object.keys(LADDERS).flatMap((folder) =>
  roomsOf(folder).flatMap((room) => {
    const closed = closedTo(folder, room)
    if (closed.length === 0) return []
    return [
      forbidCode(
        ladderRule(folder),
        `A room imports only rooms on rungs below it (scripts/layers/ladders.cjs): ${room.name} knows nothing above it.`,
        { path: pathsOf(folder, room.name), pathNot: SAMPLES },
        { path: closed.map((other) => pathsOf(folder, other.name)), pathNot: SAMPLES },
      ),
    ]
  }),
)

function ladderRule(folder) {
  return `ladder-of-${folder === '' ? 'the-tree' : folder.replaceAll('/', '-')}`
}

const rules = [
  ...ladderRules,
  forbid(
    'a-leaf-is-tested-alone',
    'A test of what runs anywhere does not need the review, nor what people see.',
    { path: '^lib/(promela|mail|anchor|request|simulation|writeup)/.*\\.test\\.tsx?$' },
    { path: '^(lib/review|components|app|cli)/' },
  ),
  forbidCode(
    'leaf-imports-only-itself',
    'lib/promela, lib/mail, lib/anchor and lib/request run anywhere and know nobody; their shell/ is the impure rim.',
    { path: LEAF, pathNot: SHELL },
    { pathNot: ['^lib/$1/', '^lib/(result|figures)\\.ts$', PURE_PACKAGES] },
  ),
  forbidCode(
    'simulation-is-values',
    'lib/simulation takes and returns values; what shows them is in components, what runs them in a shell.',
    { path: '^lib/simulation/' },
    { pathNot: ['^lib/(simulation|promela)/', '^lib/(result|figures)\\.ts$', PURE_PACKAGES] },
  ),
  forbidCode(
    'shells-are-outside',
    'What is pure never runs a shell; it may know the shape of its messages.',
    { path: '^lib/(simulation|writeup|review)/', pathNot: [SERVER, SAMPLES] },
    { path: SHELL, dependencyTypesNot: ['type-only'] },
  ),
  forbidCode(
    'ltl-knows-no-promela',
    'Temporal logic is about propositions, whatever they stand for.',
    { path: '^lib/promela/ltl/' },
    { path: '^lib/promela/(?!ltl/)' },
  ),
  forbidCode(
    'what-runs-sees-no-syntax',
    'What reduces, steps, searches, traces or emits sees the lowered program, never the text that it came from.',
    { path: '^lib/promela/(reduce|machine|search|trace|emit)/' },
    { path: '^lib/promela/([1-3]-|4-lower/(?!program\\.ts$)|compile\\.ts$)' },
  ),
  forbidCode(
    'ui-knows-no-proposals',
    'components/ui could stand in any product.',
    { path: '^components/ui/' },
    { path: '^lib/(?!result\\.ts$)' },
  ),
  forbidCode(
    'samples-are-for-tests',
    'What lies in a samples/ folder is read by tests only.',
    { pathNot: [SAMPLES, '^lib/[a-z]+/shell/oracle/'] },
    { path: SAMPLES },
  ),
  forbidCode(
    'lib-knows-no-react',
    'lib runs without a page.',
    { path: '^lib/' },
    { path: `${PACKAGES}(react|react-dom|next)/` },
  ),
  forbidCode(
    'commands-are-called-not-imported',
    'cli and scripts are started; what others need of them belongs in lib.',
    { path: '^app/' },
    { path: '^(cli|scripts)/' },
  ),
  forbidCode(
    'server-files-are-for-servers',
    'Only app, cli, scripts and other .server.ts files run .server.ts code.',
    { path: '^(lib|components)/', pathNot: SERVER },
    { path: SERVER, dependencyTypesNot: ['type-only'] },
  ),
  forbidCode(
    'one-door-to-the-database',
    'Data access lives in lib/**/*.server.ts, with its permission.',
    { pathNot: `^lib/.*${SERVER}` },
    { path: '^lib/db\\.server\\.ts$' },
  ),
  forbidCode(
    'one-prisma-client',
    'Only lib/db.server.ts constructs the client.',
    { pathNot: ['^lib/db\\.server\\.ts$', '^prisma/generated/'] },
    { path: '^prisma/generated/', dependencyTypesNot: ['type-only'] },
  ),
  forbid(
    'no-cycles',
    'A cycle means a missing module.',
    { pathNot: '^prisma/generated/' },
    { circular: true },
  ),
  // hast and mdast are packages of types only.
  forbid(
    'no-missing-import',
    'An import that does not resolve.',
    {},
    { couldNotResolve: true, pathNot: '^(hast|mdast)$' },
  ),
]

module.exports = { rules, ladderRule }
