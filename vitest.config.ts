import { defineConfig } from 'vitest/config';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    include: ['{src,templates,tests}/**/*.test.{ts,tsx}'],
    globalSetup: ['tests/support/local-database.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
