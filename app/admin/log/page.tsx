import type { Metadata } from 'next'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { AuditLog } from '#components/person/audit-log.tsx'
import page from '#components/ui/page.module.css'
import { env } from '#lib/env.server.ts'
import { auditFilter, readAudit } from '#lib/review/account/audit.server.ts'
import { site } from '#lib/review/proposal/address.ts'

export const metadata: Metadata = { title: 'Audit log', robots: 'noindex' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function AuditRoute({ searchParams }: Props) {
  const asked = Object.entries(await searchParams).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  )
  const filter = auditFilter(Object.fromEntries(asked))
  const log = await readAudit(await requestViewer(), filter)
  if (!log) return <NotThere />
  return (
    <div className={page.wide}>
      <p>
        <a href={site.accounts()}>Accounts</a>
      </p>
      <h1>Audit log</h1>
      <p>
        Sign-ins and decisions, for {env.auditDays} days. No words of people, no addresses and no links are
        kept in it.
      </p>
      <AuditLog log={log} filter={filter} />
    </div>
  )
}
