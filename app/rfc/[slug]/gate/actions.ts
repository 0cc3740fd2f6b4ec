'use server'
import { revalidatePath } from 'next/cache'
import { formText } from '#app/form-text.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { failed, said, type WeakFormState } from '#components/gate/weak-form-state.ts'
import { markWeakAnswer, withdrawWeakAnswer } from '#lib/review/acts/weak-answer.server.ts'
import { MarkWeakInput, WEAK_FAILURES, WithdrawWeakInput } from '#lib/review/gate/weak.ts'
import { MOST_REASON } from '#lib/review/gate/weak-limits.ts'
import { site } from '#lib/review/proposal/address.ts'

const DAMAGED = 'The form is damaged. Copy your sentence and load the page again.'

export async function markWeakAction(_: WeakFormState, form: FormData): Promise<WeakFormState> {
  const typed = formText(form, 'reason').slice(0, MOST_REASON)
  const input = MarkWeakInput.safeParse(Object.fromEntries(form.entries()))
  if (!input.success) {
    const own = input.error.issues.find(({ path }) => path[0] === 'reason')
    return failed(own?.message ?? DAMAGED, typed)
  }
  const marked = await markWeakAnswer(await requestViewer(), input.data)
  if (!marked.ok) return failed(WEAK_FAILURES[marked.error.kind], typed)
  revalidatePath(site.proposal(input.data.slug), 'layout')
  return said(`${input.data.question} is open until its answer changes, or you take this back.`)
}

export async function withdrawWeakAction(_: WeakFormState, form: FormData): Promise<WeakFormState> {
  const input = WithdrawWeakInput.safeParse(Object.fromEntries(form.entries()))
  if (!input.success) return failed(DAMAGED)
  const withdrawn = await withdrawWeakAnswer(await requestViewer(), input.data)
  if (!withdrawn.ok) return failed(WEAK_FAILURES[withdrawn.error.kind])
  revalidatePath(site.proposal(input.data.slug), 'layout')
  return said('Taken back.')
}
