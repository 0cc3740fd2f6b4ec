import type { Metadata } from 'next'
import { requestViewer } from '#app/request-viewer.ts'
import { SearchForm } from '#components/search/search-form.tsx'
import { SearchResults } from '#components/search/search-results.tsx'
import page from '#components/ui/page.module.css'
import { site } from '#lib/review/proposal/address.ts'
import { search } from '#lib/review/search/search.server.ts'
import { askedOf, partNamed } from './asked.ts'

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
  const { asked } = askedOf(await searchParams)
  return {
    title: asked.trim() === '' ? 'Search' : `Search: ${asked.slice(0, 80)}`,
    robots: { index: false },
  }
}

export default async function SearchPage({ searchParams }: Props) {
  const { asked, page: number } = askedOf(await searchParams)
  const viewer = await requestViewer()
  const answer = await search(viewer, asked, number)
  const found = answer.ok ? answer.value : null
  return (
    <div className={page.page}>
      <h1>Search</h1>
      <SearchForm asked={asked} error={answer.ok ? null : answer.error} />
      {found && (
        <SearchResults asked={asked.trim()} found={found} part={await partNamed(viewer, found.query)} />
      )}
      {found && (
        <p>
          <a href={site.searchAsFeed(asked.trim())}>As a feed</a>
        </p>
      )}
    </div>
  )
}
