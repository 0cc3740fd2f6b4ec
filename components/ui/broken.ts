/**
 * Told of a piece of a page that broke while it was made. The page goes on without it, so somebody has to hear of it;
 * what is drawn here does not know the log, so whoever draws brings this along (`app/broken-piece.ts`).
 *
 * @param piece what it was, without a blank and without anybody's words: `claim`, `/rfc/futex/t/7`
 */
export type Broken = (piece: string, error: unknown) => void
