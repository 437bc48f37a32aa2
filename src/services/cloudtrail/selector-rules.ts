/** Reads and checks event selectors as clients give them, and shows them as AWS does. */
import type { CloudTrail } from '../../../generated/api/cloudtrail';
import { selectorsInvalid } from './errors';
import { type AdvancedSelector, type BasicSelector, type FieldSelector, type Operator, operators } from './state';

type Input = CloudTrail['PutEventSelectors']['input'];
type GivenBasic = NonNullable<Input['EventSelectors']>[number];
type GivenAdvanced = NonNullable<Input['AdvancedEventSelectors']>[number];
type GivenField = GivenAdvanced['FieldSelectors'][number];

const maxSelectors = 5;
const maxDataResources = 250;
const maxValues = 500;
/** Of basic selectors; all others need advanced ones (DataResource, Type). */
const basicTypes = ['AWS::DynamoDB::Table', 'AWS::Lambda::Function', 'AWS::S3::Object'];
const readWriteTypes = ['All', 'ReadOnly', 'WriteOnly'] as const;
const excludable = ['kms.amazonaws.com', 'rdsdata.amazonaws.com'];
const isExcludable = (source: string) => excludable.includes(source);

/** Fields by category, as AdvancedFieldSelector lists them for trails: event data stores have more. */
const fieldsOf: Readonly<Record<string, readonly string[]>> = {
  Management: ['eventCategory', 'readOnly', 'eventSource'],
  Data: [
    'eventCategory',
    'readOnly',
    'eventSource',
    'eventName',
    'eventType',
    'resources.type',
    'resources.ARN',
    'sessionCredentialFromConsole',
    'userIdentity.arn',
  ],
  NetworkActivity: ['eventCategory', 'eventSource', 'eventName', 'errorCode', 'vpcEndpointId'],
};
const onlyEquals = ['readOnly', 'eventCategory', 'resources.type'];
/** Fields that take no other values. */
const onlyValues: Readonly<Record<string, readonly string[]>> = { readOnly: ['true', 'false'], errorCode: ['VpceAccessDenied'] };

/** Throws InvalidEventSelectorsException for what is no selector, or too many. */
export function readBasic(given: readonly GivenBasic[]): BasicSelector[] {
  if (given.length === 0 || given.length > maxSelectors) throw selectorsInvalid('A trail has 1 to 5 event selectors.');
  const selectors = given.map(basicOf);
  const values = selectors.flatMap(({ dataResources }) => dataResources.flatMap((resource) => resource.values));
  if (values.length > maxDataResources) throw selectorsInvalid('A trail is limited to 250 data resources.');
  return selectors;
}

function basicOf(given: GivenBasic): BasicSelector {
  const { ReadWriteType = 'All', IncludeManagementEvents = true, DataResources = [], ExcludeManagementEventSources = [] } = given;
  const readWriteType = readWriteTypes.find((type) => type === ReadWriteType);
  if (readWriteType === undefined) throw selectorsInvalid('ReadWriteType is All, ReadOnly or WriteOnly.');
  if (!IncludeManagementEvents && DataResources.length === 0)
    throw selectorsInvalid('An event selector includes management events, data resources, or both.');
  if (!ExcludeManagementEventSources.every(isExcludable))
    throw selectorsInvalid(`ExcludeManagementEventSources can only hold ${excludable.join(' and ')}.`);
  const dataResources = DataResources.map(({ Type: type = '', Values: values = [] }) => {
    if (!basicTypes.includes(type)) throw selectorsInvalid(`${type} is not a resource type of event selectors; use advanced ones.`);
    for (const value of values) if (!isArnOf(type, value)) throw selectorsInvalid(`Value ${value} for DataResources.Values is invalid.`);
    return { type, values };
  });
  return {
    readWriteType,
    includeManagementEvents: IncludeManagementEvents,
    dataResources,
    excludedSources: ExcludeManagementEventSources,
  };
}

function isArnOf(type: string, value: string): boolean {
  const service = type.split('::')[1]?.toLowerCase();
  return new RegExp(`^arn:[\\w-]+:${service}(:|$)`).test(value);
}

/** Throws InvalidEventSelectorsException for what is no selector, or too many. */
export function readAdvanced(given: readonly GivenAdvanced[]): AdvancedSelector[] {
  const selectors = given.map(({ Name, FieldSelectors }) => ({ name: Name, fields: FieldSelectors.map(fieldOf) }));
  const values = selectors.flatMap(({ fields }) => fields.flatMap(({ tests }) => Object.values(tests).flat()));
  if (selectors.length === 0 || values.length > maxValues)
    throw selectorsInvalid('A trail has at least one advanced event selector, and at most 500 values in all of them.');
  for (const selector of selectors) checkAdvanced(selector);
  return selectors;
}

function fieldOf(given: GivenField): FieldSelector {
  const tests: Partial<Record<Operator, readonly string[]>> = {};
  for (const operator of operators) if (given[operator]) tests[operator] = given[operator];
  return { field: given.Field, tests };
}

function checkAdvanced({ fields }: AdvancedSelector): void {
  const names = fields.map(({ field }) => field);
  if (new Set(names).size < names.length) throw selectorsInvalid('A field may be named once in each advanced event selector.');
  const valuesOf = (name: string) => fields.find(({ field }) => field === name)?.tests.Equals ?? [];
  const [category = '', ...more] = valuesOf('eventCategory');
  const allowed = Object.hasOwn(fieldsOf, category) ? fieldsOf[category] : undefined;
  if (!allowed || more.length > 0) throw selectorsInvalid('eventCategory must equal one of Management, Data and NetworkActivity.');
  for (const field of fields) {
    if (!allowed.includes(field.field)) throw selectorsInvalid(`${field.field} is not a field of selectors of ${category} events.`);
    checkField(category, field);
  }
  if (category === 'Data' && valuesOf('resources.type').length !== 1)
    throw selectorsInvalid('Selectors of Data events name one resources.type.');
  if (category === 'NetworkActivity' && valuesOf('eventSource').length !== 1)
    throw selectorsInvalid('Selectors of NetworkActivity events name one eventSource.');
}

function checkField(category: string, { field, tests }: FieldSelector): void {
  const used = Object.keys(tests);
  const given = Object.values(tests).flat();
  if (used.length === 0) throw selectorsInvalid(`The field ${field} has no operator.`);
  if (onlyEquals.includes(field) && used.some((operator) => operator !== 'Equals'))
    throw selectorsInvalid(`Equals is the only operator for ${field}.`);
  const known = onlyValues[field];
  if (known && given.some((value) => !known.includes(value))) throw selectorsInvalid(`${field} can only be ${known.join(' or ')}.`);
  if (category !== 'Management' || field !== 'eventSource') return;
  if (used.some((operator) => operator !== 'NotEquals') || !given.every(isExcludable))
    throw selectorsInvalid(`eventSource of Management events can only be NotEquals ${excludable.join(' or ')}.`);
}

export const toBasic = (selector: BasicSelector): GivenBasic => ({
  ReadWriteType: selector.readWriteType,
  IncludeManagementEvents: selector.includeManagementEvents,
  DataResources: selector.dataResources.map(({ type, values }) => ({ Type: type, Values: values })),
  ExcludeManagementEventSources: selector.excludedSources,
});

export const toAdvanced = ({ name, fields }: AdvancedSelector): GivenAdvanced => ({
  ...(name !== undefined && { Name: name }),
  FieldSelectors: fields.map(({ field, tests }) => ({ Field: field, ...tests })),
});
