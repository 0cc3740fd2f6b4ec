import 'server-only'
import { auth } from '#lib/auth.server.ts'
import { db } from '#lib/db.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { noteAudit } from './audit.server.ts'

export type OwnSession = {
  readonly id: string
  /** The browser and system, as it says; null: it says nothing that is known. */
  readonly device: string | null
  readonly since: Date
  /** To the hour. */
  readonly seen: Date
  /** An IPv4 address or the first 64 bits of an IPv6 one; null where that is not known. */
  readonly network: string | null
  readonly isThis: boolean
}

/** More are not shown; signing out everywhere ends them as well. */
const SHOWN = 100

/** Where the viewer is signed in, the newest first. */
export async function ownSessions(viewer: Viewer, headers: Headers): Promise<OwnSession[]> {
  if (!viewer) return []
  const current = await auth().api.getSession({ headers, query: { disableRefresh: true } })
  const rows = await db().authSession.findMany({
    where: { user: { personId: viewer.personId }, expiresAt: { gt: new Date() } },
    orderBy: [{ updatedAt: 'desc' }, { id: 'asc' }],
    take: SHOWN,
    select: { id: true, createdAt: true, updatedAt: true, ipAddress: true, userAgent: true },
  })
  return rows.map(({ id, createdAt, updatedAt, ipAddress, userAgent }) => ({
    id,
    device: deviceOf(userAgent ?? ''),
    since: createdAt,
    seen: updatedAt,
    network: ipAddress || null,
    isThis: id === current?.session.id,
  }))
}

/** What a browser calls itself, in words: the first name of each list that it has. */
const BROWSERS = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|Chromium|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/\b(?:w3m|Lynx|Links|curl)\b/i, 'a text browser'],
] as const
const SYSTEMS = [
  [/\b(?:iPhone|iPad)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
] as const

export function deviceOf(userAgent: string): string | null {
  const browser = BROWSERS.find(([pattern]) => pattern.test(userAgent))?.[1]
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1]
  if (!browser && !system) return null
  return browser && system ? `${browser} on ${system}` : (browser ?? `a browser on ${system}`)
}

/** Ends one of the viewer's sessions; nobody else's has an id that works. @returns whether there was one */
export async function endSession(viewer: Viewer, id: string): Promise<boolean> {
  if (!viewer || !/^[0-9a-f-]{36}$/.test(id)) return false
  const { count } = await db().authSession.deleteMany({ where: { id, user: { personId: viewer.personId } } })
  return count > 0
}

/** Signs out everywhere, here as well. */
export async function endAllSessions(viewer: Viewer): Promise<number> {
  if (!viewer) return 0
  const { count } = await db().authSession.deleteMany({ where: { user: { personId: viewer.personId } } })
  await noteAudit({ kind: 'signed-out-everywhere', actor: viewer.personId, detail: { sessions: count } })
  return count
}
