/** `npm run record:spin`: asks the installed spin and lbt again what the tests compare us with. */
import { importOracle } from './bundle-oracle.mjs'

const { record } = await importOracle('record')
process.exitCode = await record()
