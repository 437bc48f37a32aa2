/** `nuvola clock`: shows the clock of a running cloud, or moves it. */
import { callAdmin, type Target } from './admin-client';
import { milliseconds } from './arguments';
import { CliError } from './cli-error';
import { note, print } from './terminal';

interface ClockAnswer {
  readonly time: string;
  readonly frozen: boolean;
  readonly scale: number;
}

export async function clock(action: string | undefined, value: string | undefined, target: Target): Promise<void> {
  if (action === 'advance') await advance(value, target);
  else if (action !== undefined) await callAdmin(target, '/_nuvola/clock', clockChange(action, value));
  const { time, frozen, scale } = await callAdmin<ClockAnswer>(target, '/_nuvola/clock');
  print(`${time}${frozen ? ', frozen' : scale === 1 ? '' : `, ${scale} times as fast as real time`}`);
}

async function advance(value: string | undefined, target: Target): Promise<void> {
  const ms = milliseconds(value ?? '');
  if (ms === undefined) throw new CliError('Say how far, with a unit: nuvola clock advance 90s (or 15m, 2h30m, 1d, 500ms).');
  const { settled, left } = await callAdmin<{ settled: boolean; left: string[] }>(target, '/_nuvola/clock/advance', { ms });
  if (!settled) note(`Not settled yet: ${left.join(', ')}.`);
}

/** What to send for an action: `{"frozen": true}`, `{"scale": 60}`… */
function clockChange(action: string, value: string | undefined): object {
  switch (action) {
    case 'freeze':
      return { frozen: true };
    case 'resume':
      return { frozen: false };
    case 'real':
      return { real: true };
    case 'scale':
      if (!(Number(value) > 0)) throw new CliError('Say how many times as fast as real time: nuvola clock scale 60.');
      return { scale: Number(value) };
    case 'set':
      if (Number.isNaN(Date.parse(value ?? ''))) throw new CliError('Say when: nuvola clock set 2030-01-01T00:00:00Z.');
      return { now: new Date(value as string).toISOString() };
    default:
      throw new CliError(`The clock cannot "${action}". It can advance, freeze, resume, scale, set and real (nuvola clock --help).`);
  }
}
