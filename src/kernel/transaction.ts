/** Tx over an engine: trees per place, indexes, tags, blob references, and the effects that follow a commit. */
import type { EngineTx, Entry, Range, TreeId } from '../store/engine';
import { accountRules, forbiddenTag, forbiddenTagSentence, taggedType } from './account-rules';
import { serviceOfArn } from './arn';
import type { Collection, Counter, Key } from './collection';
import type { Effects } from './effects';
import { afterPrefix, encodeKey, encodeTextPrefix, isKeyed } from './key';
import type { Lane } from './lanes';
import { readLateText } from './late-text';
import { type Place, treeAt } from './place';
import type { Random } from './random';
import { BlobUses, Deliveries, Events, laneTimer, Marks, TagSets, Timers } from './records';
import { NotReady } from './registry';
import type { ServiceDefinition, TargetHandler } from './service';
import type { SigningKey } from './signing-keys';
import { deliveryOf, placeOfTarget } from './targets';
import type { ScanRange, SendOptions, Tags, Tx } from './tx';

type AnyCollection = Collection<any, string>;

interface Trees {
  readonly main: TreeId;
  readonly indexes: readonly { readonly name: string; readonly tree: TreeId; readonly key: (record: never) => Key | undefined }[];
  /** Whether a put must look at what it replaces. */
  readonly readsOld: boolean;
  /** What was last got in a view: in which, by which key, and the record. */
  shownIn: number;
  shownBy: Key;
  shown: object | undefined;
}

/** A place with the trees of the collections used there; one object per place and world. */
export interface PlaceTrees extends Place {
  readonly trees: Map<AnyCollection | Counter, Trees>;
}

/** What a transaction needs of its world. */
export interface TransactionHost {
  placeTrees(place: Place): PlaceTrees;
  readonly random: Random;
  readonly subscribersOf: (event: string) => readonly string[];
  /** Next number of a strictly growing sequence, for the order of events. */
  sequence(): number;
  /** Throws when this account was reset after `epoch`. */
  checkEpoch(account: string, epoch: number): void;
  /** How what this ARN names receives; undefined when nothing does. Throws NotReady. */
  targetOf(targetArn: string): TargetHandler | undefined;
  receives(targetArn: string): boolean;
  /** Throws AccessDenied when the target's owner does not let the sender deliver there, and NotReady. */
  authoriseDelivery(tx: Transaction, targetArn: string, sending: SendOptions): void;
  /** Undefined when there is no such service. Throws NotReady. */
  service(id: string): ServiceDefinition | undefined;
  /** Throws NotReady. */
  signingKey(tx: Transaction, name: string): SigningKey;
}

const noTags: Tags = {};

/** Deliveries inside one transaction: more would hold up the event loop, deeper ones may be a circle. */
const maxDelivered = 256;
const maxDelivering = 4;

/** The index the kernel keeps for collections that declare `owner`. */
export const ownerIndex = 'owner';

export class Transaction implements Tx {
  readonly #engine: EngineTx;
  readonly #host: TransactionHost;
  readonly #epoch: number;
  readonly #view: number;
  readonly place: PlaceTrees;
  readonly now: number;
  readonly effects: Effects;
  /** What was read last: of which collection, by which key, its bytes, and what was found. */
  #lastOf: AnyCollection | undefined;
  #lastKey: Key = '';
  #lastBytes = '';
  #lastFound: object | undefined;

  /** Takes part in an engine's transaction; `epoch` is the world's when the work began that this transaction belongs to. */
  constructor(engine: EngineTx, host: TransactionHost, place: PlaceTrees, now: number, epoch: number, effects: Effects) {
    this.#engine = engine;
    this.#host = host;
    this.#epoch = epoch;
    this.#view = engine.view;
    this.place = place;
    this.now = now;
    this.effects = effects;
    host.checkEpoch(place.account, epoch);
  }

  in(place: Partial<Place>): Transaction {
    const { place: here } = this;
    const { partition = here.partition, account = here.account, region = here.region } = place;
    // Most ARNs name the place where they are used.
    if (account === here.account && region === here.region && partition === here.partition) return this;
    const there = this.#host.placeTrees({ partition, account, region });
    return new Transaction(this.#engine, this.#host, there, this.now, this.#epoch, this.effects);
  }

  /** Is this a transaction in that view, at this place and time? */
  shows(view: EngineTx, place: PlaceTrees, now: number, epoch: number): boolean {
    return this.#engine === view && this.place === place && this.now === now && this.#epoch === epoch;
  }

  get<R extends object>(c: Collection<R, string>, key: Key): R | undefined {
    return this.#view === 0 ? this.#get(c, key) : this.#getInView(c, key);
  }

  /** Calls that came in together ask about the same few things, one after the other. */
  #getInView<R extends object>(c: Collection<R, string>, key: Key): R | undefined {
    const trees = this.#trees(c);
    if (trees.shownIn === this.#view && trees.shownBy === key) return trees.shown as R | undefined;
    trees.shown = this.#engine.get(trees.main, encodeKey(key)) as R | undefined;
    trees.shownBy = key;
    trees.shownIn = this.#view;
    return trees.shown as R | undefined;
  }

  #get<R extends object>(c: Collection<R, string>, key: Key): R | undefined {
    const bytes = encodeKey(key);
    const found = this.#engine.get(this.#trees(c).main, bytes) as R | undefined;
    this.#lastOf = c;
    this.#lastKey = key;
    this.#lastBytes = bytes;
    this.#lastFound = found;
    return found;
  }

  /** The bytes of a record's key: its own where it holds them; known already when what was read last is put again, or replaced. */
  #keyOf<R extends object>(c: Collection<R, string>, record: R): string {
    const key = c.key(record);
    if (c !== this.#lastOf || isKeyed(key)) return encodeKey(key);
    const same = key === this.#lastKey || (this.#lastFound !== undefined && key === c.key(this.#lastFound as R));
    return same ? this.#lastBytes : encodeKey(key);
  }

  has(c: AnyCollection, key: Key): boolean {
    return this.get(c, key) !== undefined;
  }

  put<R extends object>(c: Collection<R, string>, record: R, options?: { readonly tags?: Tags | undefined }): R {
    const arn = options?.tags && c.arn?.(record, this.place);
    if (arn !== undefined && options?.tags) this.#checkTags(arn, options.tags, true);
    const trees = this.#trees(c);
    const key = this.#keyOf(c, record);
    if (trees.readsOld) {
      const old = this.#engine.get(trees.main, key) as R | undefined;
      this.#reindex(trees, key, old, record);
      if (c.blobs) this.#changeBlobs(trees.main.name + key, old ? c.blobs(old) : [], c.blobs(record));
    }
    this.#engine.put(trees.main, key, record);
    if (arn !== undefined && options?.tags) this.put(TagSets, { arn, tags: options.tags });
    return record;
  }

  /** Puts a record over one of an older version, whose index entries are gone already. */
  replaceOlder<R extends object>(c: Collection<R, string>, record: R): void {
    const trees = this.#trees(c);
    const key = encodeKey(c.key(record));
    this.#reindex(trees, key, undefined, record);
    this.#engine.put(trees.main, key, record);
  }

  delete<R extends object>(c: Collection<R, string>, record: R): boolean {
    const trees = this.#trees(c);
    const key = this.#keyOf(c, record);
    const old = this.#engine.get(trees.main, key) as R | undefined;
    if (old === undefined) return false;
    this.#reindex(trees, key, old, undefined);
    if (c.blobs) this.#changeBlobs(trees.main.name + key, c.blobs(old), []);
    this.#engine.delete(trees.main, key);
    if (c.arn) this.#engine.delete(this.#trees(TagSets).main, encodeKey(c.arn(old, this.place)));
    return true;
  }

  scan<R extends object>(c: Collection<R, string>, range: ScanRange = {}): R[] {
    return this.#engine.scan(this.#trees(c).main, boundsOf(range)).map(recordOf) as R[];
  }

  scanIndex<R extends object, I extends string>(c: Collection<R, I>, index: I, range: ScanRange = {}): R[] {
    const { main } = this.#trees(c);
    const entries = this.#engine.scan(this.#indexTree(c, index), boundsOf(range));
    return entries.map(([, primary]) => this.#engine.get(main, primary as string) as R);
  }

  find<R extends object, I extends string>(c: Collection<R, I>, index: I, key: Key): R | undefined {
    return this.scanIndex(c, index, { prefix: key, limit: 1 })[0];
  }

  claim<R extends object, I extends string>(c: Collection<R, I>, range: ScanRange & { readonly index?: I; readonly limit: number }): R[] {
    const { main } = this.#trees(c);
    if (range.index === undefined) return this.#engine.claim(main, boundsOf(range)).map(recordOf) as R[];
    const entries = this.#engine.claim(this.#indexTree(c, range.index), boundsOf(range));
    return entries.map(([, primary]) => this.#engine.get(main, primary as string) as R);
  }

  deleteAll<R extends object>(c: Collection<R, string>, range: ScanRange): number {
    const records = this.scan(c, range);
    for (const record of records) this.delete(c, record);
    return records.length;
  }

  add(c: Counter, key: Key, delta: number): void {
    this.#engine.add(this.#trees(c).main, encodeKey(key), delta);
  }

  count(c: Counter, key: Key): number {
    return this.#engine.count(this.#trees(c).main, encodeKey(key));
  }

  tagsOf(arn: string): Tags {
    return this.get(TagSets, arn)?.tags ?? noTags;
  }

  tag(arn: string, tags: Tags): void {
    this.#checkTags(arn, tags, false);
    this.put(TagSets, { arn, tags: { ...this.tagsOf(arn), ...tags } });
  }

  /** Throws what the service says when a tag policy does not let its resource have these tags; of a whole set, those that are new. */
  #checkTags(arn: string, tags: Tags, isWhole: boolean): void {
    const rules = accountRules(this, this.place.account)?.tags;
    if (rules === undefined || rules.length === 0) return;
    const subject = this.#host.service(serviceOfArn(arn))?.tagPolicy;
    const type = subject && taggedType(arn, subject);
    const key = type && forbiddenTag(rules, type, tags, isWhole ? this.tagsOf(arn) : noTags);
    if (key !== undefined) throw subject?.refusal(forbiddenTagSentence(key));
  }

  untag(arn: string, keys: readonly string[]): void {
    const left = Object.entries(this.tagsOf(arn)).filter(([key]) => !keys.includes(key));
    if (left.length > 0) this.put(TagSets, { arn, tags: Object.fromEntries(left) });
    else this.delete(TagSets, { arn, tags: noTags });
  }

  notify(channel: string, key: string, wake = Number.POSITIVE_INFINITY): void {
    this.effects.notify({ place: this.place, channel, key, wake });
  }

  emit(event: string, detail: Readonly<Record<string, unknown>>, options?: { readonly key?: string }): void {
    for (const subscriber of this.#host.subscribersOf(event)) {
      const { partition, account, region } = this.place;
      const lane = options?.key ?? `${account}/${region}`;
      this.put(Events, {
        subscriber,
        lane,
        sequence: this.#host.sequence(),
        event,
        detail,
        at: this.now,
        attempts: 0,
        place: { partition, account, region },
      });
      this.effects.wake({ kind: 'event', lane, service: subscriber });
    }
  }

  send(targetArn: string, payload: unknown, options: SendOptions = {}): void {
    if (this.#deliverNow(targetArn, payload, options)) return;
    const { partition, account, region } = this.place;
    const { key, ...rest } = options;
    const sequence = this.#host.sequence();
    const lane = `${targetArn}|${key ?? sequence}`;
    const at = options.notBefore ?? this.now;
    this.put(Deliveries, { targetArn, payload, lane, sequence, at, attempts: 0, place: { partition, account, region }, ...rest });
    const name: Lane = { kind: 'delivery', lane, service: serviceOfArn(targetArn) };
    if (at > this.now) this.wakeAt(at, name);
    else this.effects.wake(name);
  }

  /** A lane has something to do at a time. */
  wakeAt(timeMs: number, lane: Lane): void {
    this.at(timeMs, laneTimer, { ...lane }, { id: `${lane.kind} ${lane.service} ${lane.lane}` });
  }

  /** False when the delivery must wait for the commit: the target does I/O, waits behind others, or failed. */
  #deliverNow(targetArn: string, payload: unknown, options: SendOptions): boolean {
    const { effects } = this;
    const { key, notBefore } = options;
    if (notBefore !== undefined || effects.delivered >= maxDelivered || effects.delivering >= maxDelivering) return false;
    const handler = this.#host.targetOf(targetArn);
    if (handler === undefined || 'outside' in handler) return false;
    if (key !== undefined && this.scan(Deliveries, { prefix: `${targetArn}|${key}`, limit: 1 }).length > 0) return false;
    effects.delivered++;
    try {
      this.#host.authoriseDelivery(this, targetArn, options);
      this.attempt(() => handler.inside(this.in(placeOfTarget(targetArn, this.place)), deliveryOf(targetArn, payload, options)));
      return true;
    } catch (error) {
      if (error instanceof NotReady) throw error;
      return false; // it is tried again by itself, and what fails then is dealt with there
    }
  }

  /** Runs a part that may fail alone: its writes and effects are undone, and the error goes on. */
  attempt(part: () => void): void {
    this.#engine.attempt(() => this.effects.attempt(part));
  }

  receives(targetArn: string): boolean {
    return this.#host.receives(targetArn);
  }

  readText(text: string): string {
    const late = readLateText(text);
    if (late === undefined) return text;
    const finishText = this.#host.service(late.service)?.finishText;
    if (!finishText) throw new Error(`${late.service} does not finish texts.`);
    return finishText(this, late.text);
  }

  signingKey(name: string): SigningKey {
    return this.#host.signingKey(this, name);
  }

  at(timeMs: number, timer: string, detail: Readonly<Record<string, unknown>>, options?: { readonly id?: string }): string {
    const { partition, account, region } = this.place;
    const id = options?.id ?? this.uuid();
    this.cancel(timer, id);
    this.put(Timers, {
      due: timeMs,
      sequence: this.#host.sequence(),
      timer,
      id,
      detail,
      attempts: 0,
      place: { partition, account, region },
    });
    this.effects.agenda = true;
    return id;
  }

  cancel(timer: string, id: string): void {
    const { account, region } = this.place;
    for (const old of this.scanIndex(Timers, 'id', { prefix: [account, region, timer, id] })) this.delete(Timers, old);
  }

  reconcile(reconciler: string, key: string): void {
    const { partition, account, region } = this.place;
    this.put(Marks, {
      reconciler,
      key,
      due: this.now,
      generation: this.#host.sequence(),
      attempts: 0,
      place: { partition, account, region },
    });
    this.effects.agenda = true;
  }

  id(prefix: string, length: number, alphabet?: string): string {
    return this.#host.random.id(prefix, length, alphabet);
  }

  uuid(): string {
    return this.#host.random.uuid();
  }

  /** True when no record names this blob any more. */
  blobUnused(blob: string): boolean {
    return this.#engine.scan(this.#trees(BlobUses).main, boundsOf({ prefix: blob, limit: 1 })).length === 0;
  }

  #reindex(trees: Trees, key: string, old: object | undefined, record: object | undefined): void {
    for (const index of trees.indexes) {
      const before = old === undefined ? undefined : index.key(old as never);
      const after = record === undefined ? undefined : index.key(record as never);
      const beforeKey = before === undefined ? undefined : encodeKey(before) + key;
      const afterKey = after === undefined ? undefined : encodeKey(after) + key;
      if (beforeKey === afterKey) continue;
      if (beforeKey !== undefined) this.#engine.delete(index.tree, beforeKey);
      if (afterKey !== undefined) this.#engine.put(index.tree, afterKey, key);
    }
  }

  #changeBlobs(user: string, before: readonly string[], after: readonly string[]): void {
    for (const blob of after) if (!before.includes(blob)) this.put(BlobUses, { blob, user });
    for (const blob of before) {
      if (after.includes(blob)) continue;
      this.delete(BlobUses, { blob, user });
      this.effects.release(blob);
    }
  }

  #indexTree(c: AnyCollection, index: string): TreeId {
    for (const each of this.#trees(c).indexes) if (each.name === index) return each.tree;
    throw new TypeError(`Collection ${c.name} has no index ${index}.`);
  }

  #trees(c: AnyCollection | Counter): Trees {
    return this.place.trees.get(c) ?? makeTrees(this.place, c);
  }
}

function makeTrees(place: PlaceTrees, c: AnyCollection | Counter): Trees {
  const hot = c.kind === 'counter' || c.hot === true;
  const declared: Record<string, (record: never) => Key | undefined> =
    c.kind === 'counter' ? {} : { ...c.indexes, ...(c.owner && { [ownerIndex]: c.owner }) };
  const indexes = Object.entries(declared).map(([name, key]) => ({ name, key, tree: treeAt(`${c.name}#${name}`, c.scope, place, hot) }));
  const trees: Trees = {
    main: treeAt(c.name, c.scope, place, hot),
    indexes,
    readsOld: indexes.length > 0 || (c.kind === 'collection' && c.blobs !== undefined),
    shownIn: 0,
    shownBy: '',
    shown: undefined,
  };
  place.trees.set(c, trees);
  return trees;
}

function recordOf(entry: Entry): unknown {
  return entry[1];
}

/** Above every key that begins with these whole parts, below any key whose last part merely begins with the same text (an escaped NUL). */
const beyond = '\xff';

/** A range of keys as a range of bytes. A bound given as the first parts of a key stands for all keys that begin with them. */
function boundsOf(range: ScanRange): Range {
  let gte: string | undefined;
  let lt: string | undefined;
  if (range.textPrefix !== undefined) {
    gte = encodeTextPrefix(range.prefix, range.textPrefix);
    lt = afterPrefix(gte);
  } else if (range.prefix !== undefined) {
    gte = encodeKey(range.prefix);
    lt = gte + beyond;
  }
  if (range.from !== undefined) gte = later(gte, encodeKey(range.from));
  if (range.after !== undefined) gte = later(gte, encodeKey(range.after) + beyond);
  if (range.to !== undefined) {
    const to = encodeKey(range.to);
    if (lt === undefined || to < lt) lt = to;
  }
  const bounds: { gte?: string; lt?: string; limit?: number; reverse?: boolean } = {};
  if (gte !== undefined) bounds.gte = gte;
  if (lt !== undefined) bounds.lt = lt;
  if (range.limit !== undefined) bounds.limit = range.limit;
  if (range.reverse) bounds.reverse = true;
  return bounds;
}

function later(a: string | undefined, b: string): string {
  return a === undefined || b > a ? b : a;
}
