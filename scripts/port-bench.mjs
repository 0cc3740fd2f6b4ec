/**
 * `npm run --silent port-bench -- PAIRS.json`: bundles cli/port-bench.ts (Node 20 does not run TypeScript) and runs it with the
 * same arguments, in the caller's folder.
 */
import { importTypeScript } from './bundle.mjs'
import { readEnvironment } from './environment.mjs'

// npm runs scripts in the package's folder and keeps the caller's here.
const { INIT_CWD } = await readEnvironment()
if (INIT_CWD) process.chdir(INIT_CWD)
await importTypeScript('cli/port-bench.ts', 'port-bench')
