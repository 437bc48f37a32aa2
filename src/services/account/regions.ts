/** The Regions of an account: on from the beginning, or when the account wants them (Account Management Reference Guide, "Enable or disable AWS Regions"). */
import { regionsEnabledByDefault as enabledByDefault, type Tx } from '../../kernel';
import { noOptRegion, regionInTransition, unknownRegion } from './errors';
import { type RegionChoice, RegionChoices } from './state';

const optional = [
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'eu-central-2',
  'eu-south-1',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
];

/** In the order in which they are listed. */
export const regionNames: readonly string[] = [...enabledByDefault, ...optional].sort();

type RegionStatus = RegionChoice['status'] | 'ENABLED_BY_DEFAULT';

/** Throws ValidationException for what is no Region. `tx` of the account it is about. */
export function regionStatus(tx: Tx, region: string): RegionStatus {
  if (enabledByDefault.includes(region)) return 'ENABLED_BY_DEFAULT';
  if (!optional.includes(region)) throw unknownRegion(region);
  return tx.get(RegionChoices, region)?.status ?? 'DISABLED';
}

const settledTimer = 'account.region-settled';

/** Takes effect a moment later; asked for again it is as it was. Throws ConflictException while it is changing the other way. */
export function chooseRegion(tx: Tx, region: string, wanted: 'ENABLED' | 'DISABLED'): void {
  const status = regionStatus(tx, region);
  const underWay = wanted === 'ENABLED' ? 'ENABLING' : 'DISABLING';
  if (status === 'ENABLED_BY_DEFAULT') throw noOptRegion(region);
  if (status === wanted || status === underWay) return;
  if (status === 'ENABLING' || status === 'DISABLING') throw regionInTransition(region, status);
  tx.put(RegionChoices, { region, status: underWay });
  tx.at(tx.now, settledTimer, { region }, { id: region });
}

function settle(tx: Tx, { region }: { readonly region: string }): void {
  const choice = tx.get(RegionChoices, region);
  if (choice?.status === 'ENABLING') tx.put(RegionChoices, { region, status: 'ENABLED' });
  if (choice?.status === 'DISABLING') tx.delete(RegionChoices, choice);
}

export const regionTimers = { [settledTimer]: settle };
