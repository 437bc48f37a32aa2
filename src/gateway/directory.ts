/** The API index turned round: which services does a credential scope, a target, an endpoint or a version name? */
import { loadModel, serviceIndex } from '../api/load';
import type { Protocol } from '../api/model';
import { BoundedCache } from '../kernel/bounded-cache';

export interface Directory {
  /** Services that sign with this name; several share some names. Empty for names nobody has. */
  bySigningName(name: string): readonly string[];
  /** The service of `AmazonSQS.SendMessage`. */
  byTarget(target: string): string | undefined;
  /** The service of `GraniteServiceVersion20100801` in a path. */
  byTargetPrefix(prefix: string): string | undefined;
  /** Services at an endpoint's first words: `sqs`, `streams.dynamodb`, `email`. */
  byEndpoint(endpoint: string): readonly string[];
  /** Services of the query protocols with this API version. */
  byVersion(version: string): readonly string[];
  /** Services of the query protocols. */
  readonly queryServices: readonly string[];
  protocols(id: string): readonly Protocol[];
}

/** Signing names and endpoints that the models do not have, but clients do. */
const signingAliases: Readonly<Record<string, readonly string[]>> = {
  s3express: ['s3'],
  's3-object-lambda': ['s3'],
  's3-outposts': ['s3', 's3control'],
  iotdevicegateway: ['iot-data'],
  email: ['ses', 'sesv2'],
};
const endpointAliases: Readonly<Record<string, readonly string[]>> = {
  queue: ['sqs'],
  ddb: ['dynamodb'],
  'streams-ddb': ['dynamodbstreams'],
  ecr: ['ecr'],
  's3-accelerate': ['s3'],
  's3-accesspoint': ['s3'],
  's3-object-lambda': ['s3'],
  's3-outposts': ['s3'],
  's3-website': ['s3'],
  'data.iot': ['iot-data'],
  sesv2: ['sesv2'],
};

const targetsKept = 1_000;
let compiled: Directory | undefined;

/** The directory of the API index, made on first use. */
export function serviceDirectory(): Directory {
  compiled ??= compile();
  return compiled;
}

/** Does this service have such an operation? Reads its table. */
export function hasOperation(id: string, operation: string): boolean {
  return loadModel(id).operation(operation) !== undefined;
}

function compile(): Directory {
  const index = serviceIndex();
  const signing = new Map<string, string[]>();
  const target = new Map<string, string>();
  const endpoint = new Map<string, string[]>();
  const version = new Map<string, string[]>();
  const queryServices: string[] = [];
  for (const [id, facts] of Object.entries(index)) {
    add(signing, facts.signingName, id);
    add(endpoint, facts.endpointPrefix, id);
    if (facts.targetPrefix !== undefined) {
      target.set(facts.targetPrefix, id);
      // Newer SDKs leave a package name out.
      target.set(facts.targetPrefix.slice(facts.targetPrefix.lastIndexOf('.') + 1), id);
    }
    if (facts.protocols.includes('query') || facts.protocols.includes('ec2')) {
      queryServices.push(id);
      add(version, facts.apiVersion, id);
    }
  }
  // Our own ids serve as names too, where AWS means nothing else by them (`cloudwatch`, `stepfunctions`).
  for (const id of Object.keys(index)) {
    if (!signing.has(id)) signing.set(id, [id]);
    if (!endpoint.has(id)) endpoint.set(id, [id]);
  }
  for (const [alias, ids] of Object.entries(signingAliases)) signing.set(alias, [...ids]);
  for (const [alias, ids] of Object.entries(endpointAliases)) endpoint.set(alias, [...ids]);
  const none: readonly string[] = [];
  const services = new BoundedCache<string>(targetsKept);
  return {
    byTarget(name) {
      const known = services.get(name);
      if (known !== undefined) return known;
      const id = target.get(name.slice(0, name.lastIndexOf('.')));
      return id === undefined ? undefined : services.set(name, id);
    },
    bySigningName: (name) => signing.get(name) ?? none,
    byTargetPrefix: (prefix) => target.get(prefix),
    byEndpoint: (name) => endpoint.get(name) ?? endpoint.get(withoutHostPrefix(name)) ?? none,
    byVersion: (name) => version.get(name) ?? none,
    queryServices,
    protocols: (id) => (Object.hasOwn(index, id) ? index[id]!.protocols : []),
  };
}

function add(map: Map<string, string[]>, key: string, id: string): void {
  const ids = map.get(key);
  if (ids) ids.push(id);
  else map.set(key, [id]);
}

/** `sync-states`, `data-servicediscovery`: an operation's host prefix before the endpoint (models, `endpoint.hostPrefix`). */
function withoutHostPrefix(name: string): string {
  return name.replace(/^(?:sync|data|control|query|stream|storage|tags|analytics|workflows|runtime)-/, '');
}
