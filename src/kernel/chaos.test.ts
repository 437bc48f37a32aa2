import { describe, expect, it } from 'vitest';
import { Chaos, type Struck } from './chaos';
import { AwsError } from './errors';
import { Random } from './random';

const call = (service = 'sqs', operation = 'SendMessage', signal = new AbortController().signal): Struck => ({
  service,
  operation,
  throttled: () => new AwsError('RequestThrottled', 'Rate exceeded'),
  signal,
});

function chaos(...rules: unknown[]): Chaos {
  const made = new Chaos(new Random('test'));
  made.set(rules);
  return made;
}

describe('chaos', () => {
  it.each([
    [{ error: 'throttle' }, call(), 'RequestThrottled'],
    [{ service: 'sqs', error: 'throttle' }, call('s3'), undefined],
    [{ service: 'sqs', operation: 'SendMessage', error: { code: 'Broken' } }, call(), 'Broken'],
    [{ service: 'sqs', operation: 'SendMessage', error: { code: 'Broken' } }, call('sqs', 'CreateQueue'), undefined],
    [{ probability: 0, error: 'throttle' }, call(), undefined],
    [{ probability: 1, error: 'throttle' }, call(), 'RequestThrottled'],
  ])('%j strikes the calls it means, and only those', async (rule, struck, code) => {
    const outcome = await chaos(rule)
      .strike(struck)
      .catch((error: AwsError) => error.code);
    expect(outcome).toBe(code);
  });

  it('answers an error of ours with status 500 unless told otherwise', async () => {
    const [plain, told] = [{ code: 'Broken' }, { code: 'Broken', status: 418, message: 'Tea.' }];
    await expect(chaos({ error: plain }).strike(call())).rejects.toMatchObject({ status: 500, message: 'An injected fault.' });
    await expect(chaos({ error: told }).strike(call())).rejects.toMatchObject({ status: 418, message: 'Tea.' });
  });

  it('waits no longer when nobody waits for the answer', async () => {
    const caller = new AbortController();
    const struck = chaos({ latencyMs: 900_000 }).strike(call('sqs', 'SendMessage', caller.signal));
    caller.abort();
    await struck;
    await chaos({ latencyMs: 900_000 }).strike(call('sqs', 'SendMessage', caller.signal));
  });

  it('keeps its rules when a new one is wrong', () => {
    const rules = chaos({ latencyMs: 1 });
    expect(() => rules.set([{ latencyMs: 2 }, { latencyMs: 'x' }])).toThrow(TypeError);
    expect(rules.rules).toEqual([{ latencyMs: 1 }]);
  });
});
