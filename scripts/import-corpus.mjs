/**
 * `npm run import-corpus`: bundles cli/import-corpus.ts (Node 20 does not run TypeScript) beside the `coherent`
 * command and runs it with the same arguments, in the caller's folder.
 */
import { importTypeScript } from './bundle.mjs'

// npm runs scripts in the package's folder and keeps the caller's here.
process.chdir(process.env.INIT_CWD ?? process.cwd())
await importTypeScript('cli/import-corpus.ts', 'import-corpus')
