import type { Instrumentation } from 'next'

/** Next runs this once when a server process starts; what needs Node is in a file that its edge build never sees. */
export async function register() {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { endWithLauncher, isBuilding, logInsteadOfConsole, requireEnvironment, watchRequests } =
    await import('./instrumentation-node.ts')
  endWithLauncher()
  // The build loads this file as well, and has neither database nor mail.
  if (isBuilding()) return
  const { env } = await import('#lib/env.server.ts')
  // The preview of a folder has neither database nor mail, and nothing to do beside its page.
  if (env.previewFolder !== null) return
  await requireEnvironment()
  watchRequests()
  const { logWarnings } = await import('#lib/log.server.ts')
  const { watchDatabase } = await import('#lib/database-state.server.ts')
  watchDatabase()
  // In development the console is where the error is looked for.
  if (process.env.NODE_ENV === 'production') {
    logInsteadOfConsole()
    logWarnings()
  }
  const { heavy, startHelper } = await import('#lib/review/heavy/heavy.server.ts')
  // In development the program is compiled anew with each change, and what it asks for is done in place.
  if (process.env.NODE_ENV === 'production') startHelper()
  const { receiveMail } = await import('#lib/review/incoming/receive.server.ts')
  await receiveMail(heavy)
  const { startMail } = await import('#lib/review/outgoing/start-mail.server.ts')
  startMail(heavy)
  const { watchTime } = await import('#lib/review/acts/watch-time.server.ts')
  watchTime()
}

export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { logRequestError } = await import('./instrumentation-node.ts')
  logRequestError(error, request, context)
}
