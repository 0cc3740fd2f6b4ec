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
  }
  return new Uint8Array(Buffer.concat(chunks))
}
