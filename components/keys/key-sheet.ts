/** The keys as a sheet over the page. It closes with Escape, as every dialog; the focus goes back to where it was. */
import { html } from '#components/ui/html.ts'
import { keyTable } from './key-table.ts'
import styles from './keys.module.css'
import { setKeys } from './page-keys.ts'

export function showKeys(): void {
  if (document.querySelector('dialog[data-keys]')) return
  const dialog = document.createElement('dialog')
  dialog.className = styles.sheet ?? ''
  dialog.dataset.keys = ''
  dialog.setAttribute('aria-labelledby', 'keys-title')
  dialog.innerHTML =
    html`<h2 id="keys-title">Keys</h2>${keyTable()}<p><button type="button" data-close autofocus>Close</button> <button type="button" data-off>Turn the keys off</button></p><p role="status"></p>`.text
  dialog.querySelector('[data-close]')?.addEventListener('click', () => dialog.close())
  dialog.querySelector('[data-off]')?.addEventListener('click', (event) => {
    const isKept = setKeys(false)
    const status = dialog.querySelector('[role="status"]')
    if (status)
      status.textContent = isKept
        ? 'No key does anything now. “Keys” at the foot of each page turns them on again.'
        : 'This browser keeps nothing, so they stay on.'
    if (event.currentTarget instanceof HTMLButtonElement && isKept) event.currentTarget.disabled = true
  })
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}
