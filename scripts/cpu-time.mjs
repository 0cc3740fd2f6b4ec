/**
 * Milliseconds of processor that this process has had. What a limit in a test means is work, and the clock runs on while
 * others have the processor.
 */
export function cpuMs() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
