/** What services say when a JSON value has the wrong type. Three generations of the same reader, told apart by service. */
import type { Expected } from './json-reader';

type Sentence = (expected: Expected, value: unknown) => string;

const numeric = /^(?:Integer|Long|Float|Double|Timestamp)$/;

/** The sentence that a service puts into its SerializationException. */
export function typeErrors(service: string): Sentence {
  if (service === 'dynamodb' || service === 'dynamodbstreams') return dynamodb;
  return service === 'kinesis' ? kinesis : current;
}

/** Most services. The forms for numbers and words are Jackson's token names. */
function current(expected: Expected, value: unknown): string {
  const start = startOf(expected, value);
  if (start !== undefined) return start;
  if (expected === 'Blob' && typeof value === 'string') return `'${value}' can not be converted to a Blob: ${base64Fault(value)}`;
  return `${token(value)} can not be converted to ${article(expected)}`;
}

/** As the test suites of other emulators have it for Kinesis: it names Java classes. */
function kinesis(expected: Expected, value: unknown): string {
  const start = startOf(expected, value);
  if (start !== undefined) return start;
  if (typeof value === 'string' && expected === 'Boolean') return `'${value.toUpperCase()}' can not be converted to an Boolean`;
  if (expected === 'Blob' && typeof value === 'string') return `'${value}' can not be converted to a Blob: ${base64Fault(value)}`;
  const type = { boolean: 'java.lang.Boolean', number: 'com.amazon.coral.value.json.numbers.TruncatingBigNumber' }[typeof value as string];
  return `class ${type ?? 'java.lang.String'} can not be converted to ${expected === 'Blob' ? 'a' : 'an'} ${expected}`;
}

/** As the test suites of other emulators have it for DynamoDB: 'cannot' in one word, no article. */
function dynamodb(expected: Expected, value: unknown): string {
  if (Array.isArray(value)) {
    if (expected === 'Structure' || expected === 'Map')
      return `Unrecognized collection type ${expected === 'Map' ? 'java.util.Map' : 'class'}`;
    return `Unrecognized collection type class java.lang.${numeric.test(expected) || expected === 'Boolean' ? expected : 'String'}`;
  }
  if (typeof value === 'object') return 'Start of structure or map found where not expected';
  if (expected === 'List' || expected === 'Map' || expected === 'Structure') return 'Unexpected field type';
  if (expected === 'Blob') return typeof value === 'string' ? base64Fault(value) : 'only base64-encoded data is expected';
  if (expected === 'Boolean' && typeof value === 'string') return 'Unexpected token received from parser';
  return `${token(value)} cannot be converted to ${expected}`;
}

/** A list or map in the place of something else, or something else in theirs; the same words in both older readers. */
function startOf(expected: Expected, value: unknown): string | undefined {
  if (Array.isArray(value)) return 'Start of list found where not expected';
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array))
    return 'Start of structure or map found where not expected.';
  if (expected === 'List') return 'Expected list or null';
  if (expected === 'Map') return 'Expected map or null';
  return expected === 'Structure' ? 'Expected null' : undefined;
}

function token(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE';
  if (typeof value === 'number') return Number.isInteger(value) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE';
  return typeof value === 'string' ? 'STRING_VALUE' : 'NUMBER_VALUE';
}

function article(expected: Expected): string {
  return expected === 'Integer' ? 'an Integer' : `a ${expected}`;
}

function base64Fault(text: string): string {
  if (text.length % 4 !== 0) return `Base64 encoded length is expected a multiple of 4 bytes but found: ${text.length}`;
  const bad = /[^A-Za-z0-9+/=]|=(?=[^=])/.exec(text);
  return bad === null ? 'Invalid last non-pad Base64 character dectected' : `Invalid Base64 character: '${bad[0]}'`;
}
