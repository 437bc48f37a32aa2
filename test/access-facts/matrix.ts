/**
 * Tables of who gets what while policies are enforced. Each row is one call; its words say, caller by caller, whether it is
 * answered: `yes`; `no` (denied); `key?` (unsigned, where a signature is needed); or the error's name.
 *
 * own:     a user, a member of a group and a session of a role, who all have the rights given, and nothing else
 * bare:    a user of the same account without any rights
 * B, user: root and an almighty user of another account
 * nobody:  unsigned
 */
import { IAMClient } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import {
  accountA,
  accountB,
  allow,
  type Config,
  configOf,
  createMember,
  createSession,
  createUser,
  policy,
  unsigned,
} from '../access/cloud';

const callers = ['root', 'user', 'member', 'session', 'bare', 'B', 'Buser', 'nobody'] as const;
export type Caller = (typeof callers)[number];
export type Call = (config: Config) => Promise<unknown>;

/** Everybody who calls, `rights` being what user, member and session have. */
export async function everybody(cloud: Nuvola, rights: string): Promise<Record<Caller, Config>> {
  const root = configOf(cloud, accountA);
  const B = configOf(cloud, accountB);
  const iam = new IAMClient(root);
  const assumer = await createUser(iam, root, 'assumer', policy(allow('sts:AssumeRole')));
  return {
    root,
    user: await createUser(iam, root, 'user', rights),
    member: await createMember(iam, root, 'member', rights),
    session: await createSession(iam, assumer, 'role', accountA, rights),
    bare: await createUser(iam, root, 'bare'),
    B,
    Buser: await createUser(new IAMClient(B), B, 'almighty', policy(allow('*'))),
    nobody: unsigned(root),
  };
}

/** `root own bare B user nobody`, or one word for all; `user;member;session` where these differ. */
export function expectations(words: string): Record<Caller, string> {
  const list = words.split(' ');
  const [root = '', own = root, bare = own, B = bare, Buser = B, nobody = Buser] = list;
  const [user = '', member = user, session = member] = own.split(';');
  return { root, user, member, session, bare, B, Buser, nobody };
}

export async function outcomes(configs: Record<Caller, Config>, call: Call): Promise<Record<Caller, string>> {
  const found = {} as Record<Caller, string>;
  for (const caller of callers) {
    found[caller] = await call(configs[caller]).then(
      (answer) => (typeof answer === 'string' ? answer : 'yes'),
      ({ name, $metadata }: Error & { readonly $metadata: { readonly httpStatusCode: number } }) => {
        if (/^(AccessDenied|AccessDeniedException|AuthorizationErrorException)$/.test(name)) return 'no';
        if (name.startsWith('MissingAuthenticationToken')) return 'key?';
        // Answers to HEAD have no body.
        return name === 'Unknown' ? String($metadata.httpStatusCode) : name;
      },
    );
  }
  return found;
}

/** One client of each kind for each caller: making them takes longer than what they do. */
export function clientOf<C>(kind: new (config: Config) => C): (config: Config) => C {
  const made = new Map<Config, C>();
  return (config) => {
    const client = made.get(config) ?? new kind(config);
    made.set(config, client);
    return client;
  };
}

type Row = readonly [call: string, run: Call, words: string];

/** A table as tests; `configs` gives the callers once they are there. */
export function tableOf(configs: () => Record<Caller, Config>): (service: string, table: readonly Row[]) => void {
  return (service, table) =>
    describe(service, () => {
      it.each(table)('%s', async (_, call, words) => {
        expect(await outcomes(configs(), call)).toEqual(expectations(words));
      });
    });
}
