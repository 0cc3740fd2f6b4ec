/** @type {import('next').NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  typedRoutes: false,
  // mdx-bundler and esbuild find their binary and their own files relative to themselves; pg opens sockets.
  serverExternalPackages: [
    'mdx-bundler',
    'esbuild',
    'pg',
    'shiki',
    'better-auth',
    'mailparser',
    'mailauth',
    'html-to-text',
    'smtp-server',
  ],
  // `npm run check` and `npm test` check the types, once; a first start does not wait for them a second time.
  typescript: { ignoreBuildErrors: true },
  // A mailbox is uploaded as a form (lib/review/queue/upload.server.ts); comments have their own, smaller limit.
  // Who may send how much is said in lib/request, before Next reads anything.
  experimental: { serverActions: { bodySizeLimit: '12mb' }, proxyClientMaxBodySize: '13mb' },
  turbopack: { root: import.meta.dirname },
  async rewrites() {
    // `v1.txt` shares its segment with the page `v1`: another form of the same content goes to a route handler.
    return {
      beforeFiles: [
        {
          source: '/rfc/:slug/:revision(v\\d+).:form(txt|mbox|json|threads\\.(?:mbox|txt))',
          destination: '/rfc/:slug/:revision/as/:form',
        },
        { source: '/rfc/:slug([a-z0-9-]+).:form(json|atom)', destination: '/rfc/:slug/as/:form' },
        {
          source: '/rfc/:slug/t/:number(\\d+).:form(json)',
          destination: '/rfc/:slug/t/:number/as/:form',
        },
        {
          source: '/rfc/:slug/gate.:form(txt|json)',
          destination: '/rfc/:slug/gate/as/:form',
        },
        {
          source: '/rfc/:slug/:revision(v\\d+)/gate.:form(txt|json)',
          destination: '/rfc/:slug/:revision/gate/as/:form',
        },
        {
          source: '/rfc/:slug/suggestions.:form(txt|json|patch)',
          destination: '/rfc/:slug/suggestions/as/:form',
        },
        {
          source: '/rfc/:slug/objections.:form(txt|json)',
          destination: '/rfc/:slug/objections/as/:form',
        },
        {
          source: '/rfc/:slug/:revisions(v\\d+\\.\\.v\\d+).:form(txt)',
          destination: '/rfc/:slug/:revisions/as/:form',
        },
      ],
    }
  },
}

export default config
