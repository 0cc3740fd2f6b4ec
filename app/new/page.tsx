import { randomUUID } from 'node:crypto'
import type { Metadata } from 'next'
import { requestViewer } from '#app/request-viewer.ts'
import { NewForm } from '#components/draft/new-form.tsx'
import { OwnCopies } from '#components/draft/own-copies.tsx'
import page from '#components/ui/page.module.css'
import { mailboxPieces } from '#lib/mail/message/address.ts'
import { ownCopies } from '#lib/review/copy/read-copies.server.ts'
import { ownAddresses } from '#lib/review/incoming/confirm-address.server.ts'
import { site } from '#lib/review/proposal/address.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { beginAction } from './actions.ts'

export const metadata: Metadata = { title: 'New proposal' }

/** Begins a proposal, and lists what was begun. */
export default async function NewPage() {
  const viewer = await requestViewer()
  if (!viewer) {
    return (
      <div className={page.page}>
        <h1>New proposal</h1>
        <p>
          <a href={site.signIn(site.newProposal())}>Sign in</a> to begin a proposal.
        </p>
      </div>
    )
  }
  const [questionnaires, own, addresses] = await Promise.all([
    instanceQuestionnaires(),
    ownCopies(viewer),
    ownAddresses(viewer),
  ])
  // Shown to its owner alone, who is told that it will be public: without one there is no author to be written to.
  const [address] = addresses
  const author = address
    ? mailboxPieces({ name: viewer.name, address: address.address }).join(' ')
    : viewer.name
  return (
    <div className={page.page}>
      <h1>New proposal</h1>
      <p>
        It begins with four write-ups, each question a prompt, and a model that runs and is wrong on purpose.
        Nobody but you sees it until you publish it.
      </p>
      <NewForm
        action={beginAction}
        clientKey={randomUUID()}
        questionnaires={questionnaires.map(({ id }) => id)}
        typed={{ authors: author, questionnaire: questionnaires[0]?.id ?? '' }}
      />
      <OwnCopies copies={own} now={Date.now()} />
    </div>
  )
}
