/** Runs the `coherent` command, and ends when all that it wrote has been taken. */
import { coherent, explain } from './coherent.ts'
import { exitCode } from './exit-code.ts'

const args = process.argv.slice(2)

/** All that was written has been taken by the system: a pipe that is read slowly holds 64 KB. */
const flushed = (stream: NodeJS.WriteStream) => new Promise<void>((done) => stream.write('', () => done()))

let isEnding = false
async function end(code: number): Promise<void> {
  if (isEnding) return
  isEnding = true
  process.exitCode = code
  await Promise.all([flushed(process.stdout), flushed(process.stderr)])
  // Sockets of the database pool would keep the process alive.
  process.exit()
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `coherent export … | head`: nobody reads any more, and nobody would read a complaint.
  if (error.code === 'EPIPE') process.exit(exitCode.NOT_DONE)
  throw error
})
process.on('uncaughtException', (error) => void explain(error, args[0] ?? '').then(end))

coherent(args)
  .catch((error: unknown) => explain(error, args[0] ?? ''))
  .then(end)
