import { cookies } from 'next/headers'
import { answerPage } from '#components/thread/answer-page.ts'
import { type Html, html } from '#components/ui/html.ts'
import type { FormRefusal } from './posted-form.ts'

/** What the addresses that forms post to have in common. They outlive a build, so that a form that is open is not lost. */

/** A script asks for what changed; a browser without one for a page. */
export const isScript = (request: Request): boolean =>
  (request.headers.get('accept') ?? '').includes('application/json')

/** After a form: the browser asks for that page, and a reload of it sends nothing again. */
export const seeOther = (location: string): Response =>
  new Response(null, { status: 303, headers: { location } })

export const REFUSED_STATUS = { elsewhere: 403, 'too-large': 413, damaged: 400 } as const satisfies Record<
  FormRefusal,
  number
>

/** The number of a version, of a file's or a comment's, as a form of ours has it; 0: it is none. */
export const formNumber = (text: string): number => (/^[1-9]\d{0,8}$/.test(text) ? Number(text) : 0)

/** What was in a form that is refused, to be copied. */
export const wordsAgain = (typed: string): Html =>
  typed === ''
    ? html``
    : html`<label for="typed">What was in it</label><textarea id="typed" readonly>${`\n${typed}`}</textarea>`

/** A page of plain HTML, in the theme of who sent the form. */
export async function formPage(status: number, title: string, content: Html): Promise<Response> {
  const theme = (await cookies()).get('theme')?.value
  const known = theme === 'light' || theme === 'dark' ? theme : undefined
  return new Response(answerPage(title, content, known), {
    status,
    // Kept by the browser that asked, or Back would find its form without the words.
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'private, no-cache' },
  })
}
