/** Whatever an operation is sent, asking what it needs ends in a decision or in an error of AWS's, never in a fault of ours. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { services } from '../../generated/services';
import { loadModel } from '../../src/api/load';
import type { Member } from '../../src/api/model';
import { decideAccess } from '../../src/gateway/access-stage';
import { Cloud } from '../../src/gateway/cloud';
import { AwsError } from '../../src/kernel/errors';
import { anonymous } from '../../src/security/principal';
import { at, requestFacts, root, sessionOf, userOf } from './made-world';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await Cloud.open({ iam: 'enforce' });
});
afterAll(() => cloud.close());

const oddities: readonly unknown[] = [
  '',
  'arn:',
  'arn:aws:sqs:us-east-1',
  'http://',
  '/',
  '..',
  '*',
  'x'.repeat(3000),
  '\u0000',
  'a\nb',
  '🎈',
];

/** An input whose every text is the same odd one, and that has nothing else; without one, only what stands in the path. */
function oddInput(service: string, operation: string, oddity: unknown): Record<string, unknown> {
  const members = [...(loadModel(service).operation(operation)?.input?.members ?? [])];
  const isGiven = ({ shape, location }: Member) => (oddity === undefined ? location === 'uri' : shape.type === 'string');
  return Object.fromEntries(members.flatMap(([name, member]) => (isGiven(member) ? [[name, oddity ?? 'x']] : [])));
}

it.each(Object.keys(services))('%s', async (id) => {
  const { world, pipeline } = cloud;
  const definition = await world.registry.load(id);
  const faults: string[] = [];
  for (const name of Object.keys(definition.operations)) {
    const operation = loadModel(id).operation(name);
    if (!operation) continue;
    const inputs = [undefined, ...oddities].map((oddity) => oddInput(id, name, oddity));
    for (const [n, input] of inputs.entries()) {
      for (const principal of [root(), userOf('ann'), sessionOf('role'), anonymous]) {
        const asked = { service: { definition }, matched: { operation }, input, principal, place: at, facts: requestFacts };
        const call = { pipeline, world, epoch: world.epoch, ...asked, decisions: undefined };
        try {
          await decideAccess(call);
        } catch (error) {
          if (!(error instanceof AwsError))
            faults.push(`${name}, input ${n}, ${principal.type}: ${(error as Error).stack?.split('\n').slice(0, 3).join(' ')}`);
        }
      }
    }
  }
  expect(faults).toEqual([]);
});
