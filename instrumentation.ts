/**
 * Runs once when the app's process starts. The launcher holds the other end of an IPC channel; when it is gone,
 * even by `kill -9`, the channel closes and the app ends too, rather than keep the port from the next start.
 */
export function register() {
  if (process.env.NEXT_RUNTIME !== 'nodejs' || !process.channel) return
  process.once('disconnect', () => process.exit(0))
  // The channel must not keep a process alive that has nothing else to do (the build loads this file as well).
  process.channel.unref()
}
