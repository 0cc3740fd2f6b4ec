/** Bundles bench/carry.ts (Node 20 does not run TypeScript), which says what it measures, and runs it. */
import { importTypeScript } from '../scripts/bundle.mjs'

await importTypeScript('bench/carry.ts', 'bench-carry')
