/**
 * One form for a new thread, a reply and an edit, as HTML: on a page, in a template that the island copies, and in
 * the answer to a send that failed. It posts to an address that later builds keep (`site.post…`), so it may stay open
 * while the program below it is replaced.
 */
import button from '#components/ui/button.module.css'
import { type Html, html } from '#components/ui/html.ts'
import type { CommentPreview } from '#lib/review/export/comment-preview.ts'
import { site } from '#lib/review/proposal/address.ts'
import styles from './comment-form.module.css'
import { commentPreviewHtml } from './comment-preview-html.ts'

export type CommentFormKind = 'thread' | 'reply' | 'edit'

export type CommentForm = {
  readonly kind: CommentFormKind
  readonly slug: string
  /**
   * What it is about, as it came: `revision` and `blockKey`, or `thread` and `comment`, and `lockVersion` of an edit.
   * A form that comes back goes out with what it had.
   */
  readonly fields: Readonly<Record<string, string>>
  /** Once-only: the same key with the same words is the same comment, however often it is sent. */
  readonly clientKey: string
  readonly typed: string
  readonly error?: string | null
  /** A text that took this one's place meanwhile. */
  readonly theirs?: string | null
  readonly preview?: CommentPreview | null
  readonly cancelHref: string
}

const POSTS = { thread: site.postComment, reply: site.postReply, edit: site.postEdit } as const
const LABELS = { thread: 'Your comment on this passage', reply: 'Your reply' } as const
const SUBMITS = { thread: 'Comment', reply: 'Reply', edit: 'Save' } as const

/** Fields that the island copies, too; anything else in a form is left out. */
export const FORM_FIELDS = ['revision', 'blockKey', 'thread', 'comment', 'lockVersion'] as const

export function commentFormHtml(form: CommentForm): Html {
  const { kind, slug, fields, error } = form
  const label = kind === 'edit' ? `Edit comment ${fields.comment ?? ''}` : LABELS[kind]
  const id = `${kind}-${fields.blockKey ?? `${fields.thread}-${fields.comment}`}`
  const hidden = FORM_FIELDS.filter((name) => fields[name] !== undefined).map(
    (name) => html`<input type="hidden" name="${name}" value="${fields[name]}">`,
  )
  return html`<form method="post" enctype="multipart/form-data" action="${POSTS[kind](slug)}" class="${styles.form}" data-comment-form="${kind}">
    ${hidden}<input type="hidden" name="clientKey" value="${form.clientKey}">
    <label for="${id}-text">${label}</label>
    ${error && html`<p role="alert" id="${id}-error" class="${styles.error}">${error}</p>`}
    <textarea id="${id}-text" name="body" rows="5" aria-describedby="${id}-${error ? 'error' : 'help'}" aria-invalid="${String(Boolean(error))}" autofocus>${`\n${form.typed}`}</textarea>
    <p id="${id}-help" class="${styles.help}">Plain text, as in a mail: it stays as you type it. Quotes (&gt;), patches, columns and \`code\` are recognised.<span data-scripted hidden> Ctrl-Enter sends.</span></p>
    <div class="${styles.buttons}"><button class="${button.button}" name="intent" value="send">${SUBMITS[kind]}</button>
    <button class="${button.quiet}" name="intent" value="preview">Preview</button>
    <a href="${form.cancelHref}" data-cancel>Cancel</a></div>
    ${form.theirs && html`<section aria-label="The present text" class="${styles.preview}"><h4>The present text</h4><pre>${form.theirs}</pre></section>`}
    ${form.preview && commentPreviewHtml(form.preview)}</form>`
}

/** The forms that the island copies for a passage and for a comment. */
export function templates(slug: string): Html {
  const empty = { slug, clientKey: '', typed: '', cancelHref: '#' }
  return html`<template>${commentFormHtml({ ...empty, kind: 'thread', fields: { revision: '', blockKey: '' } })}</template>
    <template>${commentFormHtml({ ...empty, kind: 'reply', fields: { thread: '', comment: '' } })}</template>`
}
