/** The figures: one table for people, JSON for programs, and the README's table. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { platform, version } from 'node:process';

/** One figure, with the limit it has to keep. */
export interface Figure {
  readonly what: string;
  /** What is limited: a ratio, milliseconds or megabytes. */
  readonly value: number;
  readonly unit: '×' | 'ms' | 'MB' | '%' | 'calls/s';
  /** Of the rounds behind `value`, which is their median. */
  readonly min?: number;
  readonly max?: number;
  readonly atMost?: number;
  readonly atLeast?: number;
  /** What else was seen: rates, latencies, the other side of a ratio. */
  readonly detail: string;
}

/** Whether a figure keeps its limit; undefined when it has none. */
export function isKept({ value, atMost, atLeast }: Figure): boolean | undefined {
  if (atMost !== undefined) return value <= atMost;
  return atLeast === undefined ? undefined : value >= atLeast;
}

const limitOf = ({ atMost, atLeast, unit }: Figure) =>
  atMost !== undefined ? `≤ ${format(atMost, unit)}` : atLeast !== undefined ? `≥ ${format(atLeast, unit)}` : '';

export function format(value: number, unit: Figure['unit']): string {
  if (unit === 'calls/s') return `${Math.round(value).toLocaleString('en-US')}/s`;
  const text = Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
  return unit === '×' ? `${text} ×` : `${text} ${unit}`;
}

const headings = ['', 'measured', 'min–max', 'limit', '', 'detail'] as const;

function cells(figure: Figure): string[] {
  const { what, value, unit, min, max, detail } = figure;
  const range = min === undefined || max === undefined ? '' : `${format(min, unit)} – ${format(max, unit)}`;
  const kept = isKept(figure);
  return [what, format(value, unit), range, limitOf(figure), kept === undefined ? '' : kept ? '✓' : '✗', detail];
}

/** A table with aligned columns. */
export function textTable(figures: readonly Figure[]): string {
  const rows = [[...headings], ...figures.map(cells)];
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** What was measured on: no name, no path. */
export function machine(): string {
  const [cpu] = cpus();
  return `${cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GB, ${platform}, Node ${version}`;
}

export function writeJson(file: string, figures: readonly Figure[]): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ machine: machine(), date: new Date().toISOString(), figures }, null, 2)}\n`);
}

const markers = ['<!-- bench:begin (written by npm run bench -- --readme) -->', '<!-- bench:end -->'] as const;

/** Puts the table between the README's markers. */
export function writeReadme(file: string, figures: readonly Figure[]): void {
  const text = readFileSync(file, 'utf8');
  const [from, to] = [text.indexOf(markers[0]), text.indexOf(markers[1])];
  if (from < 0 || to < 0) throw new Error(`${file} has no ${markers[0]} … ${markers[1]}`);
  const rows = [[...headings], headings.map(() => '---'), ...figures.map(cells)].map((row) => `| ${row.join(' | ')} |`);
  const note = `Measured on ${machine()}; ratios are medians of rounds that alternate with the bare server.`;
  writeFileSync(file, `${text.slice(0, from)}${markers[0]}\n${note}\n\n${rows.join('\n')}\n${text.slice(to)}`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** Median, min and max of the rounds of a figure. */
export const spread = (values: readonly number[]) => ({ value: median(values), min: Math.min(...values), max: Math.max(...values) });
