import { randomUUID } from 'node:crypto'
import { headers } from 'next/headers'
import { after } from 'next/server'
import { dropHtml, holdHtml } from '#components/ui/held-html.ts'
import type { Html } from '#components/ui/html.ts'

/** What `StillHtml` needs to find its piece. */
export type StillPiece = { readonly request: string; readonly piece: string; readonly html?: string }

/**
 * A place for the HTML of this response that React leaves alone. A browser that loads a document gets it in the
 * document alone; one that moves within the site asks for React's data, and gets it in there.
 */
export async function stillPieces(): Promise<(name: string, html: Html) => StillPiece> {
  const isDocument = (await headers()).get('accept')?.includes('text/html') ?? false
  const request = randomUUID()
  if (!isDocument) return (piece, { text }) => ({ request, piece, html: text })
  const pieces = new Map<string, string>()
  holdHtml(request, pieces)
  after(() => dropHtml(request))
  return (piece, { text }) => {
    pieces.set(piece, text)
    return { request, piece }
  }
}
