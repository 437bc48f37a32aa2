/**
 * Calls as the history keeps them: rows of JSON, written as each call ends, below a head that says once what many have in
 * common. The texts of pages can be put one after the other.
 *
 * Objects that live until they are written down cost more than all else about noting a call: they are copied from one
 * generation of the heap to the next. A row leaves none behind.
 */
import type { AuditedCall, AuditedOperation } from './audit';
import { JsonBytes } from './json-bytes';
import { accessKeyOf, type Principal, type SessionFacts } from './principal';

/** Who calls from where, and in whose history that is. */
export type AuditedCaller = Pick<AuditedCall, 'region' | 'recipient' | 'principal' | 'sourceIp' | 'userAgent' | 'secureHost'>;

/** What most calls do not have. */
export interface AuditedExtras {
  readonly additional?: unknown;
  readonly error?: readonly [code: string, message: string | undefined] | undefined;
  readonly resources?: readonly string[] | undefined;
  readonly owner?: string | undefined;
  readonly shared?: string | undefined;
}

interface Head {
  /** Virtual ms from which the rows count theirs. */
  readonly start: number;
  readonly operations: readonly AuditedOperation[];
  /** Null for those of other accounts and regions. */
  readonly callers: readonly (AuditedCaller | null)[];
}

/** Parameters and response are 0 where there are none. */
type Row = readonly [
  operation: number,
  caller: number,
  since: number,
  requestId: string,
  parameters: unknown,
  response: unknown,
  extras?: AuditedExtras,
];

/** Management events of one account and region. */
export interface AuditPart {
  readonly account: string;
  readonly region: string;
  readonly text: Uint8Array;
  readonly count: number;
  /** Of the newest one, virtual ms; the clock may have been set back since. */
  readonly newest: number;
}

/** What a row says of whose resource it is about. */
export interface Concern extends Pick<AuditedExtras, 'resources' | 'owner'> {
  readonly operation: AuditedOperation;
  readonly recipient: string;
}

const nobody = -1;
const open = 0x5b;
const close = 0x5d;
const comma = 0x2c;
const zero = 0x30;
/** Larger structures are left out (CloudTrail User Guide, "CloudTrail record contents"). */
const maxStructureBytes = 100 * 1024;

/** Writes a value; false when there is nothing to be shown, whatever was written until then. */
export type WriteValue = (value: unknown, out: JsonBytes) => boolean;

/** Any value that JSON has. */
export const writeJson: WriteValue = (value, out) => {
  if (value === undefined || value === null) return false;
  out.json(JSON.stringify(value));
  return true;
};

/** Calls of one partition, in order. */
export class AuditPage {
  readonly #out: JsonBytes;
  #start = 0;
  #mostSince = 0;
  #count = 0;
  readonly #operations: AuditedOperation[] = [];
  readonly #operationPlaces = new Map<AuditedOperation, number>();
  #lastOperation = 0;
  readonly #callers: AuditedCaller[] = [];
  #lastCaller = 0;
  /** Whether some rows are not to be in the history that the first one is in. */
  #isMixed = false;
  #concerns: Concern[] = [];
  // By row. They keep their length when the page is emptied: arrays that shrink have to grow again.
  readonly #operationOf: number[] = [];
  readonly #callerOf: number[] = [];
  readonly #sinceOf: number[] = [];
  readonly #ends: number[] = [];

  constructor(expectedBytes: number) {
    this.#out = new JsonBytes(expectedBytes);
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#out.length;
  }

  /** How much memory it holds: rows that were cut may have made it grow. */
  get capacity(): number {
    return this.#out.capacity;
  }

  /** How many callers it tells apart. */
  get callerCount(): number {
    return this.#callers.length;
  }

  /** Of the rows that may be about another account's resource. */
  get concerns(): readonly Concern[] {
    return this.#concerns;
  }

  /** Begins a row. Its parameters and its response are to be given next, as values, and then its end. */
  begin(operation: AuditedOperation, caller: AuditedCaller, at: number, requestId: string): void {
    const row = this.#count;
    if (row === 0) {
      this.#start = at;
      this.#mostSince = 0;
    }
    const since = at - this.#start;
    if (since > this.#mostSince) this.#mostSince = since;
    const out = this.#out;
    out.character(open);
    out.integer((this.#operationOf[row] = this.#placeOf(operation)));
    out.character(comma);
    out.integer((this.#callerOf[row] = this.#placeOfCaller(caller)));
    out.character(comma);
    out.integer((this.#sinceOf[row] = since));
    out.character(comma);
    out.string(requestId);
  }

  /** The parameters or the response of the row. `what` names it where it is too large to be shown. */
  value(write: WriteValue | undefined, value: unknown, what: string): void {
    const out = this.#out;
    out.character(comma);
    const from = out.length;
    const isShown = write?.(value, out) === true;
    const originalSize = out.length - from;
    if (isShown && originalSize <= maxStructureBytes) return;
    out.cutTo(from);
    if (isShown) out.json(JSON.stringify({ omitted: true, originalSize, reason: `${what} too large` }));
    else out.character(zero);
  }

  end(extras: AuditedExtras | undefined): void {
    const out = this.#out;
    if (extras !== undefined) {
      out.character(comma);
      out.json(JSON.stringify(extras));
      if (extras.owner !== undefined || extras.resources !== undefined) this.#addConcern(extras);
    }
    out.character(close);
    out.character(comma);
    this.#ends[this.#count++] = out.length;
  }

  /** Forgets what was begun of a row. */
  cancel(): void {
    this.#out.cutTo(this.#endOf(this.#count - 1));
  }

  /** A whole row. */
  add(call: AuditedCall): void {
    this.begin(call.operation, call, call.at, call.requestId);
    this.value(writeJson, call.parameters, 'requestParameters');
    this.value(writeJson, call.response, 'responseElements');
    this.end(extrasOf(call));
  }

  /** Forgets the calls of an account. */
  drop(account: string): void {
    this.#isMixed = true;
    for (let row = 0; row < this.#count; row++)
      if (this.#callers[this.#callerOf[row] as number]?.recipient === account) this.#callerOf[row] = nobody;
    this.#concerns = this.#concerns.filter(({ recipient }) => recipient !== account);
  }

  clear(): void {
    this.#out.cutTo(0);
    this.#count = 0;
    this.#operations.length = 0;
    this.#operationPlaces.clear();
    this.#lastOperation = 0;
    this.#callers.length = 0;
    this.#lastCaller = 0;
    this.#isMixed = false;
    this.#concerns = [];
  }

  /** Everything, as `decodeCalls` reads it. */
  text(): Uint8Array {
    return this.#partsBy(() => '', true)[0]?.text ?? new Uint8Array(0);
  }

  /** What belongs into histories: one part for each. */
  parts(): AuditPart[] {
    return this.#partsBy(({ recipient, region }) => `${recipient}/${region}`, false);
  }

  #partsBy(nameOf: (caller: AuditedCaller) => string, withData: boolean): AuditPart[] {
    if (this.#count > 0 && !this.#isMixed) return [this.#whole()];
    const names = this.#callers.map(nameOf);
    const parts = new Map<string, PartText>();
    for (let row = 0; row < this.#count; row++) {
      const caller = this.#callerOf[row] as number;
      const name = names[caller];
      if (name === undefined || (!withData && this.#operations[this.#operationOf[row] as number]?.dataType !== undefined)) continue;
      let part = parts.get(name);
      if (!part) parts.set(name, (part = this.#beginPart(caller, (place) => names[place] === name)));
      part.add(this.#endOf(row - 1), this.#endOf(row), this.#start + (this.#sinceOf[row] as number));
    }
    return [...parts.values()].map((part) => part.finish());
  }

  #whole(): AuditPart {
    const last = this.#count - 1;
    const part = this.#beginPart(0, () => true);
    part.add(0, this.#endOf(last), this.#start + this.#mostSince, this.#count);
    return part.finish();
  }

  #beginPart(caller: number, isShown: (place: number) => boolean): PartText {
    const callers = this.#callers.map((each, place) => (isShown(place) ? each : null));
    const head: Head = { start: this.#start, operations: this.#operations, callers };
    return new PartText(this.#callers[caller] as AuditedCaller, JSON.stringify(head), this.#out);
  }

  #addConcern({ owner, resources }: AuditedExtras): void {
    const operation = this.#operations[this.#operationOf[this.#count] as number] as AuditedOperation;
    const { recipient } = this.#callers[this.#callerOf[this.#count] as number] as AuditedCaller;
    this.#concerns.push({ operation, recipient, owner, resources });
  }

  #endOf(row: number): number {
    return row < 0 ? 0 : (this.#ends[row] as number);
  }

  #placeOf(operation: AuditedOperation): number {
    if (this.#operations[this.#lastOperation] === operation) return this.#lastOperation;
    let place = this.#operationPlaces.get(operation);
    if (place === undefined) {
      place = this.#operations.push(operation) - 1;
      this.#operationPlaces.set(operation, place);
      if (operation.dataType !== undefined) this.#isMixed = true;
    }
    this.#lastOperation = place;
    return place;
  }

  /** There are few: most pages know one. */
  #placeOfCaller(caller: AuditedCaller): number {
    const callers = this.#callers;
    const last = callers[this.#lastCaller];
    if (last !== undefined && isSame(last, caller)) return this.#lastCaller;
    const found = callers.findIndex((each) => isSame(each, caller));
    this.#lastCaller = found < 0 ? callers.push(remembered(caller)) - 1 : found;
    const [first] = callers;
    if (caller.recipient !== first?.recipient || caller.region !== first.region) this.#isMixed = true;
    return this.#lastCaller;
  }
}

/** Rows of a page, picked out. */
class PartText {
  readonly #caller: AuditedCaller;
  readonly #rows: JsonBytes;
  readonly #pieces: Uint8Array[];
  /** Neighbours are one piece. */
  #start = 0;
  #end = 0;
  #count = 0;
  #newest = Number.NEGATIVE_INFINITY;

  constructor(caller: AuditedCaller, head: string, rows: JsonBytes) {
    this.#caller = caller;
    this.#rows = rows;
    this.#pieces = [Buffer.from(`${head},`)];
  }

  add(start: number, end: number, at: number, count = 1): void {
    if (start !== this.#end) {
      this.#pieces.push(this.#rows.part(this.#start, this.#end));
      this.#start = start;
    }
    this.#end = end;
    this.#count += count;
    this.#newest = Math.max(this.#newest, at);
  }

  finish(): AuditPart {
    const { recipient: account, region } = this.#caller;
    const text = Buffer.concat([...this.#pieces, this.#rows.part(this.#start, this.#end)]);
    return { account, region, text, count: this.#count, newest: this.#newest };
  }
}

function isSame(a: AuditedCaller, b: AuditedCaller): boolean {
  return (
    isSamePrincipal(a.principal, b.principal) &&
    a.recipient === b.recipient &&
    a.region === b.region &&
    a.sourceIp === b.sourceIp &&
    a.userAgent === b.userAgent &&
    a.secureHost === b.secureHost
  );
}

/** A store that reads its records from a disk gives another object each time. */
function isSamePrincipal(a: Principal, b: Principal): boolean {
  return a === b || (a.type === b.type && a.arn === b.arn && a.id === b.id && accessKeyOf(a) === accessKeyOf(b));
}

/** A copy of its own, without what sessions carry along: policies and tags may be long, and no event shows them. */
function remembered({ region, recipient, principal, sourceIp, userAgent, secureHost }: AuditedCaller): AuditedCaller {
  return { region, recipient, principal: withoutBaggage(principal), sourceIp, userAgent, secureHost };
}

function withoutBaggage(principal: Principal): Principal {
  const slim =
    'session' in principal && principal.session?.delegation ? { ...principal, session: undelegated(principal.session) } : principal;
  if (slim.type !== 'session') return slim;
  const { policies: _policies, tags: _tags, ...shown } = slim;
  return shown;
}

function undelegated(session: SessionFacts): SessionFacts {
  return { ...session, delegation: session.delegation && { ...session.delegation, policies: [] } };
}

function extrasOf({ additional, errorCode, errorMessage, resources, owner, sharedId }: AuditedCall): AuditedExtras | undefined {
  const isPlain = additional === undefined && errorCode === undefined && resources === undefined;
  if (isPlain && owner === undefined && sharedId === undefined) return undefined;
  return {
    additional,
    error: errorCode === undefined ? undefined : [errorCode, errorMessage],
    resources,
    owner,
    shared: sharedId,
  };
}

/** A page of these calls. */
export function pageOf(calls: readonly AuditedCall[]): AuditPage {
  const page = new AuditPage(calls.length * 128);
  for (const call of calls) page.add(call);
  return page;
}

/** As the history keeps calls; at least one. */
export function encodeCalls(calls: readonly AuditedCall[]): Uint8Array {
  return pageOf(calls).text();
}

/** The calls in the texts of any number of pages, in order. */
export function decodeCalls(text: Uint8Array): AuditedCall[] {
  const json = Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString();
  let head: Head | undefined;
  const calls: AuditedCall[] = [];
  for (const each of JSON.parse(`[${json}0]`) as readonly (Head | Row | 0)[]) {
    if (each === 0) break;
    if (isHead(each)) head = each;
    else calls.push(callOf(head as Head, each));
  }
  return calls;
}

const isHead = (each: Head | Row): each is Head => !Array.isArray(each);

function callOf(head: Head, [operation, caller, since, requestId, parameters, response, extras = {}]: Row): AuditedCall {
  const { region, recipient, principal, sourceIp, userAgent, secureHost } = head.callers[caller] as AuditedCaller;
  return {
    operation: head.operations[operation] as AuditedOperation,
    requestId,
    at: head.start + since,
    region,
    recipient,
    principal,
    sourceIp,
    userAgent,
    secureHost,
    parameters: parameters === 0 ? undefined : parameters,
    response: response === 0 ? undefined : response,
    additional: extras.additional,
    errorCode: extras.error?.[0],
    errorMessage: extras.error?.[1] ?? undefined,
    resources: extras.resources,
    owner: extras.owner,
    sharedId: extras.shared,
  };
}
