/** Bundles the program of the process that works aside of the app to dist/helper.mjs (lib/review/heavy). */
import { bundleForNode } from './bundle.mjs'

await bundleForNode('lib/review/heavy/serve-jobs.server.ts', 'helper')
