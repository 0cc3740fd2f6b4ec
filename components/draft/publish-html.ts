/** What publishing will do, and the form for it. */
import button from '#components/ui/button.module.css'
import { type Html, html } from '#components/ui/html.ts'
import { type CopyLook, isNotAsClaimed } from '#lib/review/draft/copy-look.ts'
import { VISIBILITIES, VISIBILITY_WORDS } from '#lib/review/person/visibility.ts'
import { site } from '#lib/review/proposal/address.ts'
import styles from './draft.module.css'
import { lookHtml, threadLine } from './edit-html.ts'

export type PublishShown = {
  readonly slug: string
  readonly look: CopyLook
  /** Of the revision that it becomes. */
  readonly number: number
  /** A line each: what was typed, or what is proposed. */
  readonly changelog: string
  readonly isUnfinishedMeant: boolean
  readonly visibility: string
  readonly error: string | null
}

export function publishHtml(shown: PublishShown): Html {
  const { slug, look, number, changelog, error, visibility, isUnfinishedMeant } = shown
  const notAsClaimed = look.claims.filter(isNotAsClaimed)
  const isOpen = look.gate !== null && !look.gate.passes
  return html`${error !== null && html`<p role="alert" class="${styles.error}">${error}</p>`}
    ${notAsClaimed.length > 0 && html`<p role="alert" class="${styles.error}">✗ Not as claimed: ${notAsClaimed.map(({ id }) => id).join(', ')}. It can be published so, and every page and mail will say it.</p>`}
    <form method="post" action="${site.postCopy(slug)}" enctype="multipart/form-data" class="${styles.both}" data-kept="words">
    <input type="hidden" name="seen" value="${look.version}"><input type="hidden" name="number" value="${number}">
    ${
      number > 1
        ? html`<label for="changelog">What changed since v${number - 1}, a line for each change</label><textarea id="changelog" name="changelog" rows="8" required>${`\n${changelog}`}</textarea><p class="${styles.quiet}">Proposed from the passages that differ and the threads that this revision answers. Say it in your words.</p>`
        : html`<fieldset><legend>Who may know of it</legend>${VISIBILITIES.map(
            (one) =>
              html`<p><label><input type="radio" name="visibility" value="${one}"${one === visibility && CHECKED}> ${one}</label>: ${VISIBILITY_WORDS[one]}</p>`,
          )}</fieldset>`
    }
    ${isOpen && html`<p><label><input type="checkbox" name="unfinished" value="yes"${isUnfinishedMeant && CHECKED}> Publish it unfinished: what is listed below stays open, and every export says so.</label></p>`}
    <div class="${styles.buttons}"><button class="${button.button}" name="intent" value="publish"${look.problems.length > 0 && DISABLED}>Publish v${number}</button> <a href="${site.edit(slug)}">Back to the text</a></div>
    <p class="${styles.quiet}">The claims are checked once more on the server, which takes three minutes at most. Either all of it is published, or nothing, and then it says why.</p></form>
    ${
      number > 1 &&
      html`<section aria-labelledby="become"><h2 id="become">What becomes of the open threads</h2>${
        look.threads.length === 0
          ? html`<p>There is none.</p>`
          : html`<ul class="${styles.list}">${look.threads.map((thread) => threadLine(slug, thread))}</ul>`
      }</section>`
    }
    <div class="${styles.side}">${lookHtml(slug, { ...look, threads: [] }, '')}</div>`
}

const CHECKED = html` checked`
const DISABLED = html` disabled`
