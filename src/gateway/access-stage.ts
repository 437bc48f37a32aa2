/** The stage of the pipeline that asks whether a call is allowed: its needs, put to the policies, of one state. */
import type { Operation, Protocol } from '../api/model';
import type { RequestFacts } from '../kernel/context';
import { AwsError } from '../kernel/errors';
import type { Place } from '../kernel/place';
import type { Principal } from '../kernel/principal';
import { NotReady } from '../kernel/registry';
import type { ServiceDefinition } from '../kernel/service';
import type { Tx } from '../kernel/tx';
import type { World } from '../kernel/world';
import { requireValidInput } from '../protocol/validation';
import type { DecisionEntry } from '../security/access/decisions';
import type { AccessGate } from '../security/access/gate';
import type { Verdict } from '../security/access/judge';
import { accessNeeds } from '../security/access/needs';

/** A call of which all is known that a decision takes. */
export interface AskedCall {
  readonly pipeline: { readonly cloud: { readonly access: AccessGate } };
  readonly world: Pick<World, 'transact' | 'reader'>;
  readonly epoch: number;
  readonly service: { readonly definition: ServiceDefinition };
  readonly matched: { readonly operation: Operation };
  readonly input: Readonly<Record<string, unknown>>;
  readonly principal: Principal;
  readonly place: Place;
  readonly facts: RequestFacts;
  decisions: Decided | undefined;
}

type Decided = readonly DecisionEntry[];

/** What was decided. Throws the denial, as the service words it. To be asked only while the gate is active. */
export function decideAccess(call: AskedCall): Decided | Promise<Decided> {
  const verdict = read(call) ?? call.world.transact(call.place, call.epoch, (tx) => decide(call, tx));
  return verdict instanceof Promise ? verdict.then(passed) : passed(verdict);
}

/** Undefined where something has to be prepared, or fetched, before a decision can be made. */
function read(call: AskedCall): Verdict | undefined {
  const reader = call.world.reader(call.place, call.epoch);
  if (!reader) return undefined;
  try {
    return decide(call, reader);
  } catch (error) {
    if (error instanceof NotReady) return undefined;
    throw error;
  }
}

/** Inputs from which no need can be told are refused by the model's own rules, which else come later. */
function decide({ pipeline, service: { definition }, matched: { operation }, input, principal, place, facts }: AskedCall, tx: Tx): Verdict {
  try {
    const needs = accessNeeds({ definition, name: operation.name, input }, place, facts, { tx, principal });
    return pipeline.cloud.access.decide(tx, { principal, needs, place, request: facts, service: definition.id });
  } catch (error) {
    const isOurs = !(error instanceof AwsError || error instanceof NotReady);
    if (isOurs && operation.input) requireValidInput(operation, facts.protocol as Protocol, input);
    throw error;
  }
}

/** Thrown here, and not inside the transaction: what it recorded stays. */
function passed({ entries, denial }: Verdict): Decided {
  if (denial) throw denial;
  return entries;
}
