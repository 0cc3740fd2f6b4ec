import page from '#components/ui/page.module.css'
import { site } from '#lib/review/proposal/address.ts'

/**
 * In place of a page of one's own. A redirect would not do: of a form that was sent without scripts after the session ended
 * it would send the form on, to a page that does not know it.
 */
export function SignInFirst({ title, next }: { title: string; next: string }) {
  return (
    <div className={page.page}>
      <h1>{title}</h1>
      <p>
        You are not signed in. <a href={site.signIn(next)}>Sign in</a> first.
      </p>
    </div>
  )
}
