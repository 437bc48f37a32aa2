/** Where state lives: partition, account, region; and the trees of a collection there. */
import type { TreeId } from '../store/engine';

export interface Place {
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
}

/**
 * How far one record reaches: the whole partition (bucket names), one account (IAM), one region of an account (queues);
 * or the world, for the kernel's own lists of what is to happen.
 */
export type Scope = 'world' | 'partition' | 'account' | 'region';

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

const homeRegions: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-iso': 'us-iso-east-1',
  'aws-iso-b': 'us-isob-east-1',
  'aws-iso-e': 'eu-isoe-west-1',
  'aws-iso-f': 'us-isof-south-1',
};

/** Where the services of a partition are that have no regions: IAM, Organizations (IAM User Guide, "IAM endpoints and quotas"). */
export function homeRegionOf(partition: string): string {
  return homeRegions[partition] ?? 'us-east-1';
}

/** Regions that all accounts have; the others are for those who enable them (Account Management Reference Guide, "Enable or disable AWS Regions"). */
export const regionsEnabledByDefault: readonly string[] = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
];

/** The tree in which a collection's records of this place are kept. */
export function treeAt(collection: string, scope: Scope, at: Place, hot: boolean): TreeId {
  const partition = scope === 'world' ? '' : at.partition;
  const account = scope === 'account' || scope === 'region' ? at.account : '';
  const region = scope === 'region' ? at.region : '';
  return { collection, partition, account, region, hot, name: `${collection}|${partition}|${account}|${region}` };
}
