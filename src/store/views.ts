/** Rules about views that every engine keeps; see Engine.view. */
import type { EngineTx } from './engine';

let last = 0;

/** For a view that is about to be made. */
export function nextViewNumber(): number {
  return ++last;
}

/** Asked before every write. */
export function refuseInView({ view }: EngineTx): void {
  if (view !== 0) throw new TypeError('A view is for reading: nothing can be changed in it.');
}
