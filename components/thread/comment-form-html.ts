/**
 * One form for a new thread, a reply and an edit, as HTML: on a page, in a template that the island copies, and in
 * the answer to a send that failed. It posts to an address that later builds keep (`site.post…`), so it may stay open
 * while the program below it is replaced.
 */
import button from '#components/ui/button.module.css'
import choices from '#components/ui/choices.module.css'
import { type Html, html } from '#components/ui/html.ts'
import type { CommentPreview } from '#lib/review/export/comment-preview.ts'
import { type CommentPlace, site } from '#lib/review/proposal/address.ts'
import { THREAD_KINDS, type ThreadKind } from '#lib/review/thread/state.ts'
import { isWordedAct, type WordedAct } from '#lib/review/thread/thread-input.ts'
import { writeupOfWhole } from '#lib/review/thread/whole.ts'
import { ACT_FORM_WORDS, isSpoken, pointRows, promiseButton } from './act-form-html.ts'
import styles from './comment-form.module.css'
import { commentPreviewHtml } from './comment-preview-html.ts'

export type CommentFormKind = 'thread' | 'reply' | 'edit' | 'act'

export type CommentForm = {
  readonly kind: CommentFormKind
  readonly slug: string
  /**
   * What it is about, as it came: `revision` and `blockKey`, or `thread` and `comment`, and `lockVersion` of an edit;
   * `thread` and `act` of an act. Of a new thread also what was chosen (`kind`, `clearsWhen`), and in `objects` whether its
   * writer may object. A form that comes back goes out with what it had.
   */
  readonly fields: Readonly<Record<string, string>>
  /** Once-only: the same key with the same words is the same comment, however often it is sent. */
  readonly clientKey: string
  readonly typed: string
  readonly error?: string | null
  /** The field that the error is about, where it is not the text. */
  readonly wrong?: 'clearsWhen' | 'suggestion' | undefined
  /** A text that took this one's place meanwhile. */
  readonly theirs?: string | null
  readonly preview?: CommentPreview | null
  readonly cancelHref: string
  /** Whose words they are: the browser keeps those of one person apart from another's. Empty: nobody is signed in. */
  readonly writer: string
  /** The account that sends it, as far as whoever looks at the form knows; left out: the same. */
  readonly as?: string
  /** The session has ended: the form asks who it is, and goes on with the words that are in it. */
  readonly signIn?: { readonly email: string; readonly href: string } | null
}

/** Of a person, as forms carry it: enough to tell two who share a browser. */
export const writerOf = (viewer: { readonly personId: string } | null): string =>
  viewer?.personId.slice(0, 8) ?? ''

const POSTS = {
  thread: site.postComment,
  reply: site.postReply,
  edit: site.postEdit,
  act: site.postAct,
} as const
const LABELS = { thread: 'Your comment on this passage', reply: 'Your reply' } as const
const SUBMITS = { thread: 'Comment', reply: 'Reply', edit: 'Save' } as const

/** Fields that the island copies, too; anything else in a form is left out. */
const FORM_FIELDS = [
  'revision',
  'blockKey',
  'start',
  'end',
  'exact',
  'step',
  'thread',
  'comment',
  'lockVersion',
  'act',
  'objects',
] as const

/** Of the field for a comment on a passage, or on a whole. */
export function threadLabel(blockKey: string): string {
  const writeup = writeupOfWhole(blockKey)
  if (writeup === null) return LABELS.thread
  return `Your comment on the whole of this ${writeup === 'cover' ? 'proposal' : 'write-up'}`
}

/** What it is called, and what its button says. */
function wordsOf({ kind, fields }: CommentForm, act: WordedAct | null) {
  if (act) return ACT_FORM_WORDS[act]
  const help =
    'Plain text, as in a mail: it stays as you type it. Quotes (>), patches, columns and `code` are recognised.'
  if (kind === 'edit') return { label: `Edit comment ${fields.comment ?? ''}`, submit: SUBMITS.edit, help }
  return {
    label: kind === 'thread' ? threadLabel(fields.blockKey ?? '') : LABELS.reply,
    submit: kind === 'thread' ? SUBMITS.thread : SUBMITS.reply,
    help,
  }
}

export function commentFormHtml(form: CommentForm): Html {
  const { kind, slug, fields, error } = form
  const asked = fields.act ?? ''
  const act = kind === 'act' && isWordedAct(asked) ? asked : null
  const { label, submit, help } = wordsOf(form, act)
  const id = act
    ? `${act}-${fields.thread}`
    : `${kind}-${fields.blockKey ?? `${fields.thread}-${fields.comment}`}`
  const hidden = FORM_FIELDS.filter((name) => fields[name] !== undefined).map(
    (name) => html`<input type="hidden" name="${name}" value="${fields[name]}">`,
  )
  const told = error ? html`<p role="alert" id="${id}-error" class="${styles.error}">${error}</p>` : ''
  const wrong = wrongField(form)
  const scripted = html`<span data-scripted hidden> Ctrl-Enter sends.</span><noscript> Press ${act && !isSpoken(act) ? submit : 'Preview'} before you load this page anew: some browsers empty a field then.</noscript>`
  const field = act === 'split' ? html`<p>${label}</p>` : html`<label for="${id}-text">${label}</label>`
  const text =
    act === 'split'
      ? pointRows(id, fields)
      : html`<textarea id="${id}-text" name="body" rows="5" aria-describedby="${id}-${wrong === 'body' ? 'error' : 'help'}" aria-invalid="${String(wrong === 'body')}"${(wrong === 'body' || !wrong) && AUTOFOCUS}>${`\n${form.typed}`}</textarea>`
  return html`<form method="post" enctype="multipart/form-data" action="${POSTS[kind](slug)}" class="${styles.form}" data-comment-form="${kind}" data-writer="${form.writer}">
    ${hidden}<input type="hidden" name="clientKey" value="${form.clientKey}"><input type="hidden" name="as" value="${form.as ?? form.writer}">
    ${kind === 'thread' && quoteOf(fields)}${field}
    ${wrong === 'body' && told}
    ${text}
    <p id="${id}-help" class="${styles.help}">${help}${scripted}</p>
    ${kind === 'thread' && suggestionField(id, fields, wrong === 'suggestion' && told)}
    ${kind === 'thread' && kinds(id, fields, wrong === 'clearsWhen' && told)}
    ${form.signIn && signInFields(id, form.signIn)}
    <div class="${styles.buttons}"><button class="${button.button}" name="intent" value="send">${form.signIn ? `Sign in and ${submit.toLowerCase()}` : submit}</button>
    ${act && promiseButton(act)}
    ${(!act || isSpoken(act)) && html`<button class="${button.quiet}" name="intent" value="preview">Preview</button>`}
    ${kind === 'thread' && fields.suggests !== 'yes' && html`<button class="${button.quiet}" name="intent" value="suggest">Suggest other words</button>`}
    ${(kind === 'thread' || kind === 'reply') && !form.signIn && html`<button class="${button.quiet}" name="intent" value="draft">Add to my review</button>`}
    <a href="${form.cancelHref}" data-cancel>Cancel</a></div>
    ${form.theirs && html`<section aria-label="The present text" class="${styles.preview}"><h4>The present text</h4><pre>${form.theirs}</pre></section>`}
    ${form.preview && commentPreviewHtml(form.preview)}</form>`
}

/** The error, for the field that it is about. */
type Told = Html | false | ''

/** The field that is marked, described and focused: the one that the error is about, where the form shows it. */
function wrongField({
  kind,
  fields,
  error,
  wrong,
}: CommentForm): 'body' | 'clearsWhen' | 'suggestion' | null {
  if (!error) return null
  const isShown = wrong === 'clearsWhen' ? fields.objects === 'yes' : fields.suggests === 'yes'
  return wrong && kind === 'thread' && isShown ? wrong : 'body'
}

const describedBy = (id: string, field: 'clears' | 'suggestion', told: Told): Html =>
  told
    ? html` aria-describedby="${id}-error" aria-invalid="true" autofocus`
    : html` aria-describedby="${id}-${field}-help"`
const AUTOFOCUS = html` autofocus`

/**
 * Other words for those of the passage, in place: the field has its source as authors write it, once somebody asks for it.
 * Before that a hidden one keeps what the browser kept of an earlier try.
 */
function suggestionField(id: string, { suggests, suggestion = '' }: CommentForm['fields'], told: Told): Html {
  if (suggests !== 'yes') return html`<textarea name="suggestion" hidden>${`\n${suggestion}`}</textarea>`
  return html`<div class="${styles.suggestion}"><input type="hidden" name="suggests" value="yes"><label for="${id}-suggestion">These words of the text, to be changed as you would have them</label>${told}
    <textarea id="${id}-suggestion" name="suggestion" rows="4"${describedBy(id, 'suggestion', told)}>${`\n${suggestion}`}</textarea>
    <p id="${id}-suggestion-help" class="${styles.help}">As authors write them: \`code\` between backticks, *emphasis* between stars. It stays within its passage. Your comment above may stay empty then.</p>
    <button class="${button.quiet}" name="intent" value="no-suggestion">Leave the suggestion out</button></div>`
}

/** The words that were selected, which the comment is about; the island fills it and takes it away. */
function quoteOf({ exact = '' }: CommentForm['fields']): Html {
  return html`<div class="${styles.quote}" data-quote${exact === '' && HIDDEN}><blockquote>${exact}</blockquote><label class="${styles.whole}"><input type="checkbox" name="whole" value="yes"> About the whole passage instead</label></div>`
}
const HIDDEN = html` hidden`

const KIND_WORDS: Readonly<Record<ThreadKind, string>> = {
  note: 'note: waits for nobody',
  question: 'question: the authors answer, you confirm',
  issue: 'issue: the authors answer, you confirm',
  objection: 'objection: blocks until you close it',
}

/** What it opens. Who may not object is not offered it; the act asks again. */
function kinds(id: string, fields: CommentForm['fields'], told: Told): Html {
  const mayObject = fields.objects === 'yes'
  const chosen = THREAD_KINDS.find((kind) => kind === fields.kind) ?? 'note'
  return html`<fieldset class="${choices.group} ${choices.choices}"><legend>It is a</legend>${THREAD_KINDS.filter(
    (kind) => kind !== 'objection' || mayObject,
  ).map(
    (kind) =>
      html`<label><input type="radio" name="kind" value="${kind}"${kind === chosen && CHECKED}> ${KIND_WORDS[kind]}</label>`,
  )}</fieldset>${
    mayObject &&
    html`<div class="${styles.clears}"><label for="${id}-clears">What would clear it</label>${told}<textarea id="${id}-clears" name="clearsWhen" rows="2"${describedBy(id, 'clears', told)}>${`\n${fields.clearsWhen ?? ''}`}</textarea><p id="${id}-clears-help" class="${styles.help}">An objection needs it, in ten characters or more, so that it can be answered.</p></div>`
  }`
}
const CHECKED = html` checked`

/** The form of an act on a thread that brings words. */
export function actFormHtml(of: {
  readonly slug: string
  readonly thread: number
  readonly act: WordedAct
  readonly clientKey: string
  readonly writer: string
}): Html {
  const { slug, thread, act, clientKey, writer } = of
  return commentFormHtml({
    ...{ kind: 'act', slug, clientKey, writer, typed: '', cancelHref: site.thread(slug, thread) },
    fields: { thread: String(thread), act },
  })
}

/** The form for other words of a comment, with those that it has. */
export function editForm(
  place: CommentPlace,
  comment: { readonly body: string; readonly lockVersion: number },
  clientKey: string,
  writer: string,
): Html {
  const { slug, thread, comment: seq } = place
  return commentFormHtml({
    ...{ kind: 'edit', slug, clientKey, writer, typed: comment.body, cancelHref: site.comment(place) },
    fields: { thread: String(thread), comment: String(seq), lockVersion: String(comment.lockVersion) },
  })
}

/** Within the form, so that one answer carries words and account: nothing of a stranger's has to be stored for it. */
function signInFields(id: string, { email, href }: { readonly email: string; readonly href: string }): Html {
  return html`<fieldset class="${styles.signIn}"><legend>Sign in</legend>
    <label for="${id}-email">E-mail address</label><input id="${id}-email" name="email" type="email" autocomplete="username" value="${email}">
    <label for="${id}-password">Password</label><input id="${id}-password" name="password" type="password" autocomplete="current-password">
    <p class="${styles.help}">Or <a href="${href}" target="_blank" rel="noopener">sign in in another tab</a>, leave these two empty, and press the button here.</p></fieldset>`
}

/** The forms that the island copies for a passage and for a comment. */
export function templates(slug: string, writer: string, mayObject = false): Html {
  const empty = { slug, clientKey: '', typed: '', cancelHref: '#', writer }
  return html`<template>${commentFormHtml({ ...empty, kind: 'thread', fields: { revision: '', blockKey: '', start: '', end: '', exact: '', step: '', objects: mayObject ? 'yes' : '' } })}</template>
    <template>${commentFormHtml({ ...empty, kind: 'reply', fields: { thread: '', comment: '' } })}</template>`
}
