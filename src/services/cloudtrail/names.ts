/** Names and ARNs of trails. */
import { type Place, parseArn } from '../../kernel';
import { arnInvalid, bucketNameInvalid, invalidName, prefixInvalid } from './errors';

export function trailArn(at: Place, name: string): string {
  return `arn:${at.partition}:cloudtrail:${at.region}:${at.account}:trail/${name}`;
}

interface TrailAddress {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/** Throws CloudTrailARNInvalidException for an ARN of anything else. */
export function parseTrailArn(text: string): TrailAddress {
  const arn = parseArn(text);
  const name = arn?.resource.startsWith('trail/') ? arn.resource.slice('trail/'.length) : '';
  if (arn?.service !== 'cloudtrail' || !arn.region || !/^\d{12}$/.test(arn.account) || name === '') throw arnInvalid(text);
  return { account: arn.account, region: arn.region, name };
}

/** Throws what AWS answers to a name that no trail can have (CreateTrail, Name). */
export function checkTrailName(name: string): void {
  const { length } = name;
  if (length < 3)
    throw invalidName(`Trail name too short. Minimum allowed length: 3 characters. Specified name length: ${length} characters.`);
  if (length > 128)
    throw invalidName(`Trail name too long. Maximum allowed length: 128 characters. Specified name length: ${length} characters.`);
  if (!/^[0-9A-Za-z]/.test(name)) throw invalidName('Trail name must starts with a letter or number.');
  if (!/[0-9A-Za-z]$/.test(name)) throw invalidName('Trail name must ends with a letter or number.');
  if (!/^[\w.-]+$/.test(name)) {
    throw invalidName(
      'Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_).',
    );
  }
  if (/[._-]{2}/.test(name)) throw invalidName('Trail name cannot have adjacent periods, underscores, or dashes.');
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(name)) throw invalidName('Trail name cannot be in IP address format.');
}

/** Throws for names that no bucket has, and prefixes longer than CloudTrail takes. */
export function checkDestination(bucket: string | undefined, prefix: string | undefined): void {
  if (bucket !== undefined && !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/i.test(bucket)) throw bucketNameInvalid();
  if (prefix !== undefined && prefix.length > 200) throw prefixInvalid();
}

/** `2026/11/21`. */
export const dayPath = (ms: number): string => new Date(ms).toISOString().slice(0, 10).replaceAll('-', '/');
/** `20261121T1716Z`. */
export const minuteStamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace(/[-:]/g, '')}Z`;
/** `20261121T171607Z`. */
export const secondStamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
/** `2026-11-21T17:16:07Z`. */
export const secondText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
