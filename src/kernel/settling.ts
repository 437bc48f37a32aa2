/** Waits until nothing is left to do, and moves time on from one thing that is due to the next. */
import type { World } from './world';

export interface Unsettled {
  readonly settled: boolean;
  /** What still runs, in words. */
  readonly left: readonly string[];
}

const defaultSettleMs = 10_000;

/** Waits until nothing is left to do now; says what is, when that takes longer than `settleMs` of real time. */
export async function settle(world: World, settleMs = defaultSettleMs): Promise<Unsettled> {
  const { audit, lanes, agenda } = world;
  const deadline = Date.now() + settleMs;
  await audit.settle();
  agenda.wake();
  for (let round = 0; ; round++) {
    // Two turns: one for what is ready to start, one for what it wakes. What takes longer is asked now and then.
    if (round > 100) await new Promise((resolve) => setTimeout(resolve, 2));
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    const left = [...lanes.busy, ...agenda.busy];
    if (left.length === 0) return { settled: true, left };
    if (Date.now() >= deadline) return { settled: false, left };
  }
}

/** Moves time on, running everything that would have happened on the way, in order, and waits until it has settled. */
export async function advance(world: World, ms: number, settleMs = defaultSettleMs): Promise<Unsettled & { readonly now: number }> {
  if (!(ms >= 0)) throw new RangeError('Time only moves forward; advance by 0 ms or more.');
  const { clock, agenda } = world;
  const target = clock.now() + ms;
  const deadline = Date.now() + settleMs;
  let state = await settle(world, deadline - Date.now());
  for (;;) {
    const next = await agenda.next();
    if (next === undefined || next > target || !state.settled) break;
    if (Date.now() >= deadline) {
      state = { settled: false, left: [`what was due from ${new Date(next).toISOString()} on`] };
      break;
    }
    clock.jump(Math.max(next, clock.now()));
    state = await settle(world, deadline - Date.now());
  }
  const onTime = state.settled;
  if (target > clock.now()) clock.jump(target);
  const end = await settle(world, onTime ? deadline - Date.now() : 0);
  return { ...(onTime ? end : { settled: false, left: end.left.length > 0 ? end.left : state.left }), now: clock.now() };
}
