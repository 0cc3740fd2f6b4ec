import type { Metadata } from 'next'
import { KeySwitch } from '#components/keys/key-switch.tsx'
import styles from '#components/keys/keys.module.css'
import { PAGE_KEYS } from '#components/keys/page-keys.ts'
import page from '#components/ui/page.module.css'

export const metadata: Metadata = { title: 'Keys' }

export default function KeysPage() {
  return (
    <div className={page.page}>
      <h1>Keys</h1>
      <p>
        None of them sends anything, none does anything while you type in a field, and each has a button or a
        link that does the same. In a form, Ctrl-Enter sends it and Escape closes one that is empty. Without
        scripts the pages have no keys of their own.
      </p>
      <KeySwitch />
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col">What it does</th>
            <th scope="col">The same without it</th>
          </tr>
        </thead>
        <tbody>
          {PAGE_KEYS.map(({ key, does, or }) => (
            <tr key={key}>
              <td>
                <kbd>{key}</kbd>
              </td>
              <td>{does}</td>
              <td>{or}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
