import { notNowText } from '#app/not-now.tsx'
import { packedAnswer, textAnswer } from '#app/text-answer.ts'
import { giveWay } from '#lib/aside/give-way.server.ts'
import { NotNow } from '#lib/aside/not-now.ts'

/** Of a file that is held to be compared with what the reader has; a longer one leaves while it is made. */
const HELD_BYTES = 4_000_000

/**
 * A file in pieces. A short one is held until it is whole: a reader who has it already is told so. Of a longer one the pieces
 * are made while they are taken: nothing is read from the database before the reader took what came before. The first piece is
 * waited for, because without one there is no such file.
 *
 * @param missing what is answered then
 */
export async function fileAnswer(
  request: Request,
  pieces: AsyncGenerator<Uint8Array>,
  headers: Readonly<Record<string, string>>,
  missing: () => Response,
): Promise<Response> {
  let first: IteratorResult<Uint8Array>
  try {
    first = await pieces.next()
  } catch (error) {
    if (!(error instanceof NotNow)) throw error
    return notNowText()
  }
  if (first.done) return missing()
  const held = [first.value]
  let bytes = first.value.length
  while (bytes <= HELD_BYTES) {
    await giveWay()
    const { done, value } = await pieces.next()
    if (done) return textAnswer(request, Buffer.concat(held), headers)
    held.push(value)
    bytes += value.length
  }
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = held.shift()
      if (next) return controller.enqueue(next)
      await giveWay()
      const { done, value } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await pieces.return(undefined)
    },
  })
  return packedAnswer(request, body, headers)
}
