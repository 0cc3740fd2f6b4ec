'use client'
import { useEffect, useRef, useState } from 'react'
import { StillHtml } from '#components/ui/still-html.tsx'
import { site } from '#lib/review/proposal/address.ts'
import { grow } from './grow-field.ts'
import { type Layout, openAct, openEdit, openForm, readyForm, rememberDraft } from './open-form.ts'
import { onFold, pressHead, showTarget } from './unfold.ts'

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
    const page = { layout, say: setSaid }
    // What sends is not needed to read: it comes when the page is there. Only what was sent can wait for another try.
    let sending: Sending | null = null
    const ready = async () => {
      sending ??= await loadSending()
      return sending
    }
    void ready().catch(() => null) // asked again when something is to be sent
    const cancel = (form: HTMLFormElement) => {
      sending?.stopWaiting(form)
      form.remove()
      opener.current?.focus()
    }
    const onClick = (event: MouseEvent) => {
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
      if (!(event.target instanceof Element)) return
      const link = event.target.closest<HTMLAnchorElement>(
        'a[data-compose], a[data-piece], a[data-lines], a[data-cancel], a[data-head], a[data-rest]',
      )
      if (!link) return
      if (link.dataset.compose === 'edit') {
        event.preventDefault()
        opener.current = link
        void openEdit(link, slug)
      } else if (link.dataset.compose === 'act') {
        event.preventDefault()
        opener.current = link
        void openAct(link)
      } else if (link.dataset.compose !== undefined) {
        if (!openForm(link, revision)) return
        opener.current = link
        event.preventDefault()
      } else if (link.dataset.piece !== undefined) {
        event.preventDefault()
        const address = site.threadPiece(slug, Number(link.dataset.piece))
        void inPlace(link, ({ openThreadInPlace }) => openThreadInPlace(link, address))
      } else if (link.dataset.head !== undefined) {
        event.preventDefault()
        pressHead(link)
      } else if (link.dataset.rest !== undefined) {
        event.preventDefault()
        openRest(link)
      } else if (link.dataset.lines !== undefined) {
        event.preventDefault()
        void inPlace(link, ({ openLinesInPlace }) => openLinesInPlace(link))
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
      if (!(event.target instanceof HTMLFormElement)) return
      const isPress = event.target.matches('form[data-press]')
      if (!isPress && !commentForm(event.target)) return
      event.preventDefault()
      setSaid('')
      const [form, pressed] = [event.target, event.submitter]
      if (!isPress) rememberDraft(form)
      ready().then(
        ({ sendForm, pressButton }) => {
          if (isPress) pressButton(form, pressed, page)
          else void sendForm(form, pressed, page)
        },
        // Without the scripts that send, the browser does; the words are kept if it cannot.
        () => submitPlainly(form, pressed),
      )
    }
    const onInput = (event: Event) => {
      const form = commentForm(event.target)
      if (!form || !(event.target instanceof HTMLTextAreaElement)) return
      grow(event.target)
      if (sending) sending.changedByHand(form)
      else rememberDraft(form)
    }
    // Drafts outlive the page, but not where the browser keeps nothing.
    const onLeave = (event: BeforeUnloadEvent) => {
      if (document.querySelector('form[data-unkept]')) event.preventDefault()
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
    showTarget()
    window.addEventListener('hashchange', showTarget)
    document.addEventListener('toggle', onFold, true)
    document.addEventListener('click', onClick)
    document.addEventListener('submit', onSubmit)
    document.addEventListener('input', onInput)
    document.addEventListener('keydown', onKeyDown)
    window.addEventListener('beforeunload', onLeave)
    // Nothing of it is needed to read: it comes when the page is there.
    let stopQuoting: (() => void) | null = null
    let isHere = true
    if (layout === 'inline')
      void import('./selection.ts').then(({ startQuoting }) => {
        if (isHere) stopQuoting = startQuoting()
      })
    return () => {
      isHere = false
      stopQuoting?.()
      window.removeEventListener('hashchange', showTarget)
      document.removeEventListener('toggle', onFold, true)
      document.removeEventListener('click', onClick)
      document.removeEventListener('submit', onSubmit)
      document.removeEventListener('input', onInput)
      document.removeEventListener('keydown', onKeyDown)
      window.removeEventListener('beforeunload', onLeave)
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

type Sending = Pick<typeof import('./send-form.ts'), 'sendForm' | 'changedByHand'> &
  Pick<typeof import('./press-button.ts'), 'pressButton'> &
  Pick<typeof import('./try-again.ts'), 'stopWaiting'>

async function loadSending(): Promise<Sending> {
  const [{ sendForm, changedByHand }, { pressButton }, { stopWaiting }] = await Promise.all([
    import('./send-form.ts'),
    import('./press-button.ts'),
    import('./try-again.ts'),
  ])
  return { sendForm, changedByHand, pressButton, stopWaiting }
}

/** What a link loads into the page; where the scripts for it do not come, the link leads to its page. */
async function inPlace(
  link: HTMLAnchorElement,
  load: (scripts: typeof import('./in-place.ts')) => Promise<void>,
): Promise<void> {
  const scripts = await import('./in-place.ts').catch(() => null)
  if (scripts) await load(scripts)
  else location.assign(link.href)
}

/** As a browser without scripts sends it: `submit()` alone would leave out which button was pressed. */
function submitPlainly(form: HTMLFormElement, pressed: HTMLElement | null): void {
  if (pressed instanceof HTMLButtonElement && pressed.name !== '') {
    const name = document.createElement('input')
    Object.assign(name, { type: 'hidden', name: pressed.name, value: pressed.value })
    form.append(name)
  }
  form.submit()
}

/** The threads of a passage beyond the first ones; what the page has no room for comes with them. */
function openRest(link: HTMLElement): void {
  const rest = document.getElementById(link.dataset.rest ?? '')
  if (!(rest instanceof HTMLDetailsElement)) return
  rest.open = !rest.open
  if (!rest.open) return
  rest.querySelector<HTMLElement>('summary')?.focus({ preventScroll: true })
  rest.querySelector<HTMLElement>('a[data-lines]')?.click()
  rest.scrollIntoView({ block: 'nearest' })
}
