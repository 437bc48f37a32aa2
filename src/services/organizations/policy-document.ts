/** Whether a text is a policy of its type, and fits. */
import { policyProblem } from '../../policy';
import { constraintViolation, malformedPolicy } from './errors';
import { type PolicyType, rulesOf } from './policy-types';

type Json = Readonly<Record<string, unknown>>;

/** Throws ConstraintViolationException for what is too long, MalformedPolicyDocumentException for what is no such policy. */
export function checkDocument(type: PolicyType, text: string): void {
  if (text.length > rulesOf[type].maxChars) throw constraintViolation('POLICY_CONTENT_LIMIT_EXCEEDED');
  const problem = problemOf(type, text);
  if (problem !== undefined) throw malformedPolicy(problem);
}

const notOfItsType = 'The provided policy document does not meet the requirements of the specified policy type.';

function problemOf(type: PolicyType, text: string): string | undefined {
  if (type === 'SERVICE_CONTROL_POLICY') return policyProblem(text, 'scp');
  if (type === 'RESOURCE_CONTROL_POLICY') return policyProblem(text, 'rcp');
  const document = parseObject(text);
  const [element, ...more] = Object.keys(document ?? {});
  const isRight = document !== undefined && element !== undefined && more.length === 0 && element === rulesOf[type].element;
  return isRight && isObject(document[element]) && hasOperators(document[element]) ? undefined : notOfItsType;
}

/** A management policy's text as an object; undefined when it is none. */
export function parseObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // Not JSON.
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const operators = ['@@assign', '@@append', '@@remove'] as const;
export type Operator = (typeof operators)[number];

/** What children may use; `@@all` and `@@none` stand alone. */
export const childControl = '@@operators_allowed_for_child_policies';

/** Values stand under operators, in elements of any depth (User Guide, "Inheritance operators"). */
function hasOperators(element: Json): boolean {
  return Object.entries(element).every(([key, value]) => {
    if (key === childControl) return isControl(value);
    if (key === '@@append' || key === '@@remove') return Array.isArray(value);
    if (key === '@@assign') return value !== null && !isObject(value);
    return !key.startsWith('@@') && isObject(value) && hasOperators(value);
  });
}

function isControl(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  if (value.includes('@@all') || value.includes('@@none')) return value.length === 1;
  return value.every((one) => (operators as readonly unknown[]).includes(one));
}
