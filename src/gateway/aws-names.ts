/** The domain names of AWS, in every partition. Loaded into other programs too (see cli/preload), so it imports nothing. */

/** Domains below which API endpoints live: the DNS suffixes of botocore's partitions, plain and dualstack, and `on.aws` for what functions own. */
export const endpointDomains: readonly string[] = [
  'amazonaws.com',
  'api.aws',
  'on.aws',
  'amazonaws.com.cn',
  'api.amazonwebservices.com.cn',
  'amazonaws.eu',
  'api.amazonwebservices.eu',
  'c2s.ic.gov',
  'api.aws.ic.gov',
  'sc2s.sgov.gov',
  'api.aws.scloud',
  'cloud.adc-e.uk',
  'api.cloud-aws.adc-e.uk',
  'csp.hci.ic.gov',
  'api.aws.hci.ic.gov',
];

/** Domains below which AWS names what resources own: distributions, environments, portals, user pools. */
export const ownedDomains: readonly string[] = [
  'cloudfront.net',
  'cloudfront.cn',
  'elasticbeanstalk.com',
  'awsapps.com',
  'awsglobalaccelerator.com',
  'amazoncognito.com',
];

/** Is this host name (in lower case, without port) AWS's? */
export function isAwsName(name: string): boolean {
  return endpointDomains.some((domain) => isWithin(name, domain)) || ownedDomains.some((domain) => isWithin(name, domain));
}

/** Is the name this domain, or below it? */
export function isWithin(name: string, domain: string): boolean {
  return name.endsWith(domain) && (name.length === domain.length || name[name.length - domain.length - 1] === '.');
}
