/** What a host name says: an AWS endpoint with its region, account or bucket; a name of this machine; or a stranger's. */
import { endpointDomains, ownedDomains } from './aws-names';

export interface HostMeaning {
  /** A name that Nuvola answers to; anything else could be a page that had its own name point here (DNS rebinding). */
  readonly known: boolean;
  /** Without port, in lower case. */
  readonly name: string;
  /** First words of an AWS endpoint, without FIPS, dualstack and global marks: `sqs`, `streams.dynamodb`, `s3`, `s3-control`. */
  readonly endpoint?: string;
  readonly region?: string;
  /** From `123456789012.s3-control.…` and account-based endpoints. */
  readonly account?: string;
  /** `bucket.s3.…`; for access points their ARN. */
  readonly bucket?: string;
  /** `name.localhost`: a bucket if the request is for S3, nothing otherwise. */
  readonly maybeBucket?: string;
  /** `bucket.s3-website-…`: the bucket's web pages, not its API. */
  readonly website?: boolean;
  /** What stands before the endpoint otherwise: the id of an API, a function URL, a load balancer. */
  readonly resource?: string;
}

const localDomains = ['localhost.localstack.cloud', 'localhost'];
/** Names for things that resources own; their services say which is whose. */
const resourceDomains = [...ownedDomains, 'localstack.cloud'];

const regionForm = /^(?:af|ap|ca|cn|eu|eusc|il|me|mx|sa|us)(?:-[a-z]+)+-\d{1,2}$/;
const accountForm = /^\d{12}$/;
const ipv4Form = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const labelForm = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

const remembered = new Map<string, HostMeaning>();
const strange: HostMeaning = { known: false, name: '' };

/**
 * Reads a Host header: `my.bucket.s3.us-west-2.amazonaws.com:4566`. `allowed` names further hosts that are known;
 * one that starts with a dot stands for everything below it.
 */
export function readHost(host: string, allowed: readonly string[] = []): HostMeaning {
  let meaning = remembered.get(host);
  if (meaning === undefined) {
    meaning = meaningOf(host);
    if (remembered.size >= 1_000) remembered.clear();
    remembered.set(host, meaning);
  }
  return meaning.known || allowed.length === 0 ? meaning : withAllowed(meaning, allowed);
}

function withAllowed(meaning: HostMeaning, allowed: readonly string[]): HostMeaning {
  for (const entry of allowed) {
    const name = entry.toLowerCase();
    if (name === '*' || name === meaning.name) return { ...meaning, known: true };
    if (name.startsWith('.') && meaning.name.endsWith(name)) {
      return { known: true, name: meaning.name, ...endpointOf(meaning.name.slice(0, -name.length), true) };
    }
    if (meaning.name.endsWith(`.${name}`)) {
      const rest = endpointOf(meaning.name.slice(0, -name.length - 1), true);
      if (rest.bucket !== undefined || rest.maybeBucket !== undefined) return { known: true, name: meaning.name, ...rest };
    }
  }
  return meaning;
}

function meaningOf(host: string): HostMeaning {
  const name = hostName(host);
  if (name === undefined) return strange;
  // A page can have its own name point at us, but not a literal address.
  if (ipv4Form.test(name) || name.startsWith('[')) return { known: true, name };
  if (!name.split('.').every((label) => labelForm.test(label))) return strange;
  for (const domain of endpointDomains) {
    if (name === domain) return { known: true, name };
    if (name.endsWith(`.${domain}`)) return { known: true, name, ...endpointOf(name.slice(0, -domain.length - 1), false) };
  }
  for (const domain of localDomains) {
    if (name === domain) return { known: true, name };
    if (name.endsWith(`.${domain}`)) return { known: true, name, ...endpointOf(name.slice(0, -domain.length - 1), true) };
  }
  // No public name is a single label: these are other containers' names for us, or this machine's.
  const known = !name.includes('.') || resourceDomains.some((domain) => name === domain || name.endsWith(`.${domain}`));
  return { known, name };
}

/** Lower case, without port and final dot; undefined when it is no host at all. An IPv6 address keeps its brackets. */
function hostName(host: string): string | undefined {
  const parts = /^(\[[0-9a-fA-F:.]{2,45}\]|[^:[\]/\s,@]{1,253}?)\.?(?::\d{1,5})?$/.exec(host);
  return parts?.[1]?.toLowerCase();
}

type Parts = Omit<HostMeaning, 'known' | 'name'>;

const s3Form =
  /^s3(?:-fips|-external-1|-accelerate|-website|-control|-control-fips|-accesspoint|-accesspoint-fips|-object-lambda|-outposts|express-[a-z0-9-]+)?$/;
const s3RegionForm = /^s3(-website|-fips|-control)?-((?:[a-z]+-){2,}\d{1,2})$/;

/** Endpoints whose names have two words; the words before are looked at together. */
const twoWords = new Set([
  'streams.dynamodb',
  'api.ecr',
  'dkr.ecr',
  'api.ecr-public',
  'api.pricing',
  'portal.sso',
  'data.iot',
  'data-ats.iot',
  'credentials.iot',
  'runtime.sagemaker',
  'data.jobs.iot',
  'api.sagemaker',
]);

/** Reads the words before a domain, from the right: region, marks, endpoint, then what they belong to. */
function endpointOf(rest: string, local: boolean): Parts {
  const labels = rest.split('.');
  let region: string | undefined;
  const popMarks = (): void => {
    for (;;) {
      const last = labels.at(-1);
      if (last === undefined || labels.length === 1) return;
      if (last === 'dualstack' || last === 'vpce' || last === 'global') labels.pop();
      else if (region === undefined && regionForm.test(last)) {
        region = last;
        labels.pop();
      } else return;
    }
  };
  popMarks();
  const word = labels.at(-1)!;
  const s3 = s3Parts(word, labels.slice(0, -1), region);
  if (s3) return s3;
  if (local && labels.length === 1 && region === undefined) return { endpoint: word, maybeBucket: rest };
  return { ...plainParts(labels, region), ...(local && { maybeBucket: rest }) };
}

function s3Parts(word: string, before: readonly string[], region: string | undefined): Parts | undefined {
  const dashed = s3RegionForm.exec(word);
  if (!dashed && !s3Form.test(word)) return undefined;
  const kind = (dashed ? `s3${dashed[1] ?? ''}` : word).replace(/-fips$|-external-1$/, '');
  const at = dashed?.[2] ?? region;
  const labels = before.filter((label, i) => !(i === before.length - 1 && label.startsWith('vpce-')));
  if (labels.at(-1) === 'bucket' && labels.length !== before.length) labels.pop();
  const owner = labels.join('.');
  const parts: Parts = { endpoint: kind, ...(at !== undefined && { region: at }) };
  if (owner === '') return parts;
  if (kind === 's3-control') return accountForm.test(owner) ? { ...parts, account: owner } : { ...parts, resource: owner };
  if (kind === 's3-website') return { ...parts, bucket: owner, website: true };
  if (kind === 's3-accesspoint' || kind === 's3-object-lambda') return { ...parts, bucket: accessPointArn(owner, kind, at) ?? owner };
  return { ...parts, bucket: owner };
}

/** `name-123456789012` before `s3-accesspoint` */
function accessPointArn(owner: string, kind: string, region: string | undefined): string | undefined {
  const split = /^(.+)-(\d{12})$/.exec(owner);
  const service = kind === 's3-object-lambda' ? 's3-object-lambda' : 's3';
  return split ? `arn:aws:${service}:${region ?? 'us-east-1'}:${split[2]}:accesspoint/${split[1]}` : undefined;
}

function plainParts(labels: string[], region: string | undefined): Parts {
  const pair = withoutFips(labels.slice(-2).join('.'));
  const words = labels.length > 1 && twoWords.has(pair) ? 2 : 1;
  const endpoint = words === 2 ? pair : withoutFips(labels.at(-1)!);
  const before = labels.slice(0, -words).filter((label) => label !== 'fips');
  // `us-east-1.queue.amazonaws.com` and `us-east-1.elasticmapreduce…`: the older order.
  const at = region ?? (before.length > 0 && regionForm.test(before[0]!) ? before.shift() : undefined);
  const account = before.find((label) => accountForm.test(label));
  const resource = before.filter((label) => label !== account && !label.startsWith('vpce-')).join('.');
  return {
    endpoint,
    ...(at !== undefined && { region: at }),
    ...(account !== undefined && { account }),
    ...(resource !== '' && { resource }),
  };
}

function withoutFips(words: string): string {
  return words.replace(/-fips$|^fips[-.]/, '');
}
