'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { CommentForm } from './comment-form.tsx'
import type { CommentAction } from './comment-form-state.ts'

type Open = { kind: 'thread' | 'reply'; id: string; place: Element; draft: string; clientKey: string }

/** Words that were typed and not sent, by passage, for as long as the tab lives: another form or a reload loses none. */
const drafts = {
  key: (kind: string, id: string) => `draft ${location.pathname} ${kind} ${id}`,
  read(kind: string, id: string): string {
    try {
      return sessionStorage.getItem(this.key(kind, id)) ?? ''
    } catch {
      return '' // storage is switched off: then a draft lives only in its form
    }
  },
  write(kind: string, id: string, text: string): void {
    try {
      if (text === '') sessionStorage.removeItem(this.key(kind, id))
      else sessionStorage.setItem(this.key(kind, id), text)
    } catch {
      // as above, or full
    }
  },
}

/**
 * Comment and reply links open their form in place. Without this island they load the page with the form in it;
 * with it they keep their address, so they can still be opened in another tab or copied.
 */
export function Compose(props: {
  slug: string
  revision: number
  openThread: CommentAction
  reply: CommentAction
  /** As the threads beside it: decides how a comment's place is called. */
  layout: 'inline' | 'page'
}) {
  const [open, setOpen] = useState<Open | null>(null)
  const [said, setSaid] = useState('')
  const opener = useRef<HTMLElement | null>(null)

  useEffect(() => {
    const onClick = (event: MouseEvent) => {
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
      const link = (event.target as Element).closest<HTMLElement>('a[data-compose]')
      if (!link) return
      const kind = link.dataset.compose === 'reply' ? 'reply' : 'thread'
      const id = (kind === 'reply' ? link.dataset.comment : link.dataset.block) ?? ''
      const place = document.querySelector(`[data-compose-place="${CSS.escape(`${kind}:${id}`)}"]`)
      if (!place) return
      event.preventDefault()
      opener.current = link
      setOpen({ kind, id, place, draft: drafts.read(kind, id), clientKey: uuid() })
    }
    document.addEventListener('click', onClick)
    return () => document.removeEventListener('click', onClick)
  }, [])

  const close = useCallback(() => {
    setOpen(null)
    opener.current?.focus()
  }, [])

  const { layout } = props
  const done = useCallback(
    (sent: { thread: number; comment: number }) => {
      setOpen((form) => {
        if (form) drafts.write(form.kind, form.id, '')
        return null
      })
      setSaid('Your comment is sent.')
      const anchor = layout === 'page' ? `c${sent.comment}` : `t${sent.thread}-c${sent.comment}`
      // The answer brought the page anew; the comment is there within a frame or two of its arrival.
      let tries = 0
      const arrive = () => {
        const comment = document.getElementById(anchor)
        if (comment) {
          comment.focus({ preventScroll: true })
          comment.scrollIntoView({ block: 'nearest' })
        } else if (tries++ < 100) {
          setTimeout(arrive, 50)
        }
      }
      arrive()
    },
    [layout],
  )

  return (
    <>
      <p role="status" className="visually-hidden">
        {said}
      </p>
      {open &&
        createPortal(
          <CommentForm
            key={`${open.kind}:${open.id}`}
            action={open.kind === 'reply' ? props.reply : props.openThread}
            label={open.kind === 'reply' ? 'Your reply' : 'Your comment on this passage'}
            submit={open.kind === 'reply' ? 'Reply' : 'Comment'}
            clientKey={open.clientKey}
            initial={open.draft}
            onType={(text) => drafts.write(open.kind, open.id, text)}
            hidden={
              open.kind === 'reply'
                ? { commentId: open.id }
                : { slug: props.slug, revision: String(props.revision), blockKey: open.id }
            }
            cancelHref="#"
            onCancel={close}
            onDone={done}
            autoFocus
          />,
          open.place,
        )}
    </>
  )
}

/** `crypto.randomUUID` exists only on https and localhost; this works on a plain http host of a lab as well. */
function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const hex = Array.from(bytes, (byte, index) => {
    // RFC 9562: version 4 in the seventh byte, the variant in the ninth.
    const marked = index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte
    return marked.toString(16).padStart(2, '0')
  }).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
