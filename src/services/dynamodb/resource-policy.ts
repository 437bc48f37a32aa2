/**
 * Policies of tables: what DynamoDB takes, and in which form it gives them back. Sentences and forms are those that AWS was
 * recorded to answer (Developer Guide, "Resource-based policy considerations", for the size).
 */
import { MalformedPolicy, type PolicyDocument, parsePolicy, type Statement } from '../../policy';
import { invalid, invalidValues } from './errors';

const maxBytes = 20_480;

/** Actions of streams, whose policies hang on the stream. */
const streamActions = /^dynamodb:(DescribeStream|GetRecords|GetShardIterator|ListStreams)$/i;

export interface CheckedPolicy {
  readonly document: PolicyDocument;
  /** As GetResourcePolicy shows it. */
  readonly text: string;
  readonly versionless: boolean;
}

/** Throws ValidationException for what DynamoDB does not take. Whether its principals are there is not asked here. */
export function checkResourcePolicy(text: string): CheckedPolicy {
  if (Buffer.byteLength(text) > maxBytes) throw invalidValues(`Maximum policy size of ${maxBytes} bytes exceeded`);
  const json = readJson(text);
  const shown = canonicalText(json);
  const document = parse(shown);
  const { statements } = document;
  if (statements.some(({ resources }) => resources === undefined)) throw invalidDocument('Missing required field Resource');
  const wrong = statements.flatMap(({ actions }) => actions.names.filter((name) => !isTableAction(name)));
  if (wrong.length > 0) throw invalidDocument(`The following action names are invalid: ${wrong.map((name) => `"${name}"`).join(', ')}`);
  const stream = statements.flatMap(({ resources }) => resources?.names ?? []).find((name) => name.includes('/stream/'));
  if (stream !== undefined)
    throw invalidDocument(`The relative-id "${stream.split(':').slice(5).join(':')}" is invalid for ARN "${stream}"`);
  if (statements.some(isUnbounded)) {
    throw invalid(
      'Resource-based policy grants unbounded access in one or more elements. Please revise the policy to ensure least-privilege form of access',
    );
  }
  return { document, text: shown, versionless: json['Version'] === undefined };
}

export const invalidPrincipal = () => invalidValues('Invalid principal in policy document.');

const invalidDocument = (reason: string) => invalidValues(`Invalid policy document: ${reason}`);

function readJson(text: string): Json {
  try {
    const json: unknown = JSON.parse(text);
    if (isObject(json)) return json;
  } catch {
    // Said below, as for text that is JSON but no object.
  }
  throw invalidDocument('This policy contains invalid Json');
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string): PolicyDocument {
  try {
    return parsePolicy(text, 'resource');
  } catch (error) {
    if (!(error instanceof MalformedPolicy)) throw error;
    if (error.message.startsWith('Invalid principal')) throw invalidPrincipal();
    throw invalidDocument(error.message.startsWith('Statement IDs') ? 'The Statement Ids in the policy are not unique' : error.message);
  }
}

function isTableAction(name: string): boolean {
  return /^\*+$/.test(name) || (/^dynamodb:/i.test(name) && !streamActions.test(name));
}

function isUnbounded({ effect, principals, conditions }: Statement): boolean {
  return effect === 'Allow' && principals?.everybody === true && !principals.not && conditions.length === 0;
}

// ---- the form in which policies are given back ----

type Json = Readonly<Record<string, unknown>>;

const documentOrder = ['Version', 'Id', 'Statement'];
const statementOrder = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];

/** Without white space, in a fixed order, lists of one as their element, accounts as their root. */
function canonicalText(document: Json): string {
  const { Statement: given } = document;
  const statements = given === undefined ? [] : Array.isArray(given) ? given : [given];
  return JSON.stringify(
    ordered(
      { Version: '2008-10-17', ...document, Statement: statements.map((one) => (isObject(one) ? canonicalStatement(one) : one)) },
      documentOrder,
    ),
  );
}

function canonicalStatement(statement: Json): Json {
  const changed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(statement)) {
    changed[name] = name.endsWith('Principal') ? canonicalPrincipal(value) : withoutSingletons(value);
  }
  if (/^(allow|deny)$/i.test(String(statement['Effect']))) changed['Effect'] = canonicalEffect(String(statement['Effect']));
  return ordered(changed, statementOrder);
}

/** "allow" is taken, unlike in IAM. */
function canonicalEffect(effect: string): string {
  return effect[0]!.toUpperCase() + effect.slice(1).toLowerCase();
}

function canonicalPrincipal(principal: unknown): unknown {
  if (!isObject(principal)) return principal;
  return Object.fromEntries(
    Object.entries(principal).map(([kind, value]) => {
      const names = (Array.isArray(value) ? value : [value]).map((name) =>
        typeof name === 'string' && /^\d{12}$/.test(name) ? `arn:aws:iam::${name}:root` : name,
      );
      return [kind, withoutSingletons([...new Set(names)])];
    }),
  );
}

/** Lists of one are their element, at any depth. */
function withoutSingletons(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? value[0] : value;
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutSingletons(inner)]));
}

/** Unknown names come last, for the parser to refuse. */
function ordered(json: Json, names: readonly string[]): Json {
  const known = names.filter((name) => json[name] !== undefined);
  return Object.fromEntries([...known, ...Object.keys(json).filter((name) => !names.includes(name))].map((name) => [name, json[name]]));
}
