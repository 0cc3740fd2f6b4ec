/**
 * What was typed and is not acknowledged, in the browser's own store: it is there after the tab, the browser or the session
 * went away. A record is a tab's; one whose tab is gone (its lock is free) is taken up by the next page of the same file.
 */
export type JournalEntry = {
  readonly key: string
  readonly owner: string
  readonly slug: string
  readonly path: string
  readonly tab: string
  readonly base: string | null
  readonly text: string
  /** Milliseconds since 1970. */
  readonly at: number
}

const DATABASE = 'coherent-drafts'
const STORE = 'unsaved'

export const keyOf = (of: Pick<JournalEntry, 'owner' | 'slug' | 'path' | 'tab'>) =>
  [of.owner, of.slug, of.path, of.tab].join(' ')

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'key' })
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

async function within<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await opened()
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(STORE, mode)
      const request = work(transaction.objectStore(STORE))
      transaction.oncomplete = () => resolve(request.result)
      transaction.onabort = () => reject(transaction.error)
    })
  } finally {
    database.close()
  }
}

export const keepEntry = (entry: JournalEntry): Promise<unknown> =>
  within('readwrite', (store) => store.put(entry))
export const dropEntry = (key: string): Promise<unknown> => within('readwrite', (store) => store.delete(key))

/** Says to other pages that this tab is open, as long as it is. */
export function holdTab(tab: string): void {
  void navigator.locks?.request(lockOf(tab), () => new Promise(() => {}))
}
const lockOf = (tab: string) => `coherent-tab ${tab}`

/** The newest record of a file whose tab is not open any more; null: there is none. */
export async function leftBehind(
  of: Pick<JournalEntry, 'owner' | 'slug' | 'path'>,
): Promise<JournalEntry | null> {
  // Written by `keepEntry` alone.
  const all = (await within('readonly', (store) => store.getAll())) as JournalEntry[]
  const held = new Set((await navigator.locks?.query())?.held?.map(({ name }) => name))
  const own = all.filter(
    (entry) =>
      entry.owner === of.owner &&
      entry.slug === of.slug &&
      entry.path === of.path &&
      !held.has(lockOf(entry.tab)),
  )
  return own.sort((a, b) => b.at - a.at)[0] ?? null
}
