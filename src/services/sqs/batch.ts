/** What the three batch operations share: the rules for entries, and one result per entry. */
import { AwsError } from '../../kernel';
import { batchIdsNotDistinct, emptyBatch, invalidBatchEntryId, tooManyEntries } from './errors';

const maximumEntries = 10;
const entryId = /^[\w-]{1,80}$/;

export interface FailedEntry {
  readonly Id: string;
  readonly SenderFault: boolean;
  readonly Code: string;
  readonly Message: string;
}

/** Throws when the batch as a whole is wrong. `operation` as AWS names it in its sentence: `SendMessageBatch`. */
export function checkBatch(entries: readonly { readonly Id: string }[], operation: string): void {
  if (entries.length === 0) throw emptyBatch(operation);
  if (entries.length > maximumEntries) throw tooManyEntries(entries.length);
  const seen = new Set<string>();
  for (const { Id } of entries) {
    if (!entryId.test(Id)) throw invalidBatchEntryId();
    if (seen.has(Id)) throw batchIdsNotDistinct(Id);
    seen.add(Id);
  }
}

/** Runs `one` per entry; what one of them refuses does not hinder the others. `one` must check before it changes anything. */
export function runBatch<E extends { readonly Id: string }, R extends object>(entries: readonly E[], one: (entry: E) => R) {
  const Successful: (R & { Id: string })[] = [];
  const Failed: FailedEntry[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...one(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful, Failed };
}
