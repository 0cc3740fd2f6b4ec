import type { Metadata } from 'next'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import styles from '#components/export/export.module.css'
import { GateList } from '#components/gate/gate-list.tsx'
import { SentMail } from '#components/outgoing/sent-mail.tsx'
import { KeptForm } from '#components/ui/kept-form.tsx'
import page from '#components/ui/page.module.css'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { errorsOf } from '#lib/mail/lint/lint.ts'
import { formatRfc5322Date } from '#lib/mail/message/date.ts'
import type { GateResult } from '#lib/review/gate/gate-item.ts'
import { gateSentence } from '#lib/review/gate/gate-text.ts'
import { listRepliesOf } from '#lib/review/outgoing/list-replies.server.ts'
import { previewSending, type SendingFailure } from '#lib/review/outgoing/sending.server.ts'
import { sentMail } from '#lib/review/outgoing/sent-mail.server.ts'
import { revisionNumbered, site } from '#lib/review/proposal/address.ts'
import { decideAction, reflectAction, sendAction, switchAction } from './actions.ts'

type Asked = {
  revision?: string
  chosen?: string | string[]
  further?: string
  /** The form was sent: without a checked box everybody is left out. */
  choice?: string
  problem?: string
  queued?: string
}
type Props = { params: Promise<{ slug: string }>; searchParams: Promise<Asked> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Send ${(await params).slug}` }
}

/** Who gets what, a look at it first, and the button; then what became of it. Forms only: it works without JavaScript. */
export default async function SendPage({ params, searchParams }: Props) {
  const [{ slug }, asked] = await Promise.all([params, searchParams])
  const number = asked.revision === undefined ? null : revisionNumbered(asked.revision)
  if (asked.revision !== undefined && number === null) return <NotThere />
  const viewer = await requestViewer()
  const [sent, replies] = await Promise.all([sentMail(viewer, slug), listRepliesOf(viewer, slug)])
  // Whoever may not send has no business to know what was sent.
  if (!sent) return <NotThere />
  const further = (asked.further ?? '').slice(0, 4000)
  const preview = await previewSending(viewer, {
    slug,
    number,
    chosen: asked.choice === undefined ? null : [asked.chosen ?? []].flat(),
    further,
  })
  return (
    <div className={page.wide}>
      <p>
        <a href={site.export(slug)}>What the list will see</a>
      </p>
      <h1>Send {slug} to its list</h1>
      {asked.problem !== undefined && <p role="alert">{wordsFor(asked.problem)}</p>}
      {asked.queued !== undefined && /^\d{1,5}$/.test(asked.queued) && (
        <p role="status">
          {asked.queued === '0'
            ? 'Nothing was added: everybody named has these mails already, or they are on their way.'
            : `${asked.queued} mails are on their way. Load this page again to see how far they are.`}
        </p>
      )}
      {preview.ok ? (
        <Preview slug={slug} further={further} sending={preview.value} />
      ) : (
        <p>{wordsOf(preview.error)}</p>
      )}
      <section id="comments" aria-labelledby="comments-heading">
        <h2 id="comments-heading">Comments</h2>
        <p>
          {replies?.isOn
            ? 'Comments that are written here on a revision that was sent follow to the list as replies, a quarter of an hour later.'
            : 'Comments that are written here stay here.'}{' '}
          {!replies?.maySwitch && 'A maintainer of the proposal can change that.'}
        </p>
        {replies?.maySwitch && (
          <KeptForm action={switchAction}>
            <input type="hidden" name="slug" value={slug} />
            <input type="hidden" name="on" value={replies.isOn ? 'no' : 'yes'} />
            <SubmitButton quiet>
              {replies.isOn ? 'Keep new comments here' : 'Let new comments follow to the list'}
            </SubmitButton>
          </KeptForm>
        )}
      </section>
      <section id="sent" aria-labelledby="sent-heading">
        <h2 id="sent-heading">Sent mail</h2>
        <SentMail slug={slug} batches={sent} decide={decideAction} />
      </section>
    </div>
  )
}

type Shown = Extract<Awaited<ReturnType<typeof previewSending>>, { ok: true }>['value']

function Preview({ slug, further, sending }: { slug: string; further: string; sending: Shown }) {
  const { revision, proposed, messages, recipients, served, lint, gate, wasLookedAt, wasSent } = sending
  if (!gate.passes) return <StaysHere slug={slug} number={revision.number} gate={gate} />
  const [cover] = messages
  const errors = errorsOf(lint).length
  const isChosen = (address: string) => recipients.some((box) => box.address === address)
  const left = recipients.filter(({ address }) => !served.has(address.toLowerCase()))
  const hidden = (
    <>
      <input type="hidden" name="slug" value={slug} />
      <input type="hidden" name="revision" value={revision.number} />
      <input type="hidden" name="further" value={further} />
      {proposed
        .filter(({ box }) => isChosen(box.address))
        .map(({ box }) => (
          <input key={box.address} type="hidden" name="chosen" value={box.address} />
        ))}
    </>
  )
  return (
    <>
      <h2>1. Who gets it</h2>
      <form method="get" action={site.sending(slug)}>
        <input type="hidden" name="revision" value={revision.number} />
        <input type="hidden" name="choice" value="made" />
        <div className={styles.scroll}>
          <table className={styles.receivers}>
            <thead>
              <tr>
                <th scope="col">Send</th>
                <th scope="col">Header</th>
                <th scope="col">Address</th>
                <th scope="col">Why</th>
                <th scope="col">Has it</th>
              </tr>
            </thead>
            <tbody>
              {proposed.map(({ box, as, why }) => (
                <tr key={box.address}>
                  <td>
                    <input
                      type="checkbox"
                      name="chosen"
                      value={box.address}
                      defaultChecked={isChosen(box.address)}
                      aria-label={`Send to ${box.address}`}
                    />
                  </td>
                  <td>{as === 'to' ? 'To' : 'Cc'}</td>
                  <td>{box.name === '' ? box.address : `${box.name} <${box.address}>`}</td>
                  <td>{why}</td>
                  <td>{served.has(box.address.toLowerCase()) ? 'yes, or on its way' : ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <p>
          <label htmlFor="further">Others in Cc, separated by commas</label>
          <br />
          <input
            id="further"
            name="further"
            defaultValue={further}
            className={styles.further}
            maxLength={4000}
          />
        </p>
        <SubmitButton quiet>Take this choice</SubmitButton>
      </form>

      <h2>2. Look at it in your own mail reader</h2>
      <p>
        {messages.length} mails, with the headers and the text of the real ones and Message-IDs of their own,
        to the address of your account only. {wasLookedAt && 'This was done for this revision.'}
      </p>
      <KeptForm action={reflectAction}>
        {hidden}
        <SubmitButton quiet>Send it to me first</SubmitButton>
      </KeptForm>

      <h2>3. Send it</h2>
      <p>
        {messages.length} mails to each of {recipients.length}{' '}
        {recipients.length === 1 ? 'address' : 'addresses'}:{' '}
        {recipients.map(({ address }) => address).join(', ')}.
        {left.length < recipients.length &&
          ` ${recipients.length - left.length} have it already, or will soon, and do not get it again.`}
      </p>
      {cover && (
        <p>
          {wasSent
            ? `It was sent with this Date, and keeps it: ${formatRfc5322Date(cover.date)}.`
            : `Its Date is the moment at which you send it (now ${formatRfc5322Date(cover.date)}), each part a second later; its Message-IDs are those of the revision, on every day.`}
        </p>
      )}
      {errors > 0 ? (
        <p>
          The linter finds {errors} {errors === 1 ? 'error' : 'errors'}, so it cannot leave yet:{' '}
          <a href={site.export(slug, { revision: revision.number })}>see them</a>.
        </p>
      ) : left.length === 0 ? (
        <p>Nothing is left to be sent.</p>
      ) : wasLookedAt ? (
        <KeptForm action={sendAction}>
          {hidden}
          <SubmitButton>
            Send {messages.length} mails to {left.length} {left.length === 1 ? 'address' : 'addresses'} now
          </SubmitButton>
        </KeptForm>
      ) : (
        <p>It can leave once the mails of step 2 have been sent to you.</p>
      )}
    </>
  )
}

/** What is open, instead of everything that would send it. */
function StaysHere({ slug, number, gate }: { slug: string; number: number; gate: GateResult }) {
  return (
    <section aria-labelledby="open">
      <h2 id="open">It is not sent while its gate is open</h2>
      <p>
        {gateSentence(gate)} <a href={site.gate(slug, number)}>The gate of v{number}</a> has all of it.
      </p>
      <GateList slug={slug} number={number} items={gate.items.filter(({ isOpen }) => isOpen)} />
    </section>
  )
}

const WORDS: Readonly<Record<SendingFailure['kind'], string>> = {
  off: 'This installation sends no mail. An operator can set COHERENT_SMTP_URL and COHERENT_MAIL_FROM (docs/operating.md); until then the page before this one has the files and the command for git.',
  forbidden: 'Authors, maintainers and administrators of the proposal send it.',
  'no-such-revision': 'There is no such revision.',
  'no-receiver': 'Nobody is left to send it to: choose at least one address.',
  'too-many-receivers': 'These are more than 60 addresses: a list refuses such a mail.',
  'bad-address': 'One of the addresses is none. Write them as name@host, separated by commas.',
  lint: 'The linter finds errors: it cannot leave like this.',
  gate: 'The revision leaves questions open: it is not sent.',
  'not-looked-at': 'Send it to yourself first, and look at it in your mail reader.',
  'no-own-address': 'Your account has no address that mail could be sent to.',
  embargoed: 'The proposal is embargoed, and a list is everybody. You can send it to yourself.',
  'too-fast': 'That was often enough for an hour. Wait a little.',
}

function wordsOf(failure: SendingFailure): string {
  return failure.kind === 'bad-address'
    ? `${WORDS['bad-address']} It was: ${failure.text}`
    : WORDS[failure.kind]
}

function wordsFor(kind: string): string {
  return Object.hasOwn(WORDS, kind) ? WORDS[kind as SendingFailure['kind']] : 'That did not work.'
}
