import { keyTable } from '#lib/simulation/keys.ts'
import styles from './keys-help.module.css'

export function KeysHelp() {
  return (
    <details className={styles.keys}>
      <summary>Keys, while the focus is in the simulation</summary>
      <dl>
        {keyTable.map(({ keys, does }) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
