/** The form of resource names in identity policies: AWS looks at partition, vendor, and what two services expect behind them. */

const partitions = new Set(['*', 'aws', 'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-iso-b', 'aws-iso-e', 'aws-iso-f', 'aws-eusc']);

/** Vendors whose ARNs have no region. */
const withoutRegion: Readonly<Record<string, (resource: string) => string>> = {
  iam: (resource) => `IAM resource ${resource} cannot contain region information.`,
  s3: (resource) => `Resource ${resource} can not contain region information.`,
};

const iamPaths = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
];
/** Came after AWS's sentence was recorded; whether it has it now is not known. */
const laterPaths = ['delegation-request/'];
const knownPaths = [...iamPaths, ...laterPaths];

/** AWS's sentence about a name, undefined when it is fine. */
export function resourceProblem(name: string): string | undefined {
  if (/^\*+$/.test(name)) return undefined;
  const [prefix = '', partition, ...rest] = name.split(':');
  if (partition === undefined) return `Resource ${name} must be in ARN format or "*".`;
  if (!partitions.has(partition)) return partitionProblem(partition, rest);
  const [vendor, ...behind] = rest;
  if (vendor === undefined) return 'Resource vendor must be fully qualified and cannot contain regexes.';
  // An ARN may stop early, but not after a part that is empty.
  if (vendor === '' || (behind.length < 3 && name.includes('::'))) return 'The policy failed legacy parsing';
  if (/[*?]/.test(vendor)) return 'Resource vendor must be fully qualified and cannot contain regexes.';
  // A variable before the resource (`arn:aws:iam::${aws:PrincipalAccount}:…`) has a colon of its own.
  if (prefix !== 'arn' || behind.length === 0 || behind[0]?.includes('${') || behind[1]?.includes('${')) return undefined;
  return vendorProblem(name, vendor, behind);
}

/** AWS repeats the name completed with stars, and calls it an ARN whatever it began with. */
function partitionProblem(partition: string, rest: readonly string[]): string {
  const [vendor = '', region = '*', account = '*', ...resource] = rest;
  const parts = [vendor === '' && rest.length <= 1 ? '*' : vendor, region, account, resource.length > 0 ? resource.join(':') : '*'];
  return `Partition "${partition}" is not valid for resource "arn:${partition}:${parts.join(':')}".`;
}

function vendorProblem(name: string, vendor: string, [region, , ...rest]: readonly string[]): string | undefined {
  const resource = rest.join(':');
  // S3's access points and Object Lambda have regional ARNs of their own form.
  const isRegional = vendor === 's3' && /^(accesspoint|storage-lens|job|async-request)/.test(resource);
  if (region !== '' && region !== '*' && !isRegional && Object.hasOwn(withoutRegion, vendor)) return withoutRegion[vendor]!(name);
  if (vendor !== 'iam' || isIamPath(resource)) return undefined;
  return `IAM resource path must either be "*" or start with ${iamPaths.join(', ')}.`;
}

/** A name cut off by a wildcard (`us*`) may still become one. */
function isIamPath(resource: string): boolean {
  const known = resource.split(/[*?]/)[0]!;
  return knownPaths.some((path) => resource.startsWith(path) || (known !== resource && path.startsWith(known))) || resource === 'root';
}
