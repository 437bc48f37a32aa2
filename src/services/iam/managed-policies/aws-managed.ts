/**
 * The managed policies of AWS: names and versions of all, documents of most. They stand in aws-managed.jsonl, read on first
 * use: one line each, sorted by name, from the list that moto keeps (see NOTICE). Documents of more than 6,144 characters
 * are left out, save well-known ones, and those of services' own roles beyond 2,048.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { derived, uniqueIdOf } from '../../../kernel';

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

/** By name, in any case; undefined when AWS has no such policy. */
export function findAwsManaged(name: string): AwsManagedPolicy | undefined {
  const key = name.toLowerCase();
  const line = linesOf(data).get(key);
  return line ? readLine(line) : readRetired(key);
}

/** Every name AWS has today, lower case and sorted. */
export function awsManagedKeys(): readonly string[] {
  return keysOf(linesOf(data));
}

/** Of a policy AWS has today; its document is not read for it. */
export function awsManagedPath(key: string): string {
  const { text = '' } = linesOf(data).get(key) ?? {};
  const start = text.indexOf('"/');
  return text.slice(start + 1, text.indexOf('"', start + 1));
}

/** One policy of the file, not yet parsed. */
interface Unread {
  readonly text: string;
}

const data = { name: 'aws-managed.jsonl' };

/** The lines of the file by lower-case name. */
const linesOf = derived(
  ({ name }: typeof data): ReadonlyMap<string, Unread> =>
    new Map(
      readFileSync(pathOf(name), 'latin1')
        .split('\n')
        .filter((text) => text !== '')
        .map((text) => [text.slice(2, text.indexOf('"', 2)).toLowerCase(), { text }]),
    ),
);

const keysOf = derived((lines: ReadonlyMap<string, Unread>): readonly string[] => [...lines.keys()]);

const readLine = derived(({ text }: Unread): AwsManagedPolicy => {
  const [name, path, version, created, updated, document] = JSON.parse(text) as Line;
  return {
    name,
    path,
    id: uniqueIdOf('ANPA', name),
    version,
    createdAt: created * 1000,
    updatedAt: updated * 1000,
    document: document === undefined ? emptyDocument : JSON.stringify(document),
    ...(document === undefined && { remark: emptyRemark }),
  };
});

function readRetired(key: string): AwsManagedPolicy | undefined {
  const name = Object.keys(successors).find((retired) => retired.toLowerCase() === key);
  const line = name === undefined ? undefined : linesOf(data).get((successors[name] as string).toLowerCase());
  if (name === undefined || line === undefined) return undefined;
  const successor = readLine(line);
  return {
    ...successor,
    name,
    id: uniqueIdOf('ANPA', name),
    remark: `(AWS has retired this policy; here it grants what its successor ${successor.name} does)`,
  };
}

/** Beside this module among the sources, beside the service's bundle once built. */
function pathOf(name: string): string {
  const here = typeof __dirname === 'string' ? __dirname : dirname(fileURLToPath(import.meta.url));
  const found = [name, `managed-policies/${name}`].map((path) => join(here, path)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`No list of AWS managed policies near ${here}`);
  return found;
}
