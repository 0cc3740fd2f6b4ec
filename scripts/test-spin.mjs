/** `npm run test:spin`: the checker beside the installed spin, as a table. */
import { runOracle } from './bundle-oracle.mjs'

await runOracle('test-spin')
