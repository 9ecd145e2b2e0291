import jest from 'eslint-plugin-jest';
import tseslint from 'typescript-eslint';

const clockAndChance = [
  { object: 'Date', property: 'now', message: 'Take the instant as input, or from the Clock.' },
  { object: 'Math', property: 'random', message: 'Ids come from the kernel; chance makes replay differ.' },
];

export default tseslint.config(
  // openapi.types.ts is generated, and compared with its source.
  { ignores: ['**/dist/', 'coverage/', 'node_modules/', '**/*.mjs', '**/*.cjs', 'libs/client/src/openapi.types.ts'] },
  ...tseslint.configs.strictTypeChecked,
  {
    // All files are of one project: a project service would load it a second time.
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_+$', argsIgnorePattern: '^_' }],
      // Adapters of asynchronous ports are often synchronous inside.
      '@typescript-eslint/require-await': 'off',
      // A Nest module is a class without members, and a DTO a class of fields.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Frameworks type their options as classes and take plain objects.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      'no-restricted-properties': ['error', ...clockAndChance],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
          message: 'Take the instant as input, or from the Clock.',
        },
        {
          selector: 'Literal[value="any"][parent.key.name="expectedRevision"]',
          message: 'Every append states the revision it read.',
        },
      ],
    },
  },
  {
    // The sources of time and ids, and tests, which stand outside the decisions.
    files: ['libs/kernel/src/{clock,instant,ids}.ts', '**/*.spec.ts', '**/*.contract.ts', 'test/**', 'libs/testing/**'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-syntax': 'off' },
  },
  {
    // Kysely's expression builders are made to be taken apart.
    files: ['libs/*/src/read-models/*.ts', 'libs/read-store/src/*.ts'],
    rules: { '@typescript-eslint/unbound-method': 'off' },
  },
  {
    files: ['**/*.spec.ts', '**/*.contract.ts'],
    plugins: { jest },
    rules: {
      'jest/valid-expect': 'error',
      'jest/no-focused-tests': 'error',
      'jest/no-disabled-tests': 'error',
      'jest/expect-expect': [
        'error',
        { assertFunctionNames: ['expect', 'given', 'expect*', '**.emits*', '**.refuses*'] },
      ],
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
