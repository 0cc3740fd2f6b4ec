/** That this process runs and answers, whatever the database does: for who would start it anew. */
export const dynamic = 'force-dynamic'

export function GET(): Response {
  return new Response('ok\n', { headers: { 'cache-control': 'no-store' } })
}
