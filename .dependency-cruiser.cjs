// Who may import whom. The rooms are in scripts/layers/ladders.cjs, the rules in scripts/layers/rules.cjs, the picture
// in ARCHITECTURE.md; scripts/layers.mjs plants imports that must be refused, because a checker that reads nothing
// also finds nothing.
const { rules } = require('./scripts/layers/rules.cjs')

module.exports = {
  forbidden: rules,
  options: {
    doNotFollow: { path: 'node_modules|^prisma/generated' },
    exclude: { path: '^\\.next/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.css'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
