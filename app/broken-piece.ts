import type { Broken } from '#components/ui/broken.ts'
import { log } from '#lib/log.server.ts'

export const brokenPiece: Broken = (piece, error) =>
  log.error('a piece of a page cannot be shown', { piece, error })
