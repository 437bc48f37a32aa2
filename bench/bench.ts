/** What each part of the bench is given, and the two ways to measure: one server under load, or two in turn. */
import { cpuUsOf, type LoadGenerator, type LoadPlan, type LoadResult, type Server } from './processes';
import type { Figure } from './report';

export interface Bench {
  readonly load: LoadGenerator;
  /** Length of one round. */
  readonly seconds: number;
  readonly rounds: number;
  /** Size of "large" state; 1 M unless told otherwise. */
  readonly records: number;
  readonly peers: readonly Server[];
  report(figure: Figure): void;
  say(text: string): void;
}

/** A part of the bench, under the names that `--only` knows it by. */
export interface Part {
  readonly tags: readonly string[];
  run(bench: Bench): Promise<void>;
}

export interface Round extends LoadResult {
  /** Server CPU per call, µs; NaN where it cannot be told. */
  readonly serverUs: number;
}

/** One server, one round. */
export async function round(load: LoadGenerator, server: Server, plan: Omit<LoadPlan, 'port'>): Promise<Round> {
  const before = cpuUsOf(server.pid);
  const result = await load.run({ ...plan, port: server.port });
  const after = cpuUsOf(server.pid);
  return { ...result, serverUs: before === undefined || after === undefined ? Number.NaN : (after - before) / result.calls };
}

export interface Side {
  readonly server: Server;
  readonly plan: Omit<LoadPlan, 'port' | 'seconds'>;
}

/** Both sides in turn, after a round each to get warm. Returns the rounds of both. */
export async function alternate(bench: Bench, a: Side, b: Side): Promise<[Round[], Round[]]> {
  const rounds: [Round[], Round[]] = [[], []];
  for (const side of [a, b]) await round(bench.load, side.server, { ...side.plan, seconds: Math.min(1, bench.seconds) });
  for (let n = 0; n < bench.rounds; n++) {
    rounds[0].push(await round(bench.load, a.server, { ...a.plan, seconds: bench.seconds }));
    rounds[1].push(await round(bench.load, b.server, { ...b.plan, seconds: bench.seconds }));
  }
  return rounds;
}

/** Server CPU of each round of `a` over that of the same round of `b`. */
export const ratios = (a: readonly Round[], b: readonly Round[]) => a.map(({ serverUs }, n) => serverUs / (b[n]?.serverUs ?? Number.NaN));
