/**
 * Comments on words: what of a block is selected, a button to comment on it, and the marks of words that threads quote. The
 * server's HTML is not touched: marks are highlights of the browser's own (CSS Custom Highlight API), and where it has none
 * the thread says what it quotes.
 */
import type { TextRange } from '#lib/anchor/selector.ts'
import { rangeOfShown, type ShownText, shownRange, shownText } from '#lib/anchor/text-position.ts'
import { anchor } from '#lib/review/proposal/address.ts'
import { openForm, type Quote } from './open-form.ts'
import styles from './passage.module.css'
import { placeBehind } from './passage-place.ts'

/** The element that holds exactly the text of a block. */
const TEXT = '[data-block]:not(a)'

type Piece = { readonly node: Text | null; readonly text: string }

/** What a block shows, piece by piece, without page furniture; between two cells of a row stands a space. */
function piecesOf(block: Element): Piece[] {
  const pieces: Piece[] = []
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) =>
    node instanceof Element && node.matches('[data-no-text]')
      ? NodeFilter.FILTER_REJECT
      : NodeFilter.FILTER_ACCEPT,
  )
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Text) pieces.push({ node, text: node.data })
    else if (node instanceof Element && node.matches('td, th') && pieces.length > 0)
      pieces.push({ node: null, text: ' ' })
    else if (node instanceof Element && node.matches('br')) pieces.push({ node: null, text: '\n' })
  }
  return pieces
}

const shownIn = (block: Element, pieces: readonly Piece[]): ShownText =>
  shownText(pieces.map(({ text }) => text).join(''), block.matches('[data-line]'))

/** The block that a selection is in; where it goes on into the next ones, the first. */
function blockOf(range: Range): HTMLElement | null {
  for (const at of [range.startContainer, range.endContainer]) {
    const element = at instanceof Element ? at : at.parentElement
    const block = element?.closest<HTMLElement>(TEXT)
    if (block) return block
  }
  return null
}

/** Null: nothing of a block is selected. */
export function selectedQuote(): {
  readonly block: HTMLElement
  readonly key: string
  readonly quote: Quote
} | null {
  const selection = getSelection()
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null
  const range = selection.getRangeAt(0)
  const block = blockOf(range)
  const key = block?.dataset.block
  if (!block || key === undefined) return null
  const pieces = piecesOf(block)
  let [at, from, to] = [0, -1, -1]
  for (const { node, text } of pieces) {
    if (node && range.intersectsNode(node)) {
      if (from < 0) from = at + (node === range.startContainer ? range.startOffset : 0)
      to = at + (node === range.endContainer ? range.endOffset : text.length)
    }
    at += text.length
  }
  const shown = shownIn(block, pieces)
  const found = from < 0 ? null : rangeOfShown(shown, from, to)
  return found && { block, key, quote: { ...found, exact: shown.text.slice(found.start, found.end) } }
}

/** The words of a block as a range of the page; null: the page shows other words. */
function rangeIn(block: Element, quote: TextRange): Range | null {
  const pieces = piecesOf(block)
  const found = shownRange(shownIn(block, pieces), quote)
  if (!found) return null
  const range = document.createRange()
  let at = 0
  for (const { node, text } of pieces) {
    if (node && found.start >= at && found.start <= at + text.length) range.setStart(node, found.start - at)
    if (node && found.end > at && found.end <= at + text.length) {
      range.setEnd(node, found.end - at)
      return range
    }
    at += text.length
  }
  return null
}

/** Of a thread, by `<block> <start> <end>`. */
function rangeAbout(about: string): Range | null {
  const [key = '', start, end] = about.split(' ')
  const block = document.querySelector(`[data-block="${CSS.escape(key)}"]:not(a)`)
  return block && rangeIn(block, { start: Number(start), end: Number(end) })
}

/** Underlines the words that threads quote, again after threads came into the page. */
export function markQuotes(): void {
  if (!('highlights' in CSS)) return
  const abouts = [...document.querySelectorAll<HTMLElement>('[data-about]')]
  const ranges = abouts.flatMap(({ dataset }) => rangeAbout(dataset.about ?? '') ?? [])
  CSS.highlights.set('quoted', new Highlight(...ranges))
}

/** Lights the words that a head is about while it is pointed at. */
function lightQuote(target: EventTarget | null): void {
  if (!('highlights' in CSS)) return
  const head = target instanceof Element ? target.closest<HTMLElement>('[data-head]') : null
  const thread = head && document.getElementById(anchor.thread(Number(head.dataset.head)))
  const range = thread?.dataset.about === undefined ? null : rangeAbout(thread.dataset.about)
  if (range) CSS.highlights.set('lit', new Highlight(range))
  else CSS.highlights.delete('lit')
}

/** Opens the form about what is selected, or about a block; false: there is no way to comment on it here. */
export function commentOn(key: string, quote: Quote | null): boolean {
  const link = document.querySelector<HTMLAnchorElement>(
    `a[data-compose="thread"][data-block="${CSS.escape(key)}"]`,
  )
  if (!link) return false
  // Without an account the page of the form says how to get one.
  const revision = Number(/\/v(\d+)$/.exec(link.pathname)?.[1])
  if (!openForm(link, revision, quote)) link.click()
  getSelection()?.removeAllRanges()
  return true
}

/** Sends the form that the server made for it. */
function pinTo(form: HTMLFormElement, blockKey: string, { start, end, exact }: Quote): void {
  const place = { blockKey, start: String(start), end: String(end), exact }
  for (const [name, value] of Object.entries(place)) {
    const field = form.elements.namedItem(name)
    if (field instanceof HTMLInputElement) field.value = value
  }
  form.requestSubmit()
}

/** @returns what ends it */
export function startQuoting(): () => void {
  // The page was opened to say by hand where a thread stands.
  const pins = document.querySelector<HTMLFormElement>('form[data-pin]')
  let button: HTMLButtonElement | null = null
  let timer = 0
  const hide = () => {
    button?.remove()
    button = null
  }
  const show = () => {
    const selected = selectedQuote()
    if (!selected || document.activeElement?.matches('textarea, input')) return hide()
    const last = [...(getSelection()?.getRangeAt(0).getClientRects() ?? [])].at(-1)
    if (!last) return hide()
    if (!button) {
      button = document.createElement('button')
      button.type = 'button'
      button.className = styles.quoteButton ?? ''
      button.textContent = pins ? `Move #${pins.dataset.pin} here` : 'Comment on this'
      // The selection stays while it is pressed.
      button.addEventListener('pointerdown', (event) => event.preventDefault())
      button.addEventListener('click', () => {
        const now = selectedQuote()
        hide()
        if (now && pins) pinTo(pins, now.key, now.quote)
        else if (now) commentOn(now.key, now.quote)
      })
    }
    // Next in the order of the keyboard, which goes on from the selection.
    const place = placeBehind(selected.key)
    if (!place) return hide()
    if (button.parentElement !== place) place.prepend(button)
    const around = (button.offsetParent ?? document.body).getBoundingClientRect()
    const left = Math.min(last.right, window.innerWidth - button.offsetWidth - 8)
    button.style.left = `${Math.max(8, left - button.offsetWidth / 2) - around.left}px`
    button.style.top = `${last.bottom - around.top + 6}px`
  }
  // While a pointer draws the selection nothing appears under it.
  const onChange = () => {
    window.clearTimeout(timer)
    timer = window.setTimeout(show, 250)
  }
  const onPoint = (event: Event) => lightQuote(event.target)
  document.addEventListener('selectionchange', onChange)
  document.addEventListener('pointerover', onPoint)
  document.addEventListener('focusin', onPoint)
  // Words may have been selected before this was there.
  onChange()
  markQuotes()
  const seen = new MutationObserver((changes) => {
    const isThread = ({ addedNodes }: MutationRecord) =>
      [...addedNodes].some((node) => node instanceof Element && node.matches('section'))
    if (changes.some(isThread)) markQuotes()
  })
  seen.observe(document.getElementById('text') ?? document.body, { childList: true, subtree: true })
  return () => {
    window.clearTimeout(timer)
    hide()
    seen.disconnect()
    document.removeEventListener('selectionchange', onChange)
    document.removeEventListener('pointerover', onPoint)
    document.removeEventListener('focusin', onPoint)
  }
}
