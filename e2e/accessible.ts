import AxeBuilder from '@axe-core/playwright'
import { expect, type Locator, type Page } from '@playwright/test'

/**
 * Axe's rules for WCAG 2.2 AA and its best practices, and contrast at AAA: the product asks for 7:1 in text. Who has that has
 * what AA asks, so it is measured once.
 *
 * @param within the part that a journey is about, on a long page: all of that page is looked at where it is read (read.spec.ts)
 */
export async function expectAccessible(page: Page, within?: Locator): Promise<void> {
  const axe = new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .options({
      rules: { 'color-contrast-enhanced': { enabled: true }, 'color-contrast': { enabled: false } },
      // Of the reading page's thousands of elements it would send each one that passes, with its HTML: two thirds of the time.
      resultTypes: ['violations'],
    })
    // In the page itself, and not put together in an empty one beside it: no page here has a frame.
    .setLegacyMode()
  await within?.evaluate((element) => element.setAttribute('data-looked-at', ''))
  const { violations, passes } = await (within ? axe.include('[data-looked-at]') : axe).analyze()
  await within?.evaluate((element) => element.removeAttribute('data-looked-at'))
  expect(passes.length, 'axe found something to look at').toBeGreaterThan(0)
  const told = violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map(({ target, failureSummary }) => `  ${target.join(' ')} ${failureSummary}`).join('\n')}`,
  )
  expect(told, told.join('\n')).toEqual([])
}

/** No part of the page is wider than the window: nothing scrolls sideways but what is meant to. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const { content, window } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    window: document.documentElement.clientWidth,
  }))
  expect(content).toBeLessThanOrEqual(window)
}
