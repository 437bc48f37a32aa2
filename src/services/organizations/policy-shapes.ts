/** What stands in the management policies that services here act on; the others' elements are only looked at as far as all have them in common. */
import { childControl, isObject } from './operators';
import type { PolicyType } from './policy-types';

type Json = Readonly<Record<string, unknown>>;

/** Whether the one element on top holds what its type says. It has been seen to hold elements and operators. */
export function hasShape(type: PolicyType, element: Json): boolean {
  if (type === 'TAG_POLICY') return entriesOf(element).every(([name, tag]) => isTag(name, tag));
  if (type === 'S3_POLICY')
    return entriesOf(element).every(([name, setting]) => name === 'public_access_block_configuration' && isSwitch(setting));
  return true;
}

/** User Guide, "Tag policy syntax and examples". */
const lists: ReadonlyMap<string, (one: string) => boolean> = new Map([
  ['tag_value', (value) => value.split('*').length <= 2],
  ['enforced_for', isResourceType],
  ['report_required_tag_for', isResourceType],
]);

function isTag(name: string, tag: unknown): boolean {
  if (!isObject(tag)) return false;
  return entriesOf(tag).every(([part, setting]) => {
    if (!isObject(setting)) return false;
    const values = entriesOf(setting).map(([, value]) => value);
    // "The value for the tag key must match the value for the policy key", whatever the case.
    if (part === 'tag_key') return values.every((value) => typeof value === 'string' && value.toLowerCase() === name.toLowerCase());
    const isOne = lists.get(part);
    return (
      isOne !== undefined && values.every((value) => Array.isArray(value) && value.every((one) => typeof one === 'string' && isOne(one)))
    );
  });
}

/** `sqs:queue`, `kms:*`; never of all services. */
function isResourceType(name: string): boolean {
  return /^[a-z0-9-]+:(\*|[\w/-]+)$/.test(name);
}

/** User Guide, "Amazon S3 policy syntax and examples": assigned, and nothing else. */
function isSwitch(setting: unknown): boolean {
  return (
    isObject(setting) && entriesOf(setting).every(([operator, value]) => operator === '@@assign' && (value === 'all' || value === 'none'))
  );
}

/** Without what children may do, which may stand anywhere. */
function entriesOf(element: Json): [string, unknown][] {
  return Object.entries(element).filter(([key]) => key !== childControl);
}
