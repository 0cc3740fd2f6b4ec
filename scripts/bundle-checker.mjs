/**
 * Bundles the checker's Web Worker to public/checker-worker.js: one file at an address of its own, so that its
 * response, and no other, can allow WebAssembly (proxy.ts). Next would put it among the chunks of the pages.
 */
import { bundleForBrowser } from './bundle.mjs'

await bundleForBrowser('lib/promela/shell/worker.ts', 'public/checker-worker.js')
