/**
 * The author's editor as plain forms: a text area for a file, what is missing, and the threads. It works without scripts, and
 * is what the scripts build on. HTML, for the page and for the answer to a form that was refused.
 */
import button from '#components/ui/button.module.css'
import { type Html, html } from '#components/ui/html.ts'
import { figure, groupDigits } from '#lib/figures.ts'
import type { MovedFile, TwoTexts } from '#lib/review/copy/copy-failure.ts'
import { type CopyLook, isNotAsClaimed, type ProblemSeen } from '#lib/review/draft/copy-look.ts'
import { gateSentence, STATE_WORDS } from '#lib/review/gate/gate-text.ts'
import { site } from '#lib/review/proposal/address.ts'
import styles from './draft.module.css'

export type EditedFile = {
  readonly path: string
  readonly text: string
  /** Of the text that this one is made from; null: the file is not saved yet. */
  readonly base: string | null
}

export function tabsHtml(slug: string, paths: readonly string[], current: string): Html {
  return html`<nav aria-label="Files"><ul class="${styles.tabs}">${paths.map(
    (path) =>
      html`<li><a href="${site.edit(slug, { file: path })}"${path === current && CURRENT}>${path}</a></li>`,
  )}</ul></nav>`
}
const CURRENT = html` aria-current="page"`

/** A form for one file. `error`: why it was not saved; `theirs`: what somebody else made of it meanwhile. */
export function fileForm(
  slug: string,
  file: EditedFile,
  of: { readonly error?: string; readonly theirs?: TwoTexts; readonly tab?: string } = {},
): Html {
  const { path, text, base } = file
  return html`<form method="post" action="${site.postCopy(slug)}" enctype="multipart/form-data" data-copy-form="${slug}" data-path="${path}" data-look="${site.copyLook(slug)}">
    <input type="hidden" name="path" value="${path}"><input type="hidden" name="base" value="${base ?? ''}">
    ${of.error !== undefined && html`<p role="alert" class="${styles.error}">${of.error}</p>`}
    <label for="text">${path}</label>
    <textarea id="text" name="text" spellcheck="false" autocapitalize="off" data-base="${base ?? ''}">${`\n${text}`}</textarea>
    <p class="${styles.said}" data-copy-said></p><p class="visually-hidden" data-copy-aloud role="status"></p>
    <div class="${styles.buttons}"><button class="${button.button}" name="intent" value="save">Save</button></div>
    ${
      of.theirs &&
      html`<section class="${styles.both}" aria-label="The text that is there now"><h2>The text that is there now</h2>${
        of.theirs.theirs === null
          ? html`<p>The file is gone there.</p>`
          : html`<pre tabindex="0">${of.theirs.theirs}</pre>`
      }</section>`
    }</form>`
}

/** Adds a file, takes one out. */
export function fileActs(slug: string, file: EditedFile): Html {
  return html`<details><summary>Add or delete a file</summary>
    <form method="post" action="${site.postCopy(slug)}" enctype="multipart/form-data"><label for="new-path">Name of a new file</label>
    <input type="text" id="new-path" name="path" placeholder="models/hand-over.pml" required maxlength="200"><div><button class="${button.quiet}" name="intent" value="add">Add</button></div></form>
    ${
      file.base !== null &&
      html`<form method="post" action="${site.postCopy(slug)}" enctype="multipart/form-data"><input type="hidden" name="path" value="${file.path}"><input type="hidden" name="base" value="${file.base}">
      <div><button class="${button.quiet}" name="intent" value="remove">Delete ${file.path}</button> Its text stays in the history.</div></form>`
    }</details>`
}

/** What is missing: problems first, since nothing else is known while there are some. */
export function lookHtml(slug: string, look: CopyLook | null, file: string): Html {
  if (!look)
    return html`<section aria-labelledby="missing"><h2 id="missing">What is missing</h2><p>It cannot be looked at now. Save, and load the page again.</p></section>`
  return html`${acceptedHtml(slug, look)}${problemsHtml(slug, look)}${gateHtml(slug, look)}${claimsHtml(slug, look)}${lintsHtml(slug, look)}${threadsHtml(slug, look, file)}`
}

function acceptedHtml(slug: string, { accepted, version }: CopyLook): Html {
  const { waiting, refused } = accepted
  if (waiting + refused === 0) return html``
  return html`<section aria-labelledby="accepted"><h2 id="accepted">Accepted suggestions</h2>${
    waiting > 0 &&
    html`<form method="post" action="${site.postCopy(slug)}" enctype="multipart/form-data"><input type="hidden" name="seen" value="${version}"><p>${figure(waiting, 'suggestion')} that you or another author accepted ${waiting === 1 ? 'is' : 'are'} not in the text yet.</p><div><button class="${button.quiet}" name="intent" value="take">Put ${waiting === 1 ? 'it' : 'them'} in</button></div></form>`
  }${refused > 0 && html`<p>${figure(refused, 'suggestion')} cannot be put in: the words there are others by now. Write ${refused === 1 ? 'it' : 'them'} by hand.</p>`}</section>`
}

const placeHtml = (slug: string, { file, line, column }: { file: string; line: number; column?: number }) =>
  html`<a href="${site.edit(slug, { file, line })}#text" data-jump="${file}:${line}:${column ?? 1}">${file}:${line}${column !== undefined && `:${column}`}</a>`

function problemLine(slug: string, problem: ProblemSeen): Html {
  return html`<li data-problem="${problem.file}"><p>${placeHtml(slug, problem)}</p><p>${problem.message}</p></li>`
}

function problemsHtml(slug: string, { problems, more, modelProblems }: CopyLook): Html {
  const all = [...problems, ...modelProblems]
  if (all.length === 0)
    return html`<section aria-labelledby="problems"><h2 id="problems">The check finds nothing</h2><p class="${styles.quiet}">Every file can be read, and every reference between them leads somewhere.</p></section>`
  return html`<section aria-labelledby="problems"><h2 id="problems" class="${styles.wrong}">To correct: ${all.length + more}</h2><ol class="${styles.list}">${all.map((one) => problemLine(slug, one))}</ol>${more > 0 && html`<p>And ${more} more.</p>`}</section>`
}

function gateHtml(slug: string, { gate, isChecked }: CopyLook): Html {
  if (!gate)
    return html`<section aria-labelledby="gate"><h2 id="gate">Gate</h2><p>The gate is looked at once the check finds nothing.</p></section>`
  // What waits for a claim that was not checked is neither open nor closed; the claims are listed below.
  const open = gate.items.filter(
    ({ isOpen, state }) => isOpen && (isChecked || state !== 'claim-not-as-claimed'),
  )
  return html`<section aria-labelledby="gate"><h2 id="gate">Gate: ${open.length === 0 ? 'nothing is missing' : `${open.length} to do`}</h2>${isChecked && html`<p>${gateSentence(gate)}</p>`}<ul class="${styles.list}">${open.map(
    (item) =>
      html`<li><p><strong>${item.subject === 'question' ? item.id : `${item.subject} ${item.id}`}</strong> ${STATE_WORDS[item.state]} ${placeHtml(slug, item)}</p><p class="${styles.quiet}">${item.asks}</p>${item.why !== '' && html`<p>${item.why}</p>`}</li>`,
  )}</ul></section>`
}

function claimsHtml(slug: string, { claims, isChecked }: CopyLook): Html {
  if (claims.length === 0) return html``
  return html`<section aria-labelledby="claims"><h2 id="claims">Claims</h2>${!isChecked && html`<p class="${styles.quiet}">They are checked when you ask for it, and whenever a revision is published. <a href="${site.copyPublish(slug)}">Check them</a></p>`}<ul class="${styles.list}">${claims.map(
    (claim) =>
      html`<li><p>${placeHtml(slug, claim)} <strong>${claim.id}</strong>: ${
        claim.found === null
          ? `must ${claim.expect === 'holds' ? 'hold' : 'be violated'}`
          : html`${claim.found}, ${groupDigits(claim.states)} states, ${
              isNotAsClaimed(claim)
                ? html`<strong class="${styles.wrong}">✗ not as claimed</strong>`
                : 'as claimed'
            }`
      }</p></li>`,
  )}</ul></section>`
}

function lintsHtml(slug: string, { lints }: CopyLook): Html {
  const told = lints.filter(({ override }) => override === null)
  if (told.length === 0) return html``
  return html`<section aria-labelledby="warnings"><h2 id="warnings">Warnings: ${told.length}</h2><ul class="${styles.list}">${told.map(
    (lint) => html`<li><p>${placeHtml(slug, lint)} “${lint.words}”</p><p>${lint.says}</p></li>`,
  )}</ul></section>`
}

function threadsHtml(slug: string, { threads }: CopyLook, file: string): Html {
  if (threads.length === 0) return html``
  // Those of the file that is open come first: they are beside what is being written.
  const here = threads.filter(({ at }) => at?.file === file)
  const elsewhere = threads.filter(({ at }) => at?.file !== file)
  return html`<section aria-labelledby="threads"><h2 id="threads">Open threads: ${threads.length}, ${figure(here.length, 'of them here')}</h2><ul class="${styles.list}">${[
    ...here,
    ...elsewhere,
  ].map((thread) => threadLine(slug, thread))}</ul></section>`
}

export function threadLine(slug: string, thread: CopyLook['threads'][number]): Html {
  const { number, kind, state, by, words, quote, isPromised, place, at } = thread
  return html`<li><p><a href="${site.thread(slug, number)}">#${number}</a> ${kind}, ${isPromised ? 'answered by this revision' : state}, by ${by}${at && html` ${placeHtml(slug, at)}`}</p>${quote !== '' && html`<p class="${styles.quiet}">“${quote}”</p>`}<p>${words}</p><p class="${styles.quiet}">${place ?? 'Where it will stand is known once the text can be read.'}</p></li>`
}

/** A revision came by another way: it has to come into the draft before that can be published. */
export function behindHtml(
  slug: string,
  of: { readonly newest: number; readonly seen: number; readonly both?: readonly MovedFile[] },
): Html {
  const { newest, seen, both = [] } = of
  return html`<form method="post" action="${site.postCopy(slug)}" enctype="multipart/form-data" class="${styles.both}"><input type="hidden" name="seen" value="${seen}">
    <p>v${newest} was published by another way since this draft was begun.</p>${both.map(
      ({ path, theirs }) =>
        html`<section aria-label="${path}"><p><label><input type="radio" name="which ${path}" value="published"> Take ${path} as it is published: mine stays in the history</label></p><p><label><input type="radio" name="which ${path}" value="own"> Keep mine: what v${newest} changed in it is left out</label></p>${theirs === null ? html`<p>The file is gone there.</p>` : html`<pre tabindex="0">${theirs}</pre>`}</section>`,
    )}<div><button class="${button.quiet}" name="intent" value="catch-up">Bring in v${newest}</button></div></form>`
}
