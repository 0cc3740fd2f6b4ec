/**
 * What a run of tests left out. On somebody's machine a program may be missing, and its tests are skipped with the
 * reason; where the run says that it looks at everything (`CI` is set) such a test fails instead.
 *
 * A test that is skipped for another reason says so in its name: `(needs root …)`, `(needs to mount …)`.
 */
const NO_PROGRAM = /\(needs (root|to mount)\b/

/** Of Vitest's JSON report. */
export function skippedByVitest(report) {
  return report.testResults.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
      .map(({ fullName }) => fullName),
  )
}

/** Of Playwright's JSON report: the titles of those that passed, but not at the first try. */
export function flakyOfPlaywright(report) {
  const inSuite = ({ suites = [], specs = [] }) => [
    ...specs.filter(({ tests }) => tests.some(({ status }) => status === 'flaky')).map(({ title }) => title),
    ...suites.flatMap(inSuite),
  ]
  return inSuite(report)
}

/** Of Playwright's JSON report: suites in suites, the reason in an annotation. */
export function skippedByPlaywright(report) {
  const inSuite = ({ suites = [], specs = [] }) => [
    ...specs.flatMap(({ title, tests }) =>
      tests
        .filter(({ status }) => status === 'skipped')
        .map(({ annotations = [] }) => {
          const reasons = annotations.flatMap(({ type, description }) =>
            type === 'skip' && description ? [description] : [],
          )
          return reasons.length > 0 ? `${title} (${reasons.join(', ')})` : title
        }),
    ),
    ...suites.flatMap(inSuite),
  ]
  return inSuite(report)
}

/** Those that fail where everything has to be looked at. */
export const missed = (names) => names.filter((name) => !NO_PROGRAM.test(name))
