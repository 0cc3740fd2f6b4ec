/** `npm run test:spin`: bundles the comparison with the real spin (Node 20 does not run TypeScript) and runs it. */
import { importTypeScript } from './bundle.mjs'

const folder = 'lib/promela/shell/oracle'
// The samples lie beside the source, not beside the bundle.
await importTypeScript(`${folder}/test-spin.ts`, 'test-spin', { dirname: folder })
