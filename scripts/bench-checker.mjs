/**
 * `npm run bench:checker -- [--cpu] [--runs N] [--only a,b] [--quick]`: the checker's engines beside pan, the verifier
 * that spin makes. The measuring is in bench-checker.ts; Node 20 does not run TypeScript, so it is bundled first.
 */
import { join } from 'node:path'
import { importTypeScript } from './bundle.mjs'

const { benchChecker } = await importTypeScript('scripts/bench-checker.ts', 'bench-checker')
process.exitCode = await benchChecker(process.argv.slice(2), join(import.meta.dirname, '..'))
