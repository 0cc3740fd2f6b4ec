import type { Instrumentation } from 'next'

/** Next runs this once when a server process starts; what needs Node is in a file that its edge build never sees. */
export async function register() {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { endWithLauncher, isBuilding, logInsteadOfConsole, numberRequests, requireEnvironment } =
    await import('./instrumentation-node.ts')
  endWithLauncher()
  // The build loads this file as well, and has neither database nor mail.
  if (isBuilding()) return
  await requireEnvironment()
  numberRequests()
  // In development the console is where the error is looked for.
  if (process.env.NODE_ENV === 'production') logInsteadOfConsole()
  const { receiveMail } = await import('#lib/review/incoming/receive.server.ts')
  await receiveMail()
  const { startMail } = await import('#lib/review/outgoing/start-mail.server.ts')
  startMail()
}

export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { logRequestError } = await import('./instrumentation-node.ts')
  logRequestError(error, request, context)
}
