/** `/_nuvola/iam/explain`: why a request was decided as it was, or how one would be. */
import type { AccessNeed } from '../kernel/access';
import { defaultAccount } from '../kernel/credentials';
import { AwsError } from '../kernel/errors';
import { type Place, partitionOf } from '../kernel/place';
import type { ContextValue } from '../policy';
import { type ExplainedDecision, explainConsidered, explainEntry } from '../security/access/explain';
import { accountId, badRequest, type Parameters } from './admin-parameters';
import type { Cloud } from './cloud';
import { principalNamed } from './iam-principal';

export interface Explanations {
  /** One for each right that was asked for. */
  readonly decisions: readonly ExplainedDecision[];
  /** How many more there were: batches ask for a right per key. */
  readonly omitted?: number;
}

/** Of a `request` or an `authorization` id; or of a `principal`, an `action` and a `resource`, if it were asked now. */
export async function explanations(cloud: Cloud, asked: Parameters): Promise<Explanations> {
  const { request, authorization, ...subject } = asked;
  const id = request ?? authorization;
  if (id === undefined) return { decisions: [await considered(cloud, subject)] };
  if (typeof id !== 'string' || Object.keys(subject).length > 0 || (request !== undefined && authorization !== undefined)) {
    throw badRequest('Send either request, or authorization, or principal, action and resource.');
  }
  return remembered(cloud, id);
}

const mostDecisions = 200;

function remembered({ access, world }: Cloud, id: string): Explanations {
  const entries = access.decisions.byRequest(id);
  const omitted = entries.length - mostDecisions;
  if (omitted > 0) {
    const deniedFirst = [...entries].sort((a, b) => Number(a.allowed) - Number(b.allowed));
    return { decisions: deniedFirst.slice(0, mostDecisions).map(explainEntry), omitted };
  }
  if (entries.length > 0) return { decisions: entries.map(explainEntry) };
  const request = world.requests.list().find((entry) => entry.id === id);
  throw new AwsError(
    'NotFound',
    `${reasonOf(request, id)} ${access.isActive ? 'The latest decisions are kept, denials longer than others.' : modeOff}`,
    {
      status: 404,
    },
  );
}

const modeOff = 'Policies are not evaluated: the mode is off. Turn it on with `nuvola iam mode audit`, and make the request again.';

function reasonOf(request: { readonly service: string; readonly operation: string } | undefined, id: string): string {
  if (request === undefined) return `Nothing is remembered of a request ${id}.`;
  return `No policy was asked about request ${id} (${request.service} ${request.operation}).`;
}

async function considered(cloud: Cloud, { principal, action, resource = '*', account, region = 'us-east-1', conditions = {} }: Parameters) {
  if (typeof principal !== 'string' || typeof action !== 'string' || typeof resource !== 'string' || typeof region !== 'string') {
    throw badRequest('Send a request id; or principal, action and resource, which are strings.');
  }
  if (!/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region)) throw badRequest('region looks like eu-west-1.');
  const need = needOf(action, resource, conditions);
  const partition = partitionOf(region);
  const named = account === undefined ? undefined : accountId(account);
  const who = await principalNamed(cloud, principal, { account: named, partition });
  const { world, access } = cloud;
  const place: Place = { partition, account: named ?? who.account ?? defaultAccount, region };
  const service = action.slice(0, action.indexOf(':'));
  const question = { principal: who, place, request: imagined, service, ...(who.type === 'service' && { source: sourceIn(need) }) };
  const judge = await access.load();
  const found = await world.transactAt(place, (tx) => judge.consider(tx, question, need));
  if (!found) throw badRequest(`No policy has a say about ${action}: AWS lets everybody call it who can sign for it.`);
  return explainConsidered(found);
}

/** A call from this machine, over plain HTTP, as most are. */
const imagined = {
  id: 'none',
  baseUrl: 'http://127.0.0.1',
  host: '127.0.0.1',
  sourceIp: '127.0.0.1',
  userAgent: 'nuvola',
  secure: false,
  headers: {},
  target: '/',
  method: 'GET',
  protocol: 'none',
};

function needOf(action: string, resource: string, conditions: unknown): AccessNeed {
  if (!/^[a-z0-9-]+:[A-Za-z0-9_-]+$/.test(action)) throw badRequest(`${JSON.stringify(action)} is no action; one looks like s3:GetObject.`);
  if (resource !== '*' && !/^arn:[^:]+:[^:]+:[^:]*:[^:]*:./s.test(resource)) {
    throw badRequest(`${JSON.stringify(resource)} is no ARN; give one such as arn:aws:s3:::bucket/key, or * for actions that take none.`);
  }
  return { action, resource, conditions: checkedConditions(conditions) };
}

/** For whom a service is said to act. */
function sourceIn({ conditions = {} }: AccessNeed): { readonly arn?: string; readonly account?: string } {
  const told = new Map(Object.entries(conditions).map(([key, value]) => [key.toLowerCase(), value]));
  const [arn, account] = [told.get('aws:sourcearn'), told.get('aws:sourceaccount')];
  return { ...(typeof arn === 'string' && { arn }), ...(typeof account === 'string' && { account }) };
}

function checkedConditions(conditions: unknown): Record<string, ContextValue> {
  if (typeof conditions !== 'object' || conditions === null || Array.isArray(conditions)) throw wrongConditions();
  for (const value of Object.values(conditions)) {
    if (typeof value !== 'string' && !(Array.isArray(value) && value.every((each) => typeof each === 'string'))) throw wrongConditions();
  }
  return conditions as Record<string, ContextValue>;
}

function wrongConditions(): AwsError {
  return badRequest('conditions is an object of condition keys, each a string or a list of strings: {"aws:SourceIp": "203.0.113.7"}.');
}
