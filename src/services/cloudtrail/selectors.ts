/** Which events a trail is told of: basic and advanced event selectors. */
import type { AuditedCall } from '../../kernel';
import { resourceTypeOf } from './resources';
import type { AdvancedSelector, BasicSelector, FieldSelector, Operator, Trail } from './state';

/** What a trail has that was told nothing (PutEventSelectors: "By default, trails created without specific event selectors…"). */
export const defaultSelectors: readonly BasicSelector[] = [
  { readWriteType: 'All', includeManagementEvents: true, dataResources: [], excludedSources: [] },
];

/** Services without regions, whose events a trail may leave out (CreateTrail, IncludeGlobalServiceEvents). */
const globalSources = new Set(['iam.amazonaws.com', 'sts.amazonaws.com', 'cloudfront.amazonaws.com', 'organizations.amazonaws.com']);
const globalRegion = 'us-east-1';

/** Whether a trail that is logging takes this call of its own account, or of one of its organization. */
export function selects(trail: Trail, call: AuditedCall): boolean {
  return isInReach(trail, call) && (trail.advanced ? trail.advanced.some((each) => meets(each, call)) : meetsBasic(trail.selectors, call));
}

function isInReach({ region, isMultiRegion, includesGlobal }: Trail, call: AuditedCall): boolean {
  if (call.region !== region && !isMultiRegion) return false;
  return includesGlobal || call.region !== globalRegion || !globalSources.has(call.operation.eventSource);
}

/** Resource types of data events that a trail may take: the gateway notes no others. */
export function dataTypesOf({ advanced, selectors }: Pick<Trail, 'advanced' | 'selectors'>): string[] {
  const types = advanced
    ? advanced.flatMap(({ fields }) => fields.filter(({ field }) => field === 'resources.type').flatMap(({ tests }) => tests.Equals ?? []))
    : (selectors ?? []).flatMap(({ dataResources }) => dataResources.map(({ type }) => type));
  return [...new Set(types)];
}

// ---- basic ----

function meetsBasic(selectors: readonly BasicSelector[] = defaultSelectors, call: AuditedCall): boolean {
  return selectors.some((selector) => {
    const { readOnly, dataType, eventSource } = call.operation;
    if (selector.readWriteType !== 'All' && (selector.readWriteType === 'ReadOnly') !== readOnly) return false;
    if (dataType === undefined) return selector.includeManagementEvents && !selector.excludedSources.includes(eventSource);
    return selector.dataResources.some(({ type, values }) => type === dataType && values.some((value) => covers(value, type, call)));
  });
}

/** A prefix for objects; tables and functions are named in full. `arn:aws:s3` and the like stand for all there are. */
function covers(value: string, type: string, { resources = [] }: AuditedCall): boolean {
  if (value.split(':').filter((part) => part !== '').length <= 3) return true;
  return resources.some((arn) => (type === 'AWS::S3::Object' ? arn.startsWith(value) : arn === value));
}

// ---- advanced ----

function meets({ fields }: AdvancedSelector, call: AuditedCall): boolean {
  return fields.every((field) => meetsField(field, call));
}

const operatorTests: Readonly<Record<Operator, (value: string, given: string) => boolean>> = {
  Equals: (value, given) => value === given,
  StartsWith: (value, given) => value.startsWith(given),
  EndsWith: (value, given) => value.endsWith(given),
  NotEquals: (value, given) => value !== given,
  NotStartsWith: (value, given) => !value.startsWith(given),
  NotEndsWith: (value, given) => !value.endsWith(given),
};

/** Of several values any will do, except that none may be met by one that must not be. */
function meetsField({ field, tests }: FieldSelector, call: AuditedCall): boolean {
  const values = fieldValues(field, call);
  return Object.entries(tests).every(([operator, given]) => {
    const test = operatorTests[operator as Operator];
    return operator.startsWith('Not')
      ? values.every((value) => given.every((each) => test(value, each)))
      : values.some((value) => given.some((each) => test(value, each)));
  });
}

function fieldValues(field: string, call: AuditedCall): readonly string[] {
  const { operation, resources = [], principal, errorCode } = call;
  switch (field) {
    case 'eventCategory':
      return [operation.dataType === undefined ? 'Management' : 'Data'];
    case 'readOnly':
      return [String(operation.readOnly)];
    case 'eventSource':
      return [operation.eventSource];
    case 'eventName':
      return [operation.eventName];
    case 'eventType':
      return ['AwsApiCall'];
    case 'sessionCredentialFromConsole':
      return ['false'];
    case 'userIdentity.arn':
      return [principal.arn];
    case 'errorCode':
      return errorCode === undefined ? [] : [errorCode];
    case 'resources.type':
      return operation.dataType === undefined ? [] : [operation.dataType];
    case 'resources.ARN':
      return resources.filter((arn) => resourceTypeOf(arn) === operation.dataType);
    default:
      return [];
  }
}
