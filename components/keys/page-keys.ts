/**
 * The keys of the pages: one table, from which the sheet, the page of help and the loader are made. None of them sends or
 * publishes anything, and each has a button or a link that does the same, which is named.
 */
export type PageKey = {
  readonly key: string
  /** What it does. */
  readonly does: string
  /** The same without keys. */
  readonly or: string
}

export const PAGE_KEYS = [
  { key: 'j', does: 'the next passage', or: 'Tab, or scroll' },
  { key: 'k', does: 'the passage before', or: 'Shift-Tab, or scroll' },
  { key: ']', does: 'the next write-up', or: 'the outline; “Next” on a write-up alone' },
  { key: '[', does: 'the write-up before', or: 'the outline; “Previous” on a write-up alone' },
  { key: 'n', does: 'the next thread', or: 'heads in the margin; “Next thread” on its page' },
  { key: 'p', does: 'the thread before', or: 'heads in the margin; “Previous thread” on its page' },
  {
    key: 'N',
    does: 'the next thread with something unread',
    or: '“Next unread” on a thread’s page; the list of threads',
  },
  { key: 'o', does: 'the next open objection', or: 'the list of threads, by kind' },
  { key: 'c', does: 'comment on what is selected, or on the passage in focus', or: '+ at its first line' },
  { key: 'O', does: 'the same as an objection, where you may raise one', or: '+ at its first line' },
  { key: 'W', does: 'comment on the whole of this write-up', or: '“comment” at its head' },
  {
    key: 'r',
    does: 'reply to the comment in focus, or the last of its thread',
    or: '“Reply” below a comment',
  },
  { key: 'w', does: 'go to what can be done to the thread', or: 'the buttons below a thread' },
  { key: '.', does: 'the quoted words then, and now', or: '“then and now” at a thread that was carried on' },
  { key: 'l', does: 'load what was announced', or: 'the line that announces it' },
  { key: '/', does: 'search', or: '“Search” at the head of each page' },
  { key: '?', does: 'these keys', or: '“Keys” at the foot of each page' },
] as const satisfies readonly PageKey[]

export type KeyName = (typeof PAGE_KEYS)[number]['key']

export const keyNamed = (key: string): KeyName | null => PAGE_KEYS.find((one) => one.key === key)?.key ?? null

/** What the browser keeps: `off`, and no key does anything. */
const SETTING = 'keys'

/** Where a browser keeps nothing they are on. */
export function areKeysOff(): boolean {
  try {
    return localStorage.getItem(SETTING) === 'off'
  } catch {
    return false
  }
}

/** False: this browser keeps nothing. */
export function setKeys(isOn: boolean): boolean {
  try {
    if (isOn) localStorage.removeItem(SETTING)
    else localStorage.setItem(SETTING, 'off')
    return true
  } catch {
    return false
  }
}
