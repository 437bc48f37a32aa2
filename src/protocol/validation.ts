/** What a service says about an input that breaks its model's constraints, and what tests say about such an output. */
import type { Member, Operation, Protocol, ServiceModel, Shape } from '../api/model';
import { AwsError } from '../kernel/errors';
import { lowerFirst } from '../kernel/first-letter';
import { ec2Names } from './form-reader';
import type { Violation } from './protocol';
import { fieldsOf, iamSentenceOf, invalidInputOf } from './reasons';
import { responseViolations } from './response-violations';
import { validate } from './validate';

/** How a service words violations. */
type Wording =
  /** `2 validation errors detected: Value … at '…' failed to satisfy constraint: …; …`, under this code. */
  | {
      readonly form: 'collected';
      readonly code: string;
      /** Members of the error besides its message. */
      readonly fields?: (violations: readonly Violation[]) => Readonly<Record<string, unknown>>;
      /** What the service finds later than the others, and says alone: with sentences of its own. */
      readonly later?: (violation: Violation) => string | undefined;
    }
  /** The first violation, as an error of the service's own. */
  | { readonly form: 'first'; readonly error: (violation: Violation) => AwsError }
  /** MissingParameter for the first missing member; other constraints are the handler's, with sentences of their own. */
  | { readonly form: 'missing-parameter'; readonly sentence: (name: string) => string }
  /** Nothing is checked here: the service's sentences are all its own. */
  | { readonly form: 'none' };

const collected = (code: string) => ({ form: 'collected', code }) as const;
const missingParameter: Wording = { form: 'missing-parameter', sentence: (name) => `The request must contain the parameter ${name}.` };

/** Services that differ from their protocol. */
const byService: Readonly<Record<string, Wording>> = {
  sqs: missingParameter,
  rds: missingParameter,
  docdb: missingParameter,
  neptune: missingParameter,
  redshift: missingParameter,
  elasticache: missingParameter,
  sdb: missingParameter,
  cloudwatch: { form: 'missing-parameter', sentence: (name) => `The parameter ${name} is required.` },
  logs: collected('InvalidParameterException'),
  'cognito-idp': collected('InvalidParameterException'),
  'cognito-identity': collected('InvalidParameterException'),
  iam: { ...collected('ValidationError'), later: iamSentenceOf },
  organizations: { form: 'first', error: invalidInputOf },
  account: { ...collected('ValidationException'), fields: fieldsOf },
  apigateway: collected('BadRequestException'),
  apigatewayv2: collected('BadRequestException'),
  s3: { form: 'none' },
  // The model's pattern of resource ARNs leaves buckets out, whose tags this API has kept since 2025.
  s3control: { form: 'none' },
};

const byProtocol: Readonly<Record<Protocol, Wording>> = {
  json: collected('ValidationException'),
  'smithy-rpc-v2-cbor': collected('ValidationException'),
  'rest-json': collected('ValidationException'),
  'rest-xml': collected('InvalidInput'),
  query: collected('ValidationError'),
  ec2: { form: 'missing-parameter', sentence: (name) => `The request must contain the parameter ${name}` },
};

function wordingOf(model: ServiceModel, protocol: Protocol): Wording {
  return (Object.hasOwn(byService, model.id) ? byService[model.id] : undefined) ?? byProtocol[protocol];
}

/**
 * Throws the service's own error for the first constraint (or all of them, as the service does) that an input breaks. `body`:
 * what it was read from.
 */
export function requireValidInput(
  operation: Operation,
  protocol: Protocol,
  input: Readonly<Record<string, unknown>>,
  body?: Uint8Array,
): void {
  if (operation.input === undefined) return;
  const wording = wordingOf(operation.service, protocol);
  if (wording.form === 'none') return;
  const violations = validate(operation.input, input, protocol === 'json' ? body : undefined);
  if (violations.length === 0) return;
  if (wording.form === 'first') throw wording.error(violations[0] as Violation);
  if (wording.form === 'collected') {
    const fields = wording.fields && { fields: wording.fields(violations) };
    throw new AwsError(wording.code, sentenceOf(violations, wording.later), { status: 400, ...fields });
  }
  const first = violations.find((violation) => violation.kind === 'required');
  if (first === undefined) return;
  throw new AwsError('MissingParameter', wording.sentence(parameterName(operation.input, first.path, protocol)), { status: 400 });
}

/** What is found later is said when nothing else is wrong. */
function sentenceOf(violations: readonly Violation[], later: (violation: Violation) => string | undefined = () => undefined): string {
  const first = violations.filter((violation) => later(violation) === undefined);
  return first.length > 0 ? collectedSentence(first) : (later(violations[0] as Violation) as string);
}

/** `1 validation error detected: Value 'x' at 'streamName' failed to satisfy constraint: …`. */
function collectedSentence(violations: readonly Violation[]): string {
  const count = violations.length;
  return `${count} validation error${count === 1 ? '' : 's'} detected: ${violations.map(violationSentence).join('; ')}`;
}

function violationSentence({ value, shape, path, constraint }: Violation): string {
  const shown = value === undefined ? ' null' : shape.sensitive === true ? '' : ` '${javaText(value)}'`;
  return `Value${shown} at '${collectedPath(path)}' failed to satisfy constraint: ${constraint}`;
}

/** `entries.1.member.id`: members begin in lower case, items of lists and maps are `.N.member`. */
function collectedPath(path: Violation['path']): string {
  return path
    .map((part, i) => {
      const last = i === path.length - 1;
      if (typeof part === 'number') return last ? String(part) : `${part}.member`;
      return lowerFirst(part);
    })
    .join('.');
}

/** A value as Java prints it. */
function javaText(value: unknown): string {
  if (value instanceof Uint8Array) return `java.nio.HeapByteBuffer[pos=0 lim=${value.length} cap=${value.length}]`;
  if (Array.isArray(value)) return `[${value.map(javaText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${key}=${javaText(item)}`)
    .join(', ')}}`;
}

/** The parameter as its sender wrote it: `Entries.1.Id`. */
function parameterName(input: Shape, path: Violation['path'], protocol: Protocol): string {
  if (protocol !== 'ec2') return path.join('.');
  let shape: Shape | undefined = input;
  const names: (string | number)[] = [];
  for (const part of path) {
    const member: Member | undefined = typeof part === 'string' ? shape?.members?.get(part) : shape?.element;
    names.push(typeof part === 'string' && member !== undefined ? ec2Names.name(part, member) : part);
    shape = member?.shape;
  }
  return names.join('.');
}

/** Throws when a handler's output is not what its model says; for tests, where it is a mistake of ours. */
export function requireValidOutput(operation: Operation, output: Readonly<Record<string, unknown>>): void {
  const wrong = operation.output === undefined ? [] : responseViolations(operation.output, output);
  if (wrong.length > 0)
    throw new Error(`${operation.service.id}:${operation.name} answers what its model does not allow: ${wrong.join('; ')}`);
}
