/** Mails out of files: a mailbox, one mail, a folder of them, a Maildir, or what comes on standard input. */
import { createReadStream } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MAX_MAIL_BYTES } from '#lib/mail/import/read/limits.ts'
import { isMailbox, splitMbox } from './split-mbox.ts'

/** `-` is standard input. Files of a folder come in the order of their names; whatever begins with a dot is passed over. */
export async function* mailsOf(path: string): AsyncGenerator<Uint8Array> {
  if (path === '-') {
    yield* mailsOfStream(process.stdin)
    return
  }
  if ((await stat(path)).isDirectory()) {
    for (const file of await filesOf(path)) yield* mailsOfFile(file)
  } else yield* mailsOfFile(path)
}

/** Below a Maildir the mails are in `cur` and `new`; `tmp` has what is not there yet. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))
  const files: string[] = []
  for (const entry of entries) {
    if (entry.name.startsWith('.') || entry.name === 'tmp') continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) files.push(...(await filesOf(path)))
    else if (entry.isFile() && isMailFile(folder, entry.name)) files.push(path)
  }
  return files
}

const isMailFile = (folder: string, name: string) =>
  /\.(?:eml|mbox|mail|txt)$/i.test(name) || /(?:^|\/)(?:cur|new)$/.test(folder)

async function* mailsOfFile(path: string): AsyncGenerator<Uint8Array> {
  const handle = await open(path)
  const { buffer, bytesRead } = await handle.read(new Uint8Array(1000), 0, 1000, 0)
  await handle.close()
  if (isMailbox(buffer.subarray(0, bytesRead))) yield* splitMbox(createReadStream(path))
  else yield await whole(createReadStream(path))
}

/** The first chunk tells a mailbox from a mail. */
export async function* mailsOfStream(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = stream[Symbol.asyncIterator]()
  const first = await chunks.next()
  if (first.done) return
  async function* again(): AsyncGenerator<Uint8Array> {
    yield first.value
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value
  }
  if (isMailbox(first.value)) yield* splitMbox(again())
  else yield await whole(again())
}

/** No more than what shows that it is too large. */
async function whole(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    chunks.push(chunk)
    length += chunk.length
    if (length > MAX_MAIL_BYTES) break
  }
  return new Uint8Array(Buffer.concat(chunks)).subarray(0, MAX_MAIL_BYTES + 1)
}
