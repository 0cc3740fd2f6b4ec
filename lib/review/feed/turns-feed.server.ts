import 'server-only'
import { env } from '#lib/env.server.ts'
import { momentOf } from '#lib/review/event/moment.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { site } from '#lib/review/proposal/address.ts'
import { ownTurns } from '#lib/review/turn/read-turns.server.ts'
import { atomOf } from './atom.ts'

/** As a reader of feeds shows them at once. */
const ENTRIES = 50

/** What waits for the viewer, the newest first; what they put off comes when that is over. Null: nobody is signed in. */
export async function turnsFeed(viewer: Viewer, now: Date): Promise<string | null> {
  if (!viewer) return null
  const turns = (await ownTurns(viewer, now)).filter(({ snoozedUntil }) => snoozedUntil === null)
  const newest = [...turns].sort((a, b) => b.since.getTime() - a.since.getTime()).slice(0, ENTRIES)
  return atomOf({
    title: `My turn: ${viewer.name}`,
    selfUrl: `${env.publicUrl}${site.ownTurnsAsFeed()}`,
    url: `${env.publicUrl}${site.home()}`,
    entries: newest.map(({ href, title, words, since, slug }) => {
      const at = momentOf(since)
      return {
        // The same thread may wait for the same person again later: that is another entry.
        url: `${env.publicUrl}${href === '' ? site.proposal(slug) : href}`,
        id: `${env.publicUrl}${href === '' ? site.proposal(slug) : href}?since=${at}`,
        title: `${title}: ${words}`,
        author: 'Coherent',
        at,
        text: words,
      }
    }),
  })
}
