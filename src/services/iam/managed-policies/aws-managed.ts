/** The managed policies of AWS: names and versions of all, documents of most; from aws-managed.jsonl, read on first use. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface AwsManagedPolicy {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly version: number;
  /** ms since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly document: string;
  /** Where the document is not AWS's own of this name. */
  readonly remark?: string;
}

type Line = [name: string, path: string, version: number, created: number, updated: number, document?: object];

/** Allows nothing that exists; its Sid shows in explanations. */
const emptyDocument = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'NuvolaDoesNotHoldThisPolicy', Effect: 'Allow', Action: 'none:null', Resource: '*' }],
});
const emptyRemark = "(Nuvola does not hold this policy's document; it grants nothing here)";

/** Names that AWS has retired and older instructions still use, and what it gave in their stead. */
const successors: Readonly<Record<string, string>> = {
  AWSCloudTrailFullAccess: 'AWSCloudTrail_FullAccess',
  AWSCloudTrailReadOnlyAccess: 'AWSCloudTrail_ReadOnlyAccess',
  AWSCodePipelineFullAccess: 'AWSCodePipeline_FullAccess',
  AWSCodePipelineReadOnlyAccess: 'AWSCodePipeline_ReadOnlyAccess',
  AWSElasticBeanstalkFullAccess: 'AdministratorAccess-AWSElasticBeanstalk',
  AWSElasticBeanstalkReadOnlyAccess: 'AWSElasticBeanstalkReadOnly',
  AWSLambdaFullAccess: 'AWSLambda_FullAccess',
  AWSLambdaReadOnlyAccess: 'AWSLambda_ReadOnlyAccess',
  AmazonEC2ContainerServiceFullAccess: 'AmazonECS_FullAccess',
};

/** The lines of the file by lower-case name; each is parsed when it is first asked for. */
let lines: ReadonlyMap<string, string> | undefined;
const parsed = new Map<string, AwsManagedPolicy>();

/** By name, in any case; undefined when AWS has no such policy. */
export function findAwsManaged(name: string): AwsManagedPolicy | undefined {
  const key = name.toLowerCase();
  const known = parsed.get(key);
  if (known !== undefined) return known;
  const policy = read(key) ?? readRetired(key);
  if (policy !== undefined) parsed.set(key, policy);
  return policy;
}

/** Every name AWS has today, lower case and sorted. */
export function awsManagedKeys(): readonly string[] {
  return [...allLines().keys()];
}

function read(key: string): AwsManagedPolicy | undefined {
  const line = allLines().get(key);
  if (line === undefined) return undefined;
  const [name, path, version, created, updated, document] = JSON.parse(line) as Line;
  return {
    name,
    path,
    id: idOf(name),
    version,
    createdAt: created * 1000,
    updatedAt: updated * 1000,
    document: document === undefined ? emptyDocument : JSON.stringify(document),
    ...(document === undefined && { remark: emptyRemark }),
  };
}

function readRetired(key: string): AwsManagedPolicy | undefined {
  const name = Object.keys(successors).find((retired) => retired.toLowerCase() === key);
  const successor = name === undefined ? undefined : read((successors[name] as string).toLowerCase());
  if (name === undefined || successor === undefined) return undefined;
  return {
    ...successor,
    name,
    id: idOf(name),
    remark: `(AWS has retired this policy; here it grants what its successor ${successor.name} does)`,
  };
}

function allLines(): ReadonlyMap<string, string> {
  lines ??= new Map(
    readFileSync(dataFile(), 'latin1')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): [string, string] => [line.slice(2, line.indexOf('"', 2)).toLowerCase(), line]),
  );
  return lines;
}

/** Beside this module among the sources, beside the service's bundle once built. */
function dataFile(): string {
  const here = typeof __dirname === 'string' ? __dirname : dirname(fileURLToPath(import.meta.url));
  const found = ['aws-managed.jsonl', 'managed-policies/aws-managed.jsonl']
    .map((path) => join(here, path))
    .find((path) => existsSync(path));
  if (found === undefined) throw new Error(`No list of AWS managed policies near ${here}`);
  return found;
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The same for a name each time; not the id that AWS gave it, which no source lists. */
function idOf(name: string): string {
  const hash = createHash('sha256').update(name).digest();
  return `ANPA${Array.from(hash.subarray(0, 17), (byte) => base32[byte & 31]).join('')}`;
}
