/** `nuvola inbox`: what the cloud would have sent. */
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nuvola, Scratch, Server } from './command';

let scratch: Scratch;
let server: Server;
beforeAll(async () => {
  scratch = new Scratch();
  server = await Server.start([], { env: { NUVOLA_HOME: scratch.file('nuvola') } });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  scratch[Symbol.dispose]();
});

test('shows messages, some of them, and none after clearing', async () => {
  const inbox = async (...args: string[]) => (await nuvola(['inbox', '--url', server.url, ...args])).stdout;
  expect(await inbox()).toBe('Nothing has been sent.\n');
  const sns = new SNSClient(server.config());
  await sns.send(new PublishCommand({ PhoneNumber: '+15555550100', Message: 'first\nline two\u001b[31m' }));
  await sns.send(new PublishCommand({ PhoneNumber: '+15555550101', Message: 'second' }));
  const text = await inbox();
  expect(text).toMatch(/^\S+Z {2}sms {2}to \+15555550100 {2}from NOTICE {2}\(account \d{12}\)\n {2}first\n {2}line two·\[31m\n\n/);
  expect(text).toContain('second');
  const lines = (await inbox('--json', '--kind', 'sms', '--to', '+15555550101')).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([expect.objectContaining({ kind: 'sms', to: '+15555550101', body: 'second' })]);
  expect(await inbox('--account', '111111111111')).toBe('Nothing has been sent.\n');
  expect(await inbox('--clear')).toBe('Cleared 2 messages.\n');
  expect(await inbox()).toBe('Nothing has been sent.\n');
});
