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
  // A mailbox is uploaded as a form (lib/review/incoming/upload.server.ts); comments have their own, smaller limit.
  experimental: { serverActions: { bodySizeLimit: '11mb' } },
  turbopack: { root: import.meta.dirname },
  async rewrites() {
    // `v1.txt` shares its segment with the page `v1`: another form of the same content goes to a route handler.
    return {
      beforeFiles: [
        {
          source: '/rfc/:slug/:revision(v\\d+).:form(txt|mbox|threads\\.(?:mbox|txt))',
          destination: '/rfc/:slug/:revision/as/:form',
        },
      ],
    }
  },
}

export default config
