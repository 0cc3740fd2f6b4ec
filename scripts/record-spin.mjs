/** `npm run record:spin`: asks the installed spin and lbt again what the tests compare us with. */
import { runOracle } from './bundle-oracle.mjs'

await runOracle('record')
