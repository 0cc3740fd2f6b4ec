// Who may import whom. The picture is in ARCHITECTURE.md; scripts/layers.mjs plants a violation of each rule and
// proves that it is caught, because a checker that reads nothing also finds nothing.
const LEAF = '^lib/(promela|mail|anchor)/'
const SERVER = '\\.server\\.ts$'

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

// Pure packages: values in, values out, no clock, no DOM, no files.
const PURE_PACKAGES = '^node_modules/(string-width|emoji-regex|get-east-asian-width|strip-ansi|ansi-regex)/'

const phase = (from, later) =>
  forbid(
    'phases-go-forward',
    'A compiler phase uses earlier phases only.',
    { path: `^lib/promela/${from}` },
    { path: `^lib/promela/(${later})` },
  )

module.exports = {
  forbidden: [
    forbid(
      'leaf-imports-only-itself',
      'lib/promela, lib/mail and lib/anchor run anywhere and know nobody; their shell/ is the impure rim.',
      { path: LEAF, pathNot: '^lib/[a-z]+/shell/' },
      { pathNot: ['^lib/$1/', '^lib/result\\.ts$', PURE_PACKAGES] },
    ),
    forbid(
      'shells-are-outside',
      'The pure part of a leaf never reaches into its shell.',
      { path: LEAF, pathNot: '^lib/[a-z]+/shell/' },
      { path: '^lib/[a-z]+/shell/', dependencyTypesNot: ['type-only'] },
    ),
    phase('1-parse/', '[2-9]-|ltl/|machine/|search/|shell/|compile'),
    phase('2-bind/', '[3-9]-|machine/|search/|shell/|compile'),
    phase('3-check/', '[4-9]-|machine/|search/|shell/|compile'),
    forbid(
      'explorer-sees-only-the-program',
      'The explorer never sees syntax.',
      { path: '^lib/promela/(machine|search|trace)/' },
      { path: '^lib/promela/([1-3]-|4-lower/lower|shell/|compile)' },
    ),
    forbid(
      'lib-is-below-the-ui',
      'lib never imports app, components or React.',
      { path: '^lib/' },
      { path: '^(app|components)/|^node_modules/(react|react-dom|next)/' },
    ),
    forbid(
      'components-are-below-app',
      'Components get actions as props; they never import a route.',
      { path: '^components/' },
      { path: '^(app|cli)/' },
    ),
    forbid(
      'server-files-are-for-servers',
      'Only app, cli and other .server.ts files run .server.ts code.',
      { path: '^(lib|components)/', pathNot: SERVER },
      { path: SERVER, dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'one-door-to-the-database',
      'Data access lives in lib/**/*.server.ts, with its permission.',
      { pathNot: `^lib/.*${SERVER}` },
      { path: '^lib/db\\.server\\.ts$' },
    ),
    forbid(
      'one-prisma-client',
      'Only lib/db.server.ts constructs the client.',
      { path: '^(app|components|lib|cli)/', pathNot: '^lib/db\\.server\\.ts$' },
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
  ],
  options: {
    doNotFollow: { path: 'node_modules|^prisma/generated' },
    exclude: { path: '(\\.test\\.tsx?$|^e2e/|^\\.next/)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.css'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
