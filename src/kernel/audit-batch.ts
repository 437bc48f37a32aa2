/**
 * Calls as the history keeps them: many in one piece of text, which names but once what repeats. Thousands of small
 * objects that live long cost more than all else that noting a call takes (measured: 2 µs a call, in garbage collection).
 */
import type { AuditedCall, AuditedOperation } from './audit';
import type { Principal } from './principal';

/** Columns instead of rows: writing few long lists as JSON is much cheaper than many small objects. */
interface Batch {
  readonly region: string;
  readonly recipient: string;
  /** Virtual ms from which the calls count theirs. */
  readonly start: number;
  readonly operations: readonly AuditedOperation[];
  readonly principals: readonly Principal[];
  readonly sources: readonly string[];
  readonly agents: readonly string[];
  /** Who calls what from where: places in the four lists above. */
  readonly kinds: readonly (readonly [operation: number, principal: number, source: number, agent: number])[];
  /** Each call's place in `kinds`; absent when there is only one. */
  readonly kind?: readonly number[];
  readonly since: readonly number[];
  readonly requestIds: readonly string[];
  /** Absent when no call has any. */
  readonly parameters?: readonly unknown[];
  readonly responses?: readonly unknown[];
  /** By the call's place. */
  readonly extras: Readonly<Record<number, Extras>>;
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

/** Calls of one account and region, at least one, as a line of text. Lines can be put one after the other. */
export function encodeCalls(calls: readonly AuditedCall[]): Uint8Array {
  const { region, recipient, at: start } = calls[0] as AuditedCall;
  const kinds = new Kinds();
  const kind: number[] = [];
  const since: number[] = [];
  const requestIds: string[] = [];
  const parameters: unknown[] = [];
  const responses: unknown[] = [];
  const extras: Record<number, Extras> = {};
  let hasParameters = false;
  let hasResponses = false;
  for (const call of calls) {
    kind.push(kinds.placeOf(call));
    since.push(call.at - start);
    parameters.push(call.parameters);
    if (call.parameters !== undefined) hasParameters = true;
    responses.push(call.response);
    if (call.response !== undefined) hasResponses = true;
    const more = extrasOf(call);
    if (more) extras[requestIds.length] = more;
    requestIds.push(call.requestId);
  }
  const batch: Batch = {
    region,
    recipient,
    start,
    ...kinds.lists(),
    ...(kinds.count > 1 && { kind }),
    since,
    requestIds,
    ...(hasParameters && { parameters }),
    ...(hasResponses && { responses }),
    extras,
  };
  return Buffer.from(`${JSON.stringify(batch)}\n`);
}

/** The combinations of caller and operation in a batch. Mostly the same one asks the same again: then nothing is looked up. */
class Kinds {
  readonly #operations = new Dictionary<AuditedOperation>();
  readonly #principals = new Dictionary<Principal>();
  readonly #sources = new Dictionary<string>();
  readonly #agents = new Dictionary<string>();
  readonly #kinds = new Dictionary<string>();
  #last: AuditedCall | undefined;
  #lastPlace = 0;

  get count(): number {
    return this.#kinds.entries.length;
  }

  placeOf(call: AuditedCall): number {
    if (this.#last !== undefined && isAlike(call, this.#last)) return this.#lastPlace;
    const operation = this.#operations.placeOf(call.operation);
    const principal = this.#principals.placeOf(call.principal);
    const source = this.#sources.placeOf(call.sourceIp);
    this.#last = call;
    this.#lastPlace = this.#kinds.placeOf(`${operation} ${principal} ${source} ${this.#agents.placeOf(call.userAgent)}`);
    return this.#lastPlace;
  }

  lists(): Pick<Batch, 'operations' | 'principals' | 'sources' | 'agents' | 'kinds'> {
    return {
      operations: this.#operations.entries,
      principals: this.#principals.entries,
      sources: this.#sources.entries,
      agents: this.#agents.entries,
      kinds: this.#kinds.entries.map((text) => text.split(' ').map(Number) as [number, number, number, number]),
    };
  }
}

function isAlike(a: AuditedCall, b: AuditedCall): boolean {
  return a.operation === b.operation && a.principal === b.principal && a.sourceIp === b.sourceIp && a.userAgent === b.userAgent;
}

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

/** The calls in any number of lines, in order. */
export function decodeCalls(text: Uint8Array): AuditedCall[] {
  const lines = Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString().split('\n');
  return lines.filter((line) => line !== '').flatMap((line) => callsOf(JSON.parse(line) as Batch));
}

function callsOf(batch: Batch): AuditedCall[] {
  const { region, recipient, start, kinds, kind, since, requestIds, parameters, responses, extras } = batch;
  return requestIds.map((requestId, n) => {
    const [operation, principal, source, agent] = kinds[kind?.[n] ?? 0] as Batch['kinds'][number];
    const { additional, error, resources, owner, host, shared } = extras[n] ?? {};
    return {
      operation: batch.operations[operation] as AuditedOperation,
      requestId,
      at: start + (since[n] as number),
      region,
      recipient,
      principal: batch.principals[principal] as Principal,
      sourceIp: batch.sources[source] as string,
      userAgent: batch.agents[agent] as string,
      secureHost: host,
      parameters: parameters?.[n] ?? undefined,
      response: responses?.[n] ?? undefined,
      additional,
      errorCode: error?.[0],
      errorMessage: error?.[1],
      resources,
      owner,
      sharedId: shared,
    };
  });
}
