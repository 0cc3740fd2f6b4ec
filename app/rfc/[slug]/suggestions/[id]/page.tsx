import type { Metadata } from 'next'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { stillPieces } from '#app/still-pieces.ts'
import { besideHtml } from '#components/thread/suggestion-list-html.ts'
import { KeepForms } from '#components/ui/keep-forms.tsx'
import page from '#components/ui/page.module.css'
import { StillHtml } from '#components/ui/still-html.tsx'
import { site } from '#lib/review/proposal/address.ts'
import { suggestionAt } from '#lib/review/suggestion/read-suggestions.server.ts'
import { suggestionNamed } from '#lib/review/thread/thread-input.ts'

type Props = { params: Promise<{ slug: string; id: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Suggestion ${(await params).id}` }
}

/** `7.1`: the suggestion of thread 7's first comment, with the text that it was made on and the text now. */
export default async function SuggestionRoute({ params }: Props) {
  const { slug, id } = await params
  const named = suggestionNamed(id)
  const shown = named && (await suggestionAt(await requestViewer(), { slug, ...named }))
  if (!shown) return <NotThere />
  const still = await stillPieces()
  const { thread, comment, by } = shown.entry
  return (
    <div className={page.wide}>
      <p>
        <a href={site.proposal(slug)}>{shown.title}</a> · <a href={site.suggestions(slug)}>all suggestions</a>
      </p>
      <h1>
        Suggestion of{' '}
        <a href={site.comment({ slug, thread, comment })}>
          #{thread}, comment {comment}
        </a>
      </h1>
      <p>By {by.name}.</p>
      <StillHtml {...still('suggestion', besideHtml(shown))} />
      <KeepForms />
    </div>
  )
}
