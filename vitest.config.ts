// One run of all tests. Two workers, because the machines that run this have two cores and some tests simulate for
// seconds; no retries, because a test that passes the second time has told us something. The timeout is there for what hangs, also on a busy machine.

import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'docs/examples/**/*.test.ts'],
    // The examples import the package by its name, as they would elsewhere; here that is these sources.
    alias: { watership: path.resolve(import.meta.dirname, 'sim/library/index.ts') },
    // Pages are written with the script that the build bundles; here it is bundled from the sources as they are.
    globalSetup: ['test/page-script.ts'],
    reporters: ['default'],
    pool: 'forks',
    maxWorkers: 2,
    retry: 0,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
