/** Of the sentence that says what an answer does not; apart, since the form in the browser needs no more than this. */
export const LEAST_REASON = 10
export const MOST_REASON = 1_000
