/** BatchGetItem and BatchWriteItem: many items of many tables, each on its own. */
import type { DynamoDB, KeysAndAttributes, WriteRequest } from '../../../../generated/api/dynamodb';
import { defineOperations, type EncodedKey, type TxContext } from '../../../kernel';
import { consumedCapacity, readUnits, Use, WriteUse } from '../capacity';
import { invalid, throughputExceeded } from '../errors';
import { type Get, locateGet, readGet, shownText } from '../gets';
import { preparedList } from '../items';
import { areDistinct } from '../keys';
import { checkTableName, type Found, requireDataTable } from '../lookup';
import { Items, type StoredItem } from '../state';
import { hasCapacity, takeCapacity } from '../throttle';
import { locateIn, perform, readPlainDelete, readPlainPut, type Target, type Write } from '../writes';
import { collectionMetrics } from './items';

const maxReads = 100;
const maxWrites = 25;
/** What one answer may hold (BatchGetItem). */
const answerBytes = 16 * 1024 * 1024;

function requireDistinct(keys: readonly EncodedKey[]): void {
  if (!areDistinct(keys)) throw invalid('Provided list of item keys contains duplicates');
}

type BatchGet = DynamoDB['BatchGetItem'];
type BatchWrite = DynamoDB['BatchWriteItem'];
type Metrics = NonNullable<BatchWrite['output']['ItemCollectionMetrics']>[string];

export const batchOperations = defineOperations<DynamoDB>()({
  BatchGetItem(ctx, input) {
    const reads = Object.entries(input.RequestItems).map(([name, request]) => ({ request, ...readGet(name, request.Keys, request) }));
    if (reads.reduce((sum, { keys }) => sum + keys.length, 0) > maxReads) {
      throw invalid('Too many items requested for the BatchGetItem call');
    }
    const located = reads.map((each) => locateKeys(ctx, each));
    const answer = new BatchAnswer();
    for (const each of located) answer.read(each);
    if (answer.refused) throw throughputExceeded();
    return answer.output(input.ReturnConsumedCapacity);
  },

  BatchWriteItem(ctx, input) {
    const writes = Object.entries(input.RequestItems).map(([name, requests]) => ({ name, requests, writes: readWrites(name, requests) }));
    if (writes.reduce((sum, { requests }) => sum + requests.length, 0) > maxWrites) {
      throw invalid('Too many items requested for the BatchWriteItem call');
    }
    const located = writes.map((each) => {
      const found = requireDataTable(ctx, each.name);
      return { found, targets: each.writes.map((write) => locateIn(found, write)), ...each };
    });
    for (const { targets } of located) requireDistinct(targets.map(({ key }) => key));
    const results = located.map((each) => performAll(each, input.ReturnItemCollectionMetrics === 'SIZE'));
    if (results.every(({ left, requests }) => left.length === requests.length)) throw throughputExceeded();
    const metrics = results.filter((each) => each.metrics.length > 0);
    return {
      UnprocessedItems: Object.fromEntries(results.filter(({ left }) => left.length > 0).map(({ name, left }) => [name, left])),
      ItemCollectionMetrics: metrics.length > 0 ? Object.fromEntries(metrics.map((each) => [each.name, each.metrics])) : undefined,
      ConsumedCapacity: capacities(results, input.ReturnConsumedCapacity),
    };
  },
});

/** Undefined when nobody asked. */
function capacities(of: readonly { readonly found: Found; readonly use: Use }[], detail: string | undefined) {
  const all = of.flatMap(({ found, use }) => consumedCapacity(found.table, use, detail) ?? []);
  return all.length > 0 ? all : undefined;
}

interface Read extends Get {
  readonly request: KeysAndAttributes;
}

interface LocatedRead extends Read {
  readonly found: Found;
  readonly storedKeys: readonly EncodedKey[];
}

function locateKeys(ctx: TxContext, read: Read): LocatedRead {
  const found = requireDataTable(ctx, read.tableName);
  const storedKeys = locateGet(found.table, read);
  requireDistinct(storedKeys);
  return { found, storedKeys, ...read };
}

/** What a BatchGetItem has read so far. */
class BatchAnswer {
  /** By table, which may be called `__proto__`. */
  readonly #responses = new Map<string, unknown>();
  readonly #unprocessed = new Map<string, KeysAndAttributes>();
  readonly #uses: { readonly found: Found; readonly use: Use }[] = [];
  #bytes = 0;
  #read = 0;

  read(located: LocatedRead): void {
    const { tableName: name, request, found, storedKeys } = located;
    const items: StoredItem[] = [];
    const left: NonNullable<KeysAndAttributes['Keys']>[number][] = [];
    const use = new Use();
    for (const [i, key] of storedKeys.entries()) {
      const stored = found.tx.get(Items, { key });
      const bytes = stored?.bytes ?? 0;
      if (this.#bytes + bytes > answerBytes || !hasCapacity(found, 'read')) {
        left.push(request.Keys[i] as (typeof left)[number]);
        continue;
      }
      this.#read++;
      this.#bytes += bytes;
      use.tableUnits += readUnits(bytes, request.ConsistentRead === true);
      if (stored !== undefined) items.push(stored);
    }
    takeCapacity(found, 'read', use);
    this.#responses.set(name, preparedList(items.map((item) => shownText(item, located))));
    this.#uses.push({ found, use });
    if (left.length > 0) this.#unprocessed.set(name, { ...request, Keys: left });
  }

  /** Nothing at all was read. */
  get refused(): boolean {
    return this.#read === 0 && this.#unprocessed.size > 0;
  }

  output(detail: string | undefined): BatchGet['output'] {
    return {
      Responses: Object.fromEntries(this.#responses) as BatchGet['output']['Responses'],
      UnprocessedKeys: Object.fromEntries(this.#unprocessed),
      ConsumedCapacity: capacities(this.#uses, detail),
    };
  }
}

function readWrites(tableName: string, requests: readonly WriteRequest[]): Write[] {
  checkTableName(tableName);
  if (requests.length === 0) throw invalid('The batch write request list for a table cannot be null or empty');
  return requests.map(({ PutRequest: put, DeleteRequest: remove }) => {
    if (put !== undefined && remove === undefined) return readPlainPut(tableName, put.Item);
    if (remove !== undefined && put === undefined) return readPlainDelete(tableName, remove.Key);
    // a sentence of our own: none of AWS's was found recorded
    throw invalid('Supplied WriteRequest must contain exactly one of PutRequest and DeleteRequest');
  });
}

interface LocatedWrites {
  readonly name: string;
  readonly requests: readonly WriteRequest[];
  readonly writes: readonly Write[];
  readonly found: Found;
  readonly targets: readonly Target[];
}

/** Writes until the table's capacity is used up; what is left the client sends again. */
function performAll({ name, requests, writes, found, targets }: LocatedWrites, wantsMetrics: boolean) {
  const use = new WriteUse();
  const left: WriteRequest[] = [];
  const metrics: Metrics[number][] = [];
  for (const [i, write] of writes.entries()) {
    const target = targets[i] as Target;
    if (!hasCapacity(found, 'write')) {
      left.push(requests[i] as WriteRequest);
      continue;
    }
    const one = new WriteUse();
    const written = perform(target, write, one);
    takeCapacity(found, 'write', one);
    use.include(one);
    const metric = wantsMetrics ? collectionMetrics(target, written) : undefined;
    if (metric !== undefined) metrics.push(metric);
  }
  return { name, requests, found, use, left, metrics };
}
