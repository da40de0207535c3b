import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { NextConfig } from 'next';
import { PHASE_DEVELOPMENT_SERVER, PHASE_PRODUCTION_BUILD } from 'next/constants.js';
import createNextIntlPlugin from 'next-intl/plugin';

const withNextIntl = createNextIntlPlugin({
  requestConfig: './src/shared/i18n/request.ts',
  // Messages are parsed at build time: the parser of ICU stays out of the page's script.
  experimental: {
    messages: { path: './src/shared/i18n/messages', format: 'json', locales: 'infer', precompile: true },
  },
});

const isDevelopment = process.env.NODE_ENV === 'development';

/**
 * Static on purpose: a nonce would force every script tag through a per-request render for pages that already
 * carry no user text in markup. `unsafe-inline` is what Next's own bootstrap needs; `blob:` is for previews of files
 * that have not left the device yet and for the pdf worker.
 */
const contentSecurityPolicy = [
  "default-src 'self'",
  `script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'${isDevelopment ? " 'unsafe-eval'" : ''}`,
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

const pageHeaders = [
  { key: 'Content-Security-Policy', value: contentSecurityPolicy },
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  {
    key: 'Permissions-Policy',
    value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
  },
];

const nextConfig: NextConfig = {
  poweredByHeader: false,
  agentRules: false,
  devIndicators: false,
  // Pages and scripts only: files never pass through Next, and the listener in front compresses nothing itself.
  compress: true,
  // The optimizer fetches by path with the first caller's cookies and caches for everybody (CVE-2025-57752): refuse it.
  images: { unoptimized: true, localPatterns: [], remotePatterns: [] },
  serverExternalPackages: ['pg', 'pino', 'sharp'],
  // `npm run lint:types` owns this check; a build on a customer's machine need not repeat it.
  typescript: { ignoreBuildErrors: true },
  // Not for /api: under a bare `next start` the fallback delivery route answers there with stricter fields of its own.
  headers: async () => [
    { source: '/((?!api/).*)', headers: pageHeaders },
    // The version stands in the address.
    { source: '/pdfjs/:path*', headers: [{ key: 'Cache-Control', value: 'public, max-age=31536000, immutable' }] },
  ],
};

/**
 * What pdf.js fetches while it draws: character maps of CJK fonts, the fonts every PDF may leave out, decoders of
 * JPEG 2000 and JBIG2, icons of notes. They are files of its package by names only it knows, so the bundler cannot bring them along;
 * copied here, every way to build the pages has them.
 */
function copyPdfAssets(): void {
  const require = createRequire(import.meta.url);
  const source = require.resolve('pdfjs-dist/package.json');
  const { version }: { version: string } = require(source);
  const folder = join(import.meta.dirname, 'public/pdfjs');
  const target = join(folder, version);
  // The icons came last.
  if (existsSync(join(target, 'images'))) return;
  rmSync(folder, { recursive: true, force: true });
  // An interrupted copy must not be taken for a whole one.
  const draft = join(folder, 'draft');
  for (const part of ['cmaps', 'standard_fonts', 'wasm', 'iccs']) {
    cpSync(join(dirname(source), part), join(draft, part), { recursive: true });
  }
  cpSync(join(dirname(source), 'web/images'), join(draft, 'images'), { recursive: true });
  renameSync(draft, target);
}

export default (phase: string) => {
  if (phase === PHASE_PRODUCTION_BUILD || phase === PHASE_DEVELOPMENT_SERVER) copyPdfAssets();
  return withNextIntl(nextConfig);
};
