'use client'
import { useEffect, useRef, useState } from 'react'
import { StillHtml } from '#components/ui/still-html.tsx'
import { site } from '#lib/review/proposal/address.ts'
import { type Layout, openForm, openThreadInPlace, readyForm, rememberDraft, sendForm } from './send-form.ts'

/**
 * Makes the links and forms of threads work in place: a comment link opens its form, a form sends itself and puts the
 * comment where it belongs, a line of a thread becomes the thread. Without this island each of them loads a page; with
 * it they keep their addresses, so they can still be opened in another tab or copied.
 */
export function Compose(props: {
  slug: string
  revision: number
  /** As the threads beside it: decides how a comment's place is called. */
  layout: Layout
  /** The forms to copy; null: nobody is signed in. */
  template: Parameters<typeof StillHtml>[0] | null
}) {
  const [said, setSaid] = useState('')
  const opener = useRef<HTMLElement | null>(null)
  const { slug, revision, layout } = props

  useEffect(() => {
    // A form that came with the page. Browsers do not focus it by themselves when the address has a fragment.
    for (const form of document.querySelectorAll<HTMLFormElement>('form[data-comment-form]')) {
      readyForm(form)
      form.querySelector('textarea')?.focus()
    }
    const cancel = (form: HTMLFormElement) => {
      form.remove()
      opener.current?.focus()
    }
    const onClick = (event: MouseEvent) => {
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
      if (!(event.target instanceof Element)) return
      const link = event.target.closest<HTMLAnchorElement>('a[data-compose], a[data-piece], a[data-cancel]')
      if (!link) return
      if (link.dataset.compose !== undefined) {
        if (!openForm(link, revision)) return
        opener.current = link
        event.preventDefault()
      } else if (link.dataset.piece !== undefined) {
        event.preventDefault()
        void openThreadInPlace(link, site.threadPiece(slug, Number(link.dataset.piece)))
      } else {
        const form = link.closest<HTMLFormElement>('form[data-opened]')
        if (!form) return
        event.preventDefault()
        cancel(form)
      }
    }
    const commentForm = (target: EventTarget | null) =>
      target instanceof Element ? target.closest<HTMLFormElement>('form[data-comment-form]') : null
    const onSubmit = (event: SubmitEvent) => {
      const form = commentForm(event.target)
      if (!form) return
      event.preventDefault()
      setSaid('')
      void sendForm(form, event.submitter, layout).then((sent) => sent && setSaid(sent.said))
    }
    const onInput = (event: Event) => {
      const form = commentForm(event.target)
      if (form) rememberDraft(form)
    }
    const onKeyDown = (event: KeyboardEvent) => {
      const form = commentForm(event.target)
      if (!form || !(event.target instanceof HTMLTextAreaElement)) return
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault()
        form.requestSubmit()
      } else if (
        event.key === 'Escape' &&
        event.target.value.trim() === '' &&
        form.matches('[data-opened]')
      ) {
        cancel(form)
      }
    }
    document.addEventListener('click', onClick)
    document.addEventListener('submit', onSubmit)
    document.addEventListener('input', onInput)
    document.addEventListener('keydown', onKeyDown)
    return () => {
      document.removeEventListener('click', onClick)
      document.removeEventListener('submit', onSubmit)
      document.removeEventListener('input', onInput)
      document.removeEventListener('keydown', onKeyDown)
    }
  }, [slug, revision, layout])

  return (
    <>
      <p role="status" className="visually-hidden">
        {said}
      </p>
      {props.template && <StillHtml {...props.template} />}
    </>
  )
}
