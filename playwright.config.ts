import { defineConfig, devices } from '@playwright/test'

/** Journeys that others would disturb, or that would disturb others: what each says is in its file. */
const ALONE = ['first-admin', 'live', 'many-passwords', 'operator', 'stays-up'].map(
  (name) => `**/${name}.spec.ts`,
)

// `npm test` starts the production build and tells where it is. Journeys share one database, so each makes its own
// people and threads, and none counts what others may have made. It runs those that are alone, then two files of the others
// side by side, as much of a journey is waiting (scripts/test.mjs): projects that depend on each other would leave out the
// second when one journey of the first fails. By hand one file runs after the other.
export default defineConfig({
  testDir: 'e2e',
  fullyParallel: false,
  workers: 1,
  // On a shared machine of two cores, one journey of hundreds may meet a slow moment: it is run once more, alone in a fresh
  // browser, and named at the end (scripts/test.mjs). One that fails twice fails. By hand there is no second try.
  retries: process.env.CI ? 1 : 0,
  // Long for a slow machine, and no longer for a quick one: a wait ends with what it waits for.
  timeout: 240_000,
  expect: { timeout: 45_000 },
  reporter: [['list'], ['json']],
  projects: [
    // A folder each: a run empties its own, and the second would take away what the first one left of a failure.
    { name: 'alone', testMatch: ALONE, outputDir: 'test-results/alone' },
    { name: 'together', testIgnore: ALONE, outputDir: 'test-results/together' },
  ],
  use: {
    ...devices['Desktop Chrome'],
    baseURL: process.env.BASE_URL,
    viewport: { width: 1360, height: 900 },
    actionTimeout: 45_000,
    // A trace keeps the document at each step: of the reading page that is half of all that a journey costs. Where there is a
    // second try it is what is recorded; what the first one saw stands in the words of its failure.
    trace: process.env.CI ? 'on-first-retry' : 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM,
      args: [
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
})
