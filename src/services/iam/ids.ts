/** ARNs and unique ids of what IAM keeps. */
import { accessKeyIdOf, base32Alphabet, type Place, type Tx } from '../../kernel';

/** The kinds that have a path and a unique id (IAM User Guide, "IAM identifiers"). */
const idPrefixes = {
  user: 'AIDA',
  group: 'AGPA',
  role: 'AROA',
  policy: 'ANPA',
  'instance-profile': 'AIPA',
  'server-certificate': 'ASCA',
} as const;

type PathedKind = keyof typeof idPrefixes;

/** `arn:aws:iam::123456789012:user/division/name`; IAM has no region. */
export function iamArn(at: Place, kind: string, pathAndName: string): string {
  return `arn:${at.partition}:iam::${at.account}:${kind}${pathAndName}`;
}

/** 21 characters: a prefix that says the kind, then what an access key id has too (the account, randomness), and one more. */
export function uniqueId(kind: PathedKind, tx: Tx): string {
  return `${idPrefixes[kind]}${accessKeyIdOf('AKIA', tx.place.account, tx).slice(4)}${tx.id('', 1, base32Alphabet)}`;
}

/** Names are kept as given and compared without case ("Names are not distinguished by case", API reference, CreateUser). */
export function nameKey(name: string): string {
  return name.toLowerCase();
}
