/** Where state lives: partition, account, region; and the trees of a collection there. */
import type { TreeId } from '../store/engine';

export interface Place {
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
}

/** How far one record reaches: the whole partition (bucket names), one account (IAM), one region of an account (queues). */
export type Scope = 'partition' | 'account' | 'region';

const partitions: readonly (readonly [prefix: string, partition: string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-isob-', 'aws-iso-b'],
  ['us-iso-', 'aws-iso'],
  ['us-isof-', 'aws-iso-f'],
  ['eu-isoe-', 'aws-iso-e'],
];

/** The partition a region belongs to. */
export function partitionOf(region: string): string {
  for (const [prefix, partition] of partitions) if (region.startsWith(prefix)) return partition;
  return 'aws';
}

/** The tree in which a collection's records of this place are kept. */
export function treeAt(collection: string, scope: Scope, at: Place, hot: boolean): TreeId {
  const account = scope === 'partition' ? '' : at.account;
  const region = scope === 'region' ? at.region : '';
  return { collection, partition: at.partition, account, region, hot, name: `${collection}|${at.partition}|${account}|${region}` };
}
