/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment:
        'A cycle makes parts that cannot be understood or loaded alone, types included. Move what both need below both.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'libs-know-no-app',
      comment: 'Apps wire libs, never the other way round. Move the shared part into a lib.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-stand-alone',
      comment: 'Only apps/ledgerdesk composes the other apps into one process. Share through a lib.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: '^apps/ledgerdesk/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libs-by-their-index',
      comment: 'Another lib is what its index exports, and its commands. Import it as #name or #name/commands.',
      severity: 'error',
      from: { path: '^(?:libs|apps)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/(?!(?:index|commands)\\.ts$)', pathNot: '^libs/$1/' },
    },
    {
      name: 'decisions-are-pure',
      comment: 'A decision is a function of its input: no framework, no Node, no store. Do the work in the handler.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/src/domain/|^libs/business-time/src/', pathNot: '\\.spec\\.ts$' },
      to: {
        path: '^node_modules/(?!temporal-polyfill)|^libs/(?:event-store|read-store|job-queue|redis)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'decisions-use-no-node',
      comment:
        'A decision runs the same everywhere: no Node built-ins in domain/, business-time/ or the kernel, whose ids alone need a digest.',
      severity: 'error',
      from: {
        path: '^libs/([^/]+)/src/domain/|^libs/business-time/src/|^libs/kernel/src/',
        pathNot: '\\.spec\\.ts$|^libs/kernel/src/ids\\.ts$',
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'kernel-imports-nothing',
      comment: 'Everything leans on the kernel; it leans on nothing of ours.',
      severity: 'error',
      from: { path: '^libs/kernel/' },
      to: { path: '^(?:libs|apps)/', pathNot: '^libs/kernel/' },
    },
    {
      name: 'tests-stay-tests',
      comment: 'Test helpers are not for production code.',
      severity: 'error',
      from: { pathNot: '\\.(?:spec|contract)\\.ts$|^test/|^libs/testing/|^libs/[^/]+/test/' },
      to: { path: '^libs/testing/|\\.(?:spec|contract)\\.ts$|^test/|^libs/[^/]+/test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['source', 'import', 'node', 'default'], exportsFields: ['exports'] },
  },
};
