/** `npm run test:spin`: bundles the comparison with the real spin (Node 20 does not run TypeScript) and runs it. */
import { importTypeScript } from './bundle.mjs'
import { readEnvironment } from './environment.mjs'

const { RANDOM_MODELS = 60, RANDOM_SEED = 1 } = await readEnvironment()
const folder = 'lib/promela/shell/oracle'
// The samples lie beside the source, not beside the bundle.
const { testSpin } = await importTypeScript(`${folder}/test-spin.ts`, 'test-spin', { dirname: folder })
process.exitCode = await testSpin(RANDOM_MODELS, RANDOM_SEED)
