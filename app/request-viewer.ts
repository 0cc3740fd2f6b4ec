import { headers } from 'next/headers'
import { cache } from 'react'
import { env } from '#lib/env.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { viewerFrom } from '#lib/review/person/viewer.server.ts'

/**
 * Who sends the request that is being answered. A page and its layout both ask, and `cache` lets the database answer
 * once for the whole rendering. It stands in `app/` because it knows what a request is; `lib` takes the viewer.
 */
export const requestViewer: () => Promise<Viewer> = cache(async () =>
  // A preview has no accounts, and a browser brings the cookie of another app on this machine.
  env.previewFolder === null ? viewerFrom(await headers()) : null,
)
