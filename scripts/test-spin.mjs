/** `npm run test:spin`: the checker beside the installed spin, as a table. */
import { importOracle } from './bundle-oracle.mjs'
import { readEnvironment } from './environment.mjs'
import { reportFailure } from './steps.mjs'

try {
  const { RANDOM_MODELS = 60, RANDOM_SEED = 1 } = await readEnvironment()
  const { testSpin } = await importOracle('test-spin')
  process.exitCode = await testSpin(RANDOM_MODELS, RANDOM_SEED)
} catch (error) {
  process.exitCode = reportFailure(error)
}
