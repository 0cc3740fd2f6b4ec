import { UnreadableRevision } from '#lib/review/revision/revisions.server.ts'

const PLACES_SHOWN = 20

/**
 * What the page of such a revision says, as plain text, in place of a file that cannot be made of it; every failure that is
 * another one goes on. With 200 as the page: the address is right, and the program is not broken.
 */
export async function orUnreadableText(slug: string, response: Promise<Response>): Promise<Response> {
  try {
    return await response
  } catch (error) {
    if (!(error instanceof UnreadableRevision)) throw error
    const places = error.places.slice(0, PLACES_SHOWN).map((place) => `  ${place}\n`)
    return new Response(
      `This revision of ${slug} cannot be shown: what was stored of it when it was published cannot be read.\n` +
        `Its files and its threads are there.\n\n${places.join('')}`,
      { headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'private, no-cache' } },
    )
  }
}
