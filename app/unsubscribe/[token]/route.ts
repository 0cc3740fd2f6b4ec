import { formFromAnywhere } from '#app/posted-form.ts'
import { answerPage } from '#components/thread/answer-page.ts'
import { type Html, html } from '#components/ui/html.ts'
import { ONE_CLICK_LIMIT } from '#lib/request/body-limit.ts'
import { endByLink, type MailOfLink, mailOfLink } from '#lib/review/outbox/digest-setting.server.ts'
import { site } from '#lib/review/proposal/address.ts'

type Params = { params: Promise<{ token: string }> }

/** The one field that a mail program sends (RFC 8058, 3.1), and our own button as well. */
const FIELD = 'List-Unsubscribe'
const VALUE = 'One-Click'

/** Opening the link changes nothing: programs that look at mail follow links. */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  const { token } = await params
  const mail = await mailOfLink(token)
  if (!mail) return notOurs(request)
  if (!mail.isWanted) return ended(request, mail)
  return page(
    request,
    200,
    'No more mail?',
    html`<p>You get mail about ${nameOf(mail)}: new comments once a day, and what waits for you.</p>
      <form method="post"><input type="hidden" name="${FIELD}" value="${VALUE}"><button>No more of it</button></form>
      ${others(mail)}`,
  )
}

/** By the button, or by a mail program for its reader: from wherever, as whoever. No redirect (RFC 8058, 3.1). */
export async function POST(request: Request, { params }: Params): Promise<Response> {
  const { token } = await params
  const form = await formFromAnywhere(request, ONE_CLICK_LIMIT)
  if (form?.get(FIELD) !== VALUE)
    return page(
      request,
      400,
      'This changed nothing',
      html`<p role="alert">The form did not arrive whole.</p><p><a href="${site.endOfMail(token)}">Open the link again</a>, and press the button there.</p>`,
    )
  const mail = await endByLink(token)
  return mail ? ended(request, mail) : notOurs(request)
}

const nameOf = ({ slug }: MailOfLink): Html =>
  slug === null ? html`a proposal` : html`<a href="${site.proposal(slug)}">${slug}</a>`

const others = ({ slug }: MailOfLink): Html =>
  html`<p>${slug !== null && html`<a href="${site.digest(slug)}">Some quiet, or mail again</a> · `}<a href="${site.account()}#mail">All mail that you get</a> (signed in)</p>`

const ended = (request: Request, mail: MailOfLink) =>
  page(
    request,
    200,
    'No more mail',
    html`<p role="status">You get no mail about ${nameOf(mail)} any more.</p>${others(mail)}`,
  )

const notOurs = (request: Request) =>
  page(
    request,
    404,
    'This link ends nothing',
    html`<p role="alert">It was not made here, or was cut on its way. Copy it whole from the mail.</p><p>Signed in, you end mail at <a href="${site.account()}#mail">My account</a>.</p>`,
  )

function page(request: Request, status: number, title: string, content: Html): Response {
  const theme = /(?:^|; )theme=(light|dark)(?:;|$)/.exec(request.headers.get('cookie') ?? '')?.[1]
  return new Response(answerPage(title, content, theme), {
    status,
    // Its address is worth something: in no index, and kept by nothing on the way.
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'private, no-store',
      'x-robots-tag': 'noindex',
    },
  })
}
