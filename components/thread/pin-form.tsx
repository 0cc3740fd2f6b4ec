/** Forms that say by hand where a thread stands in the newest revision. */
import buttons from '#components/ui/button.module.css'
import { site } from '#lib/review/proposal/address.ts'
import type { PinChoice } from '#lib/review/thread/pin-choices.server.ts'

/** On the thread's page: a passage out of a list, and words of it. Needs no scripts. */
export function PinForm({
  slug,
  thread,
  newest,
  choices,
  at,
}: {
  slug: string
  thread: number
  newest: number
  choices: readonly PinChoice[]
  /** The passage that it stands at now; null: none. */
  at: string | null
}) {
  const writeups = [...new Set(choices.map(({ writeup }) => writeup))]
  return (
    <form id="pin" method="post" action={site.postPin(slug)} data-kept="send">
      <input type="hidden" name="thread" value={thread} />
      <input type="hidden" name="revision" value={newest} />
      <p>
        <label htmlFor="pin-block">
          The passage of v{newest} that thread #{thread} is about
        </label>
        <br />
        <select
          id="pin-block"
          name="blockKey"
          required
          defaultValue={choices.some(({ key }) => key === at) ? (at ?? '') : ''}
          style={{ maxWidth: '100%' }}
        >
          <option value="">Choose a passage</option>
          {writeups.map((writeup) => (
            <optgroup key={writeup} label={writeup}>
              {choices
                .filter((choice) => choice.writeup === writeup)
                .map(({ key, words }) => (
                  <option key={key} value={key}>
                    {words}
                  </option>
                ))}
            </optgroup>
          ))}
        </select>
      </p>
      <p>
        <label htmlFor="pin-words">Words of it, where the thread is not about all of it</label>
        <br />
        <input id="pin-words" name="exact" style={{ width: '100%' }} maxLength={10_000} />
      </p>
      <p>
        <button type="submit" className={buttons.button}>
          Place #{thread} there
        </button>{' '}
        <a href={site.thread(slug, thread)}>Leave it</a>
      </p>
    </form>
  )
}

/** On the page of the newest revision: a script fills it with the words that are selected (`selection.ts`). */
export function PinNotice({ slug, thread, newest }: { slug: string; thread: number; newest: number }) {
  return (
    <form method="post" action={site.postPin(slug)} data-pin={thread}>
      <input type="hidden" name="thread" value={thread} />
      <input type="hidden" name="revision" value={newest} />
      {['blockKey', 'start', 'end', 'exact'].map((name) => (
        <input key={name} type="hidden" name={name} />
      ))}
      <p role="status">
        Select the words of this text that thread #{thread} is about, and press “Move #{thread} here”. Or{' '}
        <a href={site.pinForm(slug, thread)}>choose a passage from a list</a>, or{' '}
        <a href={site.thread(slug, thread)}>leave it where it is</a>.
      </p>
    </form>
  )
}
