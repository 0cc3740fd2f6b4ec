'use server'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { formText } from '#app/form-text.ts'
import { requestViewer } from '#app/request-viewer.ts'
import type { NewFormState } from '#components/draft/new-form-state.ts'
import { withinLimit } from '#lib/review/account/tries.server.ts'
import { beginProposal } from '#lib/review/acts/begin-proposal.server.ts'
import { describeCopyFailure } from '#lib/review/copy/copy-failure.ts'
import { site } from '#lib/review/proposal/address.ts'

const HOUR_MS = 3_600_000
/** Of a person. */
const BEGUN_PER_HOUR = 20

const listed = (text: string) =>
  text
    .split(/[,\n]/)
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .slice(0, 20)

export async function beginAction(_: NewFormState, form: FormData): Promise<NewFormState> {
  const text = (name: string) => formText(form, name).slice(0, 2000)
  const typed = {
    ...{ title: text('title'), area: text('area'), authors: text('authors'), to: text('to') },
    questionnaire: text('questionnaire'),
  }
  const failed = (errors: NewFormState['errors']): NewFormState => ({ typed, errors })
  const viewer = await requestViewer()
  if (!viewer) return failed({ form: 'You are not signed in any more. Sign in, then begin again.' })
  const key = z.uuid().safeParse(text('clientKey'))
  if (!key.success) return failed({ form: 'The form is damaged. Load the page again.' })
  if (!(await withinLimit(`begin:${viewer.personId}`, BEGUN_PER_HOUR, HOUR_MS)))
    return failed({ form: 'You began twenty proposals within an hour. Wait, then begin again.' })
  const begun = await beginProposal(viewer, {
    ...{ title: typed.title, area: typed.area, questionnaire: typed.questionnaire },
    ...{ authors: listed(typed.authors), to: listed(typed.to), clientKey: key.data },
  })
  if (begun.ok) redirect(site.edit(begun.value.slug))
  if (begun.error.kind !== 'fields') return failed({ form: describeCopyFailure(begun.error) })
  return failed(
    Object.fromEntries(
      begun.error.problems.map(({ field, message }) => [
        field,
        `${message.charAt(0).toUpperCase()}${message.slice(1)}.`,
      ]),
    ),
  )
}
