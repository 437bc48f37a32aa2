/**
 * Calls as the history keeps them: many in one piece of text, which names but once what repeats. Thousands of small
 * objects that live long cost more than all else that noting a call takes (measured: 2 µs a call, in garbage collection).
 */
import type { AuditedCall, AuditedOperation } from './audit';
import type { Principal } from './principal';

/** First line of a batch; the others are calls, up to an empty one. */
interface Head {
  readonly region: string;
  readonly recipient: string;
  /** Virtual ms from which the calls count theirs. */
  readonly start: number;
  readonly operations: readonly AuditedOperation[];
  readonly principals: readonly Principal[];
  readonly sources: readonly string[];
  readonly agents: readonly string[];
}

/** What most calls do not have. */
interface Extras {
  readonly additional?: unknown;
  readonly error?: readonly [code: string, message: string | undefined];
  readonly resources?: readonly string[];
  readonly owner?: string;
  readonly host?: string;
  readonly shared?: string;
}

/** A list without repetitions. */
class Dictionary<T> {
  readonly entries: T[] = [];
  readonly #places = new Map<T, number>();

  placeOf(entry: T): number {
    let place = this.#places.get(entry);
    if (place === undefined) {
      place = this.entries.push(entry) - 1;
      this.#places.set(entry, place);
    }
    return place;
  }
}

/** Calls of one account and region, at least one. Batches can be put one after the other. */
export function encodeCalls(calls: readonly AuditedCall[]): Uint8Array {
  const operations = new Dictionary<AuditedOperation>();
  const principals = new Dictionary<Principal>();
  const sources = new Dictionary<string>();
  const agents = new Dictionary<string>();
  const { region, recipient, at: start } = calls[0] as AuditedCall;
  let rows = '';
  let last: AuditedCall | undefined;
  let common = '';
  for (const call of calls) {
    if (last === undefined || !isAlike(call, last)) {
      const operation = operations.placeOf(call.operation);
      const principal = principals.placeOf(call.principal);
      common = `${operation}\t${principal}\t${sources.placeOf(call.sourceIp)}\t${agents.placeOf(call.userAgent)}\t`;
      last = call;
    }
    rows += `${common}${call.at - start}\t${call.requestId}\t${json(call.parameters)}\t${json(call.response)}\t${json(extrasOf(call))}\n`;
  }
  const head: Head = {
    region,
    recipient,
    start,
    operations: operations.entries,
    principals: principals.entries,
    sources: sources.entries,
    agents: agents.entries,
  };
  return Buffer.from(`${JSON.stringify(head)}\n${rows}\n`);
}

/** Mostly the same one asks the same again: then nothing is looked up. */
function isAlike(a: AuditedCall, b: AuditedCall): boolean {
  return a.operation === b.operation && a.principal === b.principal && a.sourceIp === b.sourceIp && a.userAgent === b.userAgent;
}

const json = (value: unknown) => (value === undefined ? '' : JSON.stringify(value));

function extrasOf({ additional, errorCode, errorMessage, resources, owner, secureHost, sharedId }: AuditedCall): Extras | undefined {
  const isPlain = additional === undefined && errorCode === undefined && resources === undefined && owner === undefined;
  if (isPlain && secureHost === undefined && sharedId === undefined) return undefined;
  return {
    ...(additional !== undefined && { additional }),
    ...(errorCode !== undefined && { error: [errorCode, errorMessage] }),
    ...(resources !== undefined && { resources }),
    ...(owner !== undefined && { owner }),
    ...(secureHost !== undefined && { host: secureHost }),
    ...(sharedId !== undefined && { shared: sharedId }),
  };
}

/** The calls in any number of batches, in order. */
export function decodeCalls(text: Uint8Array): AuditedCall[] {
  const calls: AuditedCall[] = [];
  let head: Head | undefined;
  for (const line of Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString().split('\n')) {
    if (line === '') head = undefined;
    else if (head) calls.push(callOf(head, line.split('\t')));
    else head = JSON.parse(line) as Head;
  }
  return calls;
}

function callOf({ region, recipient, start, operations, principals, sources, agents }: Head, row: readonly string[]): AuditedCall {
  const [operation, principal, source, agent, since, requestId, parameters, response, rest] = row;
  const extras = (parsed(rest) ?? {}) as Extras;
  return {
    operation: operations[Number(operation)] as AuditedOperation,
    requestId: requestId as string,
    at: start + Number(since),
    region,
    recipient,
    principal: principals[Number(principal)] as Principal,
    sourceIp: sources[Number(source)] as string,
    userAgent: agents[Number(agent)] as string,
    secureHost: extras.host,
    parameters: parsed(parameters),
    response: parsed(response),
    additional: extras.additional,
    errorCode: extras.error?.[0],
    errorMessage: extras.error?.[1],
    resources: extras.resources,
    owner: extras.owner,
    sharedId: extras.shared,
  };
}

const parsed = (text: string | undefined): unknown => (text === undefined || text === '' ? undefined : JSON.parse(text));
