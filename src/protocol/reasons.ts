/** Violations as services word them that give a reason, or a list of fields, with the first or all of them. */
import { AwsError } from '../kernel/errors';
import { lowerFirst } from '../kernel/first-letter';
import type { Violation } from './protocol';

/** What Organizations says of the first thing wrong (InvalidInputException's reasons; sentences recorded or of its documentation). */
export function invalidInputOf({ kind, path, constraint, shape }: Violation): AwsError {
  const [reason, message] = reasonOf(kind, String(path.at(-1)), constraint, shape.name);
  return new AwsError('InvalidInputException', message, { status: 400, fields: { Reason: reason } });
}

function reasonOf(kind: Violation['kind'], member: string, constraint: string, shape: string): readonly [string, string] {
  const tooLarge = constraint.includes('less than or equal');
  switch (kind) {
    case 'required':
      return ['INPUT_REQUIRED', 'You must include a value for all required parameters.'];
    case 'enum':
      return shape.endsWith('PolicyType')
        ? ['INVALID_ENUM_POLICY_TYPE', 'You specified an invalid policy type string.']
        : ['INVALID_ENUM', 'You specified an invalid value.'];
    case 'pattern':
      return [
        member === 'TargetId' ? 'INVALID_PATTERN_TARGET_ID' : 'INVALID_PATTERN',
        'You provided a value that does not match the required pattern.',
      ];
    case 'length':
      return tooLarge
        ? ['MAX_LENGTH_EXCEEDED', 'You provided a string parameter that is longer than allowed.']
        : ['MIN_LENGTH_EXCEEDED', 'You provided a string parameter that is shorter than allowed.'];
    case 'range':
      return tooLarge
        ? ['MAX_VALUE_EXCEEDED', 'You provided a numeric parameter that has a larger value than allowed.']
        : ['MIN_VALUE_EXCEEDED', 'You provided a numeric parameter that has a smaller value than allowed.'];
  }
}

/** What IAM says of names, paths and policies that its patterns do not fit (recorded); of all else it speaks as other services do. */
export function iamSentenceOf({ kind, path, shape }: Violation): string | undefined {
  const [member] = path;
  if (kind !== 'pattern' || path.length > 1 || typeof member !== 'string') return undefined;
  const rule = iamRuleOf(shape.pattern ?? '', member);
  return rule && `The specified value for ${lowerFirst(member)} is invalid. It must ${rule}`;
}

function iamRuleOf(pattern: string, member: string): string | undefined {
  if (pattern === '[\\w+=,.@-]+') return 'contain only alphanumeric characters and/or the following: +=,.@_-';
  if (member.endsWith('Path')) return 'begin and end with / and contain only alphanumeric characters and/or / characters.';
  if (member === 'PathPrefix') return 'begin with the / character and contain only alphanumeric characters and/or / characters.';
  return member.endsWith('PolicyDocument') ? 'contain only printable ASCII characters.' : undefined;
}

/** The members that Account adds to its ValidationException. */
export function fieldsOf(violations: readonly Violation[]): Readonly<Record<string, unknown>> {
  return {
    reason: 'fieldValidationFailed',
    fieldList: violations.map(({ path, constraint }) => ({ name: path.join('.'), message: constraint })),
  };
}
