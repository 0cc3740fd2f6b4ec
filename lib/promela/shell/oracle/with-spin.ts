/** The name of a test that needs the real spin, with the reason where it is skipped for want of it. */
export const named = (title: string, missing: string | null): string =>
  missing === null ? title : `${title} (skipped: ${missing})`
