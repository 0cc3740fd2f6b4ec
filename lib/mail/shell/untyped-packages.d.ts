// What is used of packages that bring no types; nothing else of them is promised.
declare module 'html-to-text' {
  type Selector = {
    readonly selector: string
    readonly format?: string
    readonly options?: Readonly<Record<string, unknown>>
  }
  export function convert(
    html: string,
    options: {
      readonly wordwrap: number | false
      readonly preserveNewlines: boolean
      readonly limits: {
        readonly maxInputLength: number
        readonly maxDepth: number
        readonly ellipsis: string
      }
      readonly selectors: readonly Selector[]
    },
  ): string
}

declare module 'mailauth' {
  type Resolver = (name: string, type: string) => Promise<string[][] | string[] | object[]>
  type Status = {
    readonly result?: string
    /** Octets of the body below those that are signed. */
    readonly underSized?: number
    readonly header?: { readonly from?: string; readonly d?: string }
  }
  export function authenticate(
    mail: Buffer | string,
    options: {
      readonly ip?: string
      readonly helo?: string
      readonly sender?: string
      readonly mta?: string
      readonly trustReceived?: boolean
      readonly disableBimi?: boolean
      readonly disableArc?: boolean
      readonly resolver?: Resolver
    },
  ): Promise<{
    readonly dkim?: {
      readonly results?: readonly {
        readonly status: Status
        readonly signingDomain?: string
        readonly selector?: string
        readonly signature?: string
      }[]
    }
    readonly spf?: { readonly status?: Status; readonly 'envelope-from'?: string } | false
    readonly dmarc?: { readonly status?: Status } | false
  }>
}

declare module 'mailauth/lib/dkim/sign.js' {
  export function dkimSign(
    mail: Buffer | string,
    options: {
      readonly canonicalization: string
      readonly signTime?: Date
      readonly signatureData: readonly {
        readonly signingDomain: string
        readonly selector: string
        readonly privateKey: string
        readonly algorithm?: string
        readonly maxBodyLength?: number | undefined
      }[]
    },
  ): Promise<{ readonly signatures: string; readonly errors: readonly unknown[] }>
}
