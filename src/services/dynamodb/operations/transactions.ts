/** TransactGetItems and TransactWriteItems: all or nothing. */
import { createHash } from 'node:crypto';
import type { CancellationReason, DynamoDB, TransactWriteItem } from '../../../../generated/api/dynamodb';
import { AwsError, defineOperations, type EncodedKey, type TxContext } from '../../../kernel';
import { consumedCapacity, readUnits, Use, WriteUse } from '../capacity';
import { invalid } from '../errors';
import { type Get, locateGet, readGet, shownText } from '../gets';
import { prepared } from '../items';
import { areDistinct } from '../keys';
import { type Found, requireDataTable } from '../lookup';
import { Items, Tokens } from '../state';
import { requireCapacity, takeCapacity } from '../throttle';
import { locate, perform, readCheck, readDelete, readPut, readUpdate, type Target, type Write } from '../writes';
import { collectionMetrics } from './items';

const tokenLifeMs = 600_000;
/** Expired tokens that each transaction sweeps: more than it adds. */
const sweptTokens = 2;

type TransactWrite = DynamoDB['TransactWriteItems'];
type Metrics = NonNullable<TransactWrite['output']['ItemCollectionMetrics']>;

export const transactionOperations = defineOperations<DynamoDB>()({
  TransactGetItems(ctx, input) {
    const reads = input.TransactItems.map(({ Get }) => readGet(Get.TableName, [Get.Key], Get));
    const founds = reads.map(({ tableName }) => requireDataTable(ctx, tableName));
    const reasons = new Reasons();
    const keys = reads.map((read, i) => reasons.attempt(() => locateGet((founds[i] as Found).table, read)[0] as EncodedKey));
    requireDistinct(keys);
    reasons.throwIfAny();
    const uses = new TableUses();
    const size = new TotalSize();
    const Responses = reads.map((read, i) => reasons.attempt(() => get(founds[i] as Found, read, keys[i] as EncodedKey, uses, size)) ?? {});
    reasons.throwIfAny();
    size.check();
    return { Responses, ConsumedCapacity: uses.consumed(input.ReturnConsumedCapacity, 'read') };
  },

  TransactWriteItems(ctx, input) {
    const writes = input.TransactItems.map(readOne);
    const repeated = useToken(ctx, input);
    const uses = new TableUses();
    if (repeated) {
      // A repeated call only reads what it wrote before, and costs as much (TransactWriteItems, "Idempotency").
      for (const write of writes) reread(ctx, write, uses);
      return { ConsumedCapacity: uses.consumed(input.ReturnConsumedCapacity, 'read') };
    }
    const metrics = performAll(ctx, writes, uses, input.ReturnItemCollectionMetrics === 'SIZE');
    uses.take('write');
    return {
      ConsumedCapacity: uses.consumed(input.ReturnConsumedCapacity, 'write'),
      ItemCollectionMetrics: Object.keys(metrics).length > 0 ? metrics : undefined,
    };
  },
});

function readOne({ ConditionCheck, Put, Delete, Update }: TransactWriteItem): Write {
  const given = [ConditionCheck, Put, Delete, Update].filter((each) => each !== undefined);
  if (given.length !== 1) throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  if (Put !== undefined) return readPut(Put);
  if (Delete !== undefined) return readDelete(Delete);
  return Update === undefined ? readCheck(ConditionCheck as NonNullable<typeof ConditionCheck>) : readUpdate(Update);
}

function performAll(ctx: TxContext, writes: readonly Write[], uses: TableUses, wantsMetrics: boolean): Metrics {
  const reasons = new Reasons();
  const targets = writes.map((write) => reasons.attempt(() => locate(ctx, write)));
  requireDistinct(targets.map((target) => target?.key));
  reasons.throwIfAny();
  const size = new TotalSize();
  const found: Record<string, Metrics[string][number][]> = {};
  for (const [i, write] of writes.entries()) {
    const target = targets[i] as Target;
    reasons.attempt(() => {
      requireCapacity(target, 'write');
      const written = perform(target, write, uses.writeUse(target));
      size.add(written.item?.bytes ?? written.old?.bytes ?? 0);
      const metric = wantsMetrics && write.kind !== 'check' ? collectionMetrics(target, written) : undefined;
      if (metric !== undefined) (found[write.tableName] ??= []).push(metric);
    });
  }
  reasons.throwIfAny();
  size.check();
  return found;
}

/** DynamoDB Local says so of reads as well as of writes. */
function requireDistinct(keys: readonly (EncodedKey | undefined)[]): void {
  if (!areDistinct(keys.filter((key) => key !== undefined)))
    throw invalid('Transaction request cannot include multiple operations on one item');
}

const maxTransactionBytes = 4 * 1024 * 1024;

/** "The aggregate size of the items in the transaction cannot exceed 4 MB." The sentence is ours: none of AWS's was found recorded. */
class TotalSize {
  #bytes = 0;

  add(bytes: number): void {
    this.#bytes += bytes;
  }

  check(): void {
    if (this.#bytes > maxTransactionBytes) throw invalid('The aggregate size of the items in the transaction exceeds 4 MB');
  }
}

/** Whether this very request has been made with this token before; remembers it when not. */
function useToken(ctx: TxContext, { ClientRequestToken: token, TransactItems: items }: TransactWrite['input']): boolean {
  if (token === undefined) return false;
  const { tx } = ctx;
  for (const old of tx.scanIndex(Tokens, 'expiry', { to: ctx.now + 1, limit: sweptTokens })) tx.delete(Tokens, old);
  const fingerprint = createHash('sha1').update(JSON.stringify(items)).digest('base64');
  const known = tx.get(Tokens, token);
  if (known !== undefined && known.expiresAt > ctx.now) {
    if (known.fingerprint === fingerprint) return true;
    // The sentence is the API reference's.
    throw new AwsError(
      'IdempotentParameterMismatchException',
      'DynamoDB rejected the request because you retried a request with a different payload but with an idempotent token that was already used.',
    );
  }
  tx.put(Tokens, { token, fingerprint, expiresAt: ctx.now + tokenLifeMs });
  return false;
}

function reread(ctx: TxContext, write: Write, uses: TableUses): void {
  const target = locate(ctx, write);
  uses.readUse(target).tableUnits += readUnits(target.tx.get(Items, target)?.bytes ?? 0, true);
}

function get(found: Found, read: Get, key: EncodedKey, uses: TableUses, size: TotalSize): { readonly Item?: never } {
  requireCapacity(found, 'read');
  const stored = found.tx.get(Items, { key });
  const use = new Use();
  use.tableUnits = readUnits(stored?.bytes ?? 0, true);
  size.add(stored?.bytes ?? 0);
  takeCapacity(found, 'read', use, 2);
  uses.readUse(found).tableUnits += use.tableUnits;
  return stored === undefined ? {} : { Item: prepared(shownText(stored, read)) as never };
}

/** What each table of a transaction was used for. */
class TableUses {
  readonly #uses = new Map<string, { readonly found: Found; readonly use: WriteUse }>();

  writeUse(found: Found): WriteUse {
    let known = this.#uses.get(found.table.id);
    if (known === undefined) this.#uses.set(found.table.id, (known = { found, use: new WriteUse() }));
    return known.use;
  }

  readUse(found: Found): Use {
    return this.writeUse(found);
  }

  take(kind: 'read' | 'write'): void {
    for (const { found, use } of this.#uses.values()) takeCapacity(found, kind, use, 2);
  }

  consumed(detail: string | undefined, kind: 'read' | 'write') {
    if (detail === undefined) return undefined;
    const all = [...this.#uses.values()].flatMap(({ found, use }) => consumedCapacity(found.table, use, detail, kind) ?? []);
    return all.length > 0 ? all : undefined;
  }
}

/** How a reason calls an error. */
const reasonCodes: Readonly<Record<string, string>> = {
  ConditionalCheckFailedException: 'ConditionalCheckFailed',
  ValidationException: 'ValidationError',
  ProvisionedThroughputExceededException: 'ProvisionedThroughputExceeded',
};

/** Why a transaction is cancelled: one reason for each of its items, in order. */
class Reasons {
  #current: CancellationReason[] = [];
  #any = false;

  /** Undefined when it threw something that cancels the transaction. */
  attempt<T>(run: () => T): T | undefined {
    try {
      const result = run();
      this.#current.push({ Code: 'None' });
      return result;
    } catch (error) {
      const code = error instanceof AwsError ? reasonCodes[error.code] : undefined;
      if (code === undefined) throw error;
      const { message, fields } = error as AwsError;
      this.#current.push({ Code: code, Message: message, ...(fields as Pick<CancellationReason, 'Item'> | undefined) });
      this.#any = true;
      return undefined;
    }
  }

  /** Throws if anything cancels the transaction; begins a new list if not. */
  throwIfAny(): void {
    const reasons = this.#current;
    this.#current = [];
    if (!this.#any) return;
    const codes = reasons.map(({ Code }) => Code).join(', ');
    throw new AwsError(
      'TransactionCanceledException',
      `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
      { fields: { CancellationReasons: reasons } },
    );
  }
}
