import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTopicCommand, PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { ownCloud } from '../server';
import { clients, subscriber } from './cloud';

async function publishToFailing(nuvola: Nuvola, url: string, seen: () => Promise<string>): Promise<void> {
  const { sns } = clients(nuvola.config());
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'topic' }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: url }));
  await fetch(await seen());
  await sns.send(new PublishCommand({ TopicArn, Message: 'm' }));
}

it('what could not be delivered is tried again after a restart, at its time', async () => {
  const data = mkdtempSync(join(tmpdir(), 'nuvola-sns-'));
  await using hook = await subscriber((n) => (n === 0 || n === 2 ? 200 : 503));
  try {
    await using first = await ownCloud({ data });
    first.clock.freeze();
    await publishToFailing(first, hook.url, async () => JSON.parse((await hook.got(1))[0]?.body as string).SubscribeURL as string);
    await first.clock.advance(19_999);
    expect(hook.requests).toHaveLength(2);
    await first.close();
    await using second = await ownCloud({ data });
    expect(hook.requests).toHaveLength(2);
    await second.clock.advance(1);
    expect(hook.requests).toHaveLength(3);
    expect(JSON.parse(hook.requests[2]?.body as string)).toEqual(JSON.parse(hook.requests[1]?.body as string));
    await second.clock.advance(3_600_000);
    expect(hook.requests).toHaveLength(3);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
});
