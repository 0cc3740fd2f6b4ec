/** Memory, not meaning, limits a run: about 2 KB a step with its views. */
export const MAX_RUN_STEPS = 5_000
