import { ScrollBox } from '#components/ui/scroll-box.tsx'
import { When } from '#components/ui/when.tsx'
import type { AuditFilter, AuditPage } from '#lib/review/account/audit.server.ts'
import { AUDIT_KINDS, AUDITED } from '#lib/review/account/audit.ts'
import { site } from '#lib/review/proposal/address.ts'
import styles from './people.module.css'

/** A page of it, the newest first. */
export function AuditLog({ log, filter }: { log: AuditPage; filter: AuditFilter }) {
  const { lines, failures, next } = log
  const [kind, person] = [filter.kind ?? undefined, filter.person ?? undefined]
  return (
    <>
      <form method="get" action={site.auditLog()} className={styles.filter}>
        {person && <input type="hidden" name="person" value={person} />}
        <label>
          What
          <select name="kind" defaultValue={filter.kind ?? ''}>
            <option value="">everything</option>
            {AUDIT_KINDS.map((name) => (
              <option key={name} value={name}>
                {AUDITED[name].says}
              </option>
            ))}
          </select>
        </label>
        <button type="submit">Show</button>
        {(kind || person) && <a href={site.auditLog()}>Show everything</a>}
      </form>
      {lines.length === 0 && <p>Nothing was noted.</p>}
      {lines.length > 0 && (
        <ScrollBox as="div" edges label="Audit log">
          <table className={styles.log}>
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Who</th>
                <th scope="col">What</th>
                <th scope="col">To whom</th>
                <th scope="col">Where</th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <tr key={line.id}>
                  <td>
                    <When at={line.at} />
                  </td>
                  <td>
                    <Name of={line.actor} none="the operator" />
                  </td>
                  <td>
                    {AUDITED[line.kind].says}
                    {detailWords(line.detail)}
                  </td>
                  <td>{line.person?.id === line.actor?.id ? '' : <Name of={line.person} none="" />}</td>
                  <td>{line.slug && <a href={site.proposal(line.slug)}>{line.slug}</a>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
      {next && (
        <p>
          <a href={site.auditLog({ kind, person, before: next })}>Older lines</a>
        </p>
      )}
      {failures.length > 0 && (
        <section aria-labelledby="failed">
          <h2 id="failed">Sign-ins that failed</h2>
          <ScrollBox as="div" edges label="Sign-ins that failed">
            <table className={styles.log}>
              <thead>
                <tr>
                  <th scope="col">In the hour from</th>
                  <th scope="col">Account</th>
                  <th scope="col">Network</th>
                  <th scope="col">How many</th>
                </tr>
              </thead>
              <tbody>
                {failures.map(({ hour, person: tried, network, count }) => (
                  <tr key={`${hour} ${tried?.id ?? ''} ${network}`}>
                    <td>
                      <When at={hour} />
                    </td>
                    <td>
                      <Name of={tried} none="none that there is" />
                    </td>
                    <td>{network || 'not known'}</td>
                    <td>{count}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollBox>
        </section>
      )}
    </>
  )
}

function Name({ of, none }: { of: { readonly id: string; readonly name: string } | null; none: string }) {
  return of ? <a href={site.auditLog({ person: of.id })}>{of.name}</a> : none
}

/** Numbers and words of the program; ids are for who looks into the database. */
const detailWords = (detail: Readonly<Record<string, unknown>>) =>
  Object.entries(detail)
    .filter(([name]) => name !== 'invitation' && name !== 'token')
    .map(([name, value]) => `, ${name} ${String(value)}`)
    .join('')
