import 'server-only'
import { serve } from '#lib/aside/serve.server.ts'
import { logWarnings } from '#lib/log.server.ts'
import { CALLS, packError, STREAMS } from './jobs.server.ts'

/** The program of the helper process; bundled to `dist/helper.mjs` (scripts/bundle-helper.mjs). */
logWarnings()
serve({ calls: CALLS, streams: STREAMS, pack: packError })
