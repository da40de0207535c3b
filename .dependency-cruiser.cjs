// The arrows of the house (docs/architecture.md): shared -> entities -> features -> server and app.
// Each room may import only what stands to its left; `npm run lint` enforces it.
const TESTS = '\\.test\\.tsx?$';
/** What Next bundles at build time: its packages need not be there in production. */
const BUNDLED = '^src/(app|features/[^/]+/_ui|shared/(ui|i18n))/';

/** @param {string} name @param {string} comment @param {object} from @param {object} to */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** The rooms of the chat's pages: each imports only from those before it, types included (docs/architecture.md). */
const UI = '^src/features/support-chat/_ui/';
const UI_ROOMS = [
  'attachment',
  'outbox',
  'engine',
  'lightbox',
  'composer',
  'search',
  'files',
  'conversation',
  'conversation-list',
  'inbox',
  'people',
  'storage',
];
const uiOrder = UI_ROOMS.slice(0, -1).map((room, index) =>
  forbid(
    'ui-rooms-in-order',
    `What _ui/${room} needs of a later room belongs into an earlier one, or comes in by a context or a property.`,
    { path: `${UI}${room}/`, pathNot: TESTS },
    { path: `${UI}(${UI_ROOMS.slice(index + 1).join('|')})/` },
  ),
);

/** The segments of a slice: each imports only from those before it. */
const SEGMENTS = ['_domain', '_repositories', '_services', '_api', '_ui'];
const segmentOrder = SEGMENTS.slice(0, -1).map((segment, place) =>
  forbid(
    'segments-in-order',
    `A segment imports only from those before it: ${SEGMENTS.join(', ')}.`,
    { path: `^src/(entities|features)/[^/]+/${segment}/`, pathNot: TESTS },
    { path: `^src/(entities|features)/[^/]+/(${SEGMENTS.slice(place + 1).join('|')})/` },
  ),
);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    forbid(
      'shared-knows-no-chat',
      'src/shared holds what any product could use: it must not know dialogs, messages or how they are served.',
      { path: '^src/shared/', pathNot: TESTS },
      { path: '^(src/(entities|features|server|app)|prisma|scripts|tests)/' },
    ),
    forbid(
      'entities-know-no-use-case',
      'Entities are models, their pure rules and repositories; use cases call them, not the other way round.',
      { path: '^src/entities/', pathNot: TESTS },
      { path: '^(src/(features|server|app)|prisma|scripts|tests)/' },
    ),
    forbid(
      'entities-know-no-bytes-http-or-react',
      'A rule about dialogs must not depend on how bytes are stored, sent or drawn.',
      { path: '^src/entities/', pathNot: TESTS },
      {
        path: [
          '^src/shared/(http|ui|i18n|lib/file-storage/(_|types|storage-registry))',
          '^(react|react-dom|next|@trpc|@aws-sdk|@supabase)(/|$)',
          '(^|/)node_modules/(react|react-dom|next|@trpc|@aws-sdk|@supabase)/',
          '^(node:)?https?$',
        ],
      },
    ),
    forbid(
      'features-know-no-delivery-shell',
      'Use cases are mounted by src/server and shown by src/app; they know neither.',
      { path: '^src/features/', pathNot: TESTS },
      { path: '^(src/(server|app)|prisma|scripts|tests)/' },
    ),
    forbid(
      'features-use-repositories',
      'Prisma stops at the entities: a use case asks a repository, or raw SQL where speed was measured.',
      { path: '^src/features/', pathNot: TESTS },
      { path: ['(^|/)generated/prisma', '^src/shared/db/prisma-client', '(^|/)node_modules/@prisma/'] },
    ),
    forbid(
      'pages-know-no-database-and-no-storage',
      'Pages ask the server through its API or the page host.',
      { path: '^src/(app|features/[^/]+/_ui)/', pathNot: TESTS },
      {
        path: [
          '(^|/)generated/',
          '^src/shared/(db|lib/file-storage|lease|rate-limit)/',
          '(^|/)node_modules/(@prisma|pg|@aws-sdk|@supabase)/',
          '-repository\\.ts$',
        ],
        // What the browser bundle erases does not tie rooms together.
        dependencyTypesNot: ['type-only'],
      },
    ),
    forbid(
      'pages-know-no-server',
      'Next bundles src/app apart from the process it runs in: an import would load the server twice.',
      { path: '^src/app/', pathNot: TESTS },
      { path: '^(src/server|prisma|scripts|tests)/' },
    ),
    forbid(
      'server-knows-no-page',
      'The listener hands pages to Next; it does not import them.',
      { path: '^src/server/', pathNot: TESTS },
      { path: '^(src/app|scripts|tests)/' },
    ),
    forbid(
      'no-circle',
      'Two files that need each other to load are one file, or miss a third. (Types, and parts loaded on demand, may point back.)',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'dynamic-import'] } },
    ),
    ...segmentOrder,
    ...uiOrder,
    forbid(
      'ui-room-has-a-place',
      'A new room of the pages takes a place in the order of rooms (UI_ROOMS above).',
      { path: UI, pathNot: `${UI}(${UI_ROOMS.join('|')})/` },
      {},
    ),
    {
      ...forbid(
        'no-circle-of-ui-rooms',
        'Two folders that need each other, if only for a type, are one folder, or miss a third.',
        { path: UI },
        { path: UI, circular: true },
      ),
      scope: 'folder',
    },
    forbid(
      'no-unlisted-package',
      'What is not in package.json may be gone after the next install.',
      { path: '^(src|scripts|prisma)/' },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
    forbid(
      'no-dev-package-on-the-server',
      'Development packages are absent in production.',
      { path: '^(src|scripts|prisma)/', pathNot: [TESTS, BUNDLED] },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'no-test-tool-in-the-pages',
      'The build takes what pages import into its bundles, so it may be a development package, but not a tool of the tests.',
      { path: BUNDLED, pathNot: TESTS },
      { path: '(^|/)node_modules/(vitest|fast-check|playwright-core|axe-core|exifreader)/' },
    ),
    forbid(
      'no-import-of-nothing',
      'The import leads nowhere.',
      { path: '^(src|scripts|prisma)/' },
      { couldNotResolve: true, pathNot: ['\\.css$', '(^|/)generated/', '^#generated/'] },
    ),
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^generated'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.d.ts', '.json'],
    },
  },
};
