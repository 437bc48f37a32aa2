/** A source file as the house rules see it. */
import { parseSync, type Visitor } from 'rolldown/utils';

export type Program = Parameters<Visitor['visit']>[0];

export interface Source {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly program: Program;
  readonly comments: readonly { readonly value: string; readonly start: number }[];
  /** Tests, benchmarks and scripts may do things that the product may not. */
  readonly kind: 'product' | 'test' | 'tool';
  lineOf(offset: number): number;
}

/** Parses TypeScript or JavaScript; undefined when it has syntax errors, which the compiler reports better. */
export function parseSource(path: string, text: string): Source | undefined {
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) return undefined;
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const lineOf = (offset: number) => {
    const next = starts.findIndex((start) => start > offset);
    return next < 0 ? starts.length : next;
  };
  return { path, text, program, comments, kind: kindOf(path), lineOf };
}

function kindOf(path: string): Source['kind'] {
  if (path.startsWith('test/') || /\.test\.[cm]?[jt]s$/.test(path)) return 'test';
  return path.startsWith('src/') || path.startsWith('generated/') ? 'product' : 'tool';
}
