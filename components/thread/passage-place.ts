/**
 * Where things about a passage stand in a page: its forms and threads behind it, the heads of its threads beside its first
 * line. The server puts a box there where there is something to put; a script makes one where it is the first.
 */
import { anchor } from '#lib/review/proposal/address.ts'
import { elementFrom } from './element-from.ts'
import styles from './passage.module.css'

/** The whole that a block stands in: rows and lines share what stands around their table or listing. */
function boxOf(blockKey: string): Element | null {
  const block = document.getElementById(anchor.block(blockKey))
  if (!block) return null
  return (
    block.closest('pre') ??
    block.closest('table')?.parentElement ??
    block.closest('h2, h3, h4, h5, summary')?.closest('h2, h3, h4, h5, details') ??
    block
  )
}

/** The box behind a passage; null: the page has no such passage. */
export function placeBehind(blockKey: string): Element | null {
  const box = boxOf(blockKey)
  if (!box) return null
  const next = box.nextElementSibling
  if (next?.matches(`.${styles.passage}`)) return next
  const made = document.createElement('div')
  made.className = styles.passage ?? ''
  box.after(made)
  return made
}

/**
 * The head of a thread, and the line that it is folded to, say how it stands now; one that is new gets a place beside its
 * passage.
 *
 * @param isWhole the head has the first words, too, and not only how the thread stands
 */
export function putHead(html: string, blockKey: string, isWhole: boolean): void {
  const head = elementFrom(html)
  const number = head?.dataset.head
  if (!head || number === undefined) return
  const section = document.getElementById(anchor.thread(Number(number)))
  const known = document.querySelector<HTMLElement>(`[data-head="${number}"]`)
  const line = section?.querySelector(':scope > details > summary')
  const { facts = '', state } = head.dataset
  if (line?.firstChild && !isWhole)
    line.firstChild.textContent = (line.firstChild.textContent ?? '').replace(
      known?.dataset.facts ?? facts,
      facts,
    )
  if (line && isWhole) line.replaceChildren(`${facts} · `, ...head.cloneNode(true).childNodes)
  if (known) {
    Object.assign(known.dataset, { facts, state })
    if (isWhole) known.replaceChildren(...head.cloneNode(true).childNodes)
  }
  if (known || blockKey === '') return
  const beside = boxOf(blockKey)?.previousElementSibling
  if (!beside?.matches(`.${styles.beside}`)) return
  const heads = beside.querySelector(`.${styles.heads}`) ?? document.createElement('div')
  if (!heads.isConnected) {
    heads.className = styles.heads ?? ''
    beside.append(heads)
  }
  heads.append(head)
  if (section?.querySelector(':scope > details[open]')) head.dataset.open = ''
}
