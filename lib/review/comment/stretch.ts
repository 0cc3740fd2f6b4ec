/** What a run of whole lines of a comment is taken for. Only display and mail ask; the words are the same in each. */
export type StretchKind =
  | 'quote'
  | 'fence'
  | 'patch'
  | 'signature'
  | 'links'
  | 'trailers'
  | 'indented'
  | 'columns'
  | 'list'
  | 'prose'

/** Lines are counted from 0; `to` is exclusive. */
export type Stretch = { readonly kind: StretchKind; readonly from: number; readonly to: number }
