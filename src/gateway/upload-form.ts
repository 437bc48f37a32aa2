/** Signature and policy of a browser form: its fields say who sends it, so they are judged once the handler has read them, which asks for its rights. */
import type { FormCheck } from '../kernel/context';
import type { Tx } from '../kernel/tx';
import { readFormCredential } from '../security/credential';
import type { SecurityOptions } from '../security/modes';
import { checkPostPolicy, requireFormSignature } from '../security/post-policy';
import { anonymous, identify, storedKeys } from '../security/principal';
import type { Clocks } from '../security/signature';

interface FormJudge {
  readonly security: SecurityOptions;
  /** Sent by a client in this process. */
  readonly trusted: boolean | undefined;
  readonly partition: string;
  readonly clocks: Clocks & { virtual(): number };
  /** Runs a look into the state. */
  readonly transact: <T>(decide: (tx: Tx) => T) => T | Promise<T>;
}

/** What RequestFacts.checkForm does for one request. */
export function formCheck(judge: FormJudge): FormCheck {
  return async ({ fields, bucket, key }) => {
    if (!fields.has('policy')) return { principal: anonymous, minBytes: 0, maxBytes: Number.POSITIVE_INFINITY };
    requireFormSignature(fields);
    const credential = readFormCredential(fields)!;
    const { security, trusted, partition, clocks } = judge;
    const { principal, secret } = await judge.transact((tx) =>
      identify(credential, { keys: storedKeys(tx), security, trusted, dialect: 's3', partition, clocks }),
    );
    const { min, max } = checkPostPolicy({ fields, bucket, key, credential, secret, clocks });
    return { principal, minBytes: min, maxBytes: max };
  };
}
