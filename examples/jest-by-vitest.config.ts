/** Lets our own tests run the Jest example without Jest; you do not need this file. */
import { defineConfig } from 'vitest/config';

export default defineConfig({ root: import.meta.dirname, test: { include: ['jest.test.cjs'], globals: true, watch: false } });
