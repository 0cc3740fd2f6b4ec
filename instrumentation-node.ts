/**
 * The launcher holds the other end of an IPC channel. When it is gone, even by `kill -9`, the channel closes and the
 * app ends too, rather than keep the port from the next start.
 */
export function endWithLauncher(): void {
  if (!process.channel) return
  process.once('disconnect', () => process.exit(0))
  // The channel must not keep a process alive that has nothing else to do (the build loads this file as well).
  process.channel.unref()
}
