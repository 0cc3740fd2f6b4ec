/** Why something heavy was not done. Whoever asked may ask again. */
export type NotNowWhy = 'busy' | 'too-long' | 'ended'

export class NotNow extends Error {
  override readonly name = 'NotNow'
  readonly why: NotNowWhy
  constructor(why: NotNowWhy) {
    super(`work aside was not done: ${why}`)
    this.why = why
  }
}
