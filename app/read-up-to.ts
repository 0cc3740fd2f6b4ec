import { giveWay } from '#lib/aside/give-way.server.ts'

/** Bytes of a body that are read in one go; most forms are shorter. */
const AT_ONCE = 128 * 1024

/** The body of a request, counted as it comes: nothing that is sent decides how much is kept. Null: there is more. */
export async function readUpTo({ body }: Request, limit: number): Promise<Uint8Array<ArrayBuffer> | null> {
  if (!body) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = body.getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.length
    if (length > limit) {
      await reader.cancel()
      return null
    }
    chunks.push(next.value)
    if (length > AT_ONCE && length % AT_ONCE < next.value.length) await giveWay()
  }
  return new Uint8Array(Buffer.concat(chunks))
}
