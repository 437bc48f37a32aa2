/**
 * Calls as the history keeps them: many in one piece of text, which names what repeats but once. Thousands of small
 * objects that live long cost more than all else that noting a call takes (measured: 2 µs a call, in garbage collection).
 */
import type { AuditedCall, AuditedOperation } from './audit';
import type { Principal } from './principal';

/** What most calls do not have. */
interface Extras {
  readonly additional?: unknown;
  readonly error?: readonly [code: string, message: string | undefined];
  readonly resources?: readonly string[];
  readonly owner?: string;
  readonly host?: string;
  readonly shared?: string;
}

/** Numbers stand for entries of the lists beside. */
type Row = readonly [
  operation: number,
  principal: number,
  source: number,
  agent: number,
  at: number,
  requestId: string,
  parameters: unknown,
  response: unknown,
  extras?: Extras,
];

interface Batch {
  readonly region: string;
  readonly recipient: string;
  readonly operations: readonly AuditedOperation[];
  readonly principals: readonly Principal[];
  readonly sources: readonly string[];
  readonly agents: readonly string[];
  readonly rows: readonly Row[];
}

const newline = 0x0a;

/** A list without repetitions. Mostly the same thing is asked for again: then nothing is looked up. */
class Dictionary<T> {
  readonly entries: T[] = [];
  readonly #places = new Map<T, number>();
  #last: T | undefined;
  #lastPlace = 0;

  placeOf(entry: T): number {
    if (entry === this.#last) return this.#lastPlace;
    let place = this.#places.get(entry);
    if (place === undefined) {
      place = this.entries.push(entry) - 1;
      this.#places.set(entry, place);
    }
    this.#last = entry;
    this.#lastPlace = place;
    return place;
  }
}

/** Calls of one account and region, at least one, as a line of text. Lines can be put one after the other. */
export function encodeCalls(calls: readonly AuditedCall[]): Uint8Array {
  const operations = new Dictionary<AuditedOperation>();
  const principals = new Dictionary<Principal>();
  const sources = new Dictionary<string>();
  const agents = new Dictionary<string>();
  const rows = calls.map((call): Row => {
    const { at, requestId, parameters = 0, response = 0 } = call;
    const operation = operations.placeOf(call.operation);
    const principal = principals.placeOf(call.principal);
    const source = sources.placeOf(call.sourceIp);
    const agent = agents.placeOf(call.userAgent);
    const extras = extrasOf(call);
    return extras === undefined
      ? [operation, principal, source, agent, at, requestId, parameters, response]
      : [operation, principal, source, agent, at, requestId, parameters, response, extras];
  });
  const { region, recipient } = calls[0] as AuditedCall;
  const batch: Batch = {
    region,
    recipient,
    operations: operations.entries,
    principals: principals.entries,
    sources: sources.entries,
    agents: agents.entries,
    rows,
  };
  return Buffer.from(`${JSON.stringify(batch)}\n`);
}

function extrasOf({ additional, errorCode, errorMessage, resources, owner, secureHost, sharedId }: AuditedCall): Extras | undefined {
  const isPlain =
    errorCode === undefined && resources === undefined && owner === undefined && additional === undefined && secureHost === undefined;
  if (isPlain && sharedId === undefined) return undefined;
  return {
    ...(additional !== undefined && { additional }),
    ...(errorCode !== undefined && { error: [errorCode, errorMessage] }),
    ...(resources !== undefined && { resources }),
    ...(owner !== undefined && { owner }),
    ...(secureHost !== undefined && { host: secureHost }),
    ...(sharedId !== undefined && { shared: sharedId }),
  };
}

/** The calls in any number of lines, in order. */
export function decodeCalls(text: Uint8Array): AuditedCall[] {
  const calls: AuditedCall[] = [];
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf(newline, start);
    const line = Buffer.from(text.buffer, text.byteOffset + start, end - start).toString();
    const batch = JSON.parse(line) as Batch;
    for (const row of batch.rows) calls.push(callOf(batch, row));
    start = end + 1;
  }
  return calls;
}

function callOf({ region, recipient, operations, principals, sources, agents }: Batch, row: Row): AuditedCall {
  const [operation, principal, source, agent, at, requestId, parameters, response, extras = {}] = row;
  return {
    operation: operations[operation] as AuditedOperation,
    requestId,
    at,
    region,
    recipient,
    principal: principals[principal] as Principal,
    sourceIp: sources[source] as string,
    userAgent: agents[agent] as string,
    secureHost: extras.host,
    parameters: parameters === 0 ? undefined : parameters,
    response: response === 0 ? undefined : response,
    additional: extras.additional,
    errorCode: extras.error?.[0],
    errorMessage: extras.error?.[1],
    resources: extras.resources,
    owner: extras.owner,
    sharedId: extras.shared,
  };
}
