/** Whether a text is a policy of its type, and fits. */
import { policyProblem } from '../../policy';
import { constraintViolation, malformedPolicy } from './errors';
import { hasOperators, isObject, parseObject } from './operators';
import { hasShape } from './policy-shapes';
import { type PolicyType, rulesOf } from './policy-types';

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
  const content = isRight ? document[element] : undefined;
  return isObject(content) && hasOperators(content) && hasShape(type, content) ? undefined : notOfItsType;
}
