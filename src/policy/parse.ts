/**
 * Policy documents: JSON text to statements, refused in AWS's words and in AWS's order.
 *
 * IAM has two parsers, and texts for each: one for identity policies ("Syntax errors in policy."), and one for
 * policies with principals, which S3 and others share ("Missing required field Effect"). The texts and their order are
 * those that AWS gives as other projects recorded them; where none is recorded we say so at the place.
 */
import {
  type ConditionClause,
  MalformedPolicy,
  type NameList,
  type PolicyDocument,
  type PolicyKind,
  type PolicyVersion,
  type PrincipalList,
  parseOperator,
  type Statement,
  syntaxError,
} from './document';
import { checkStatements } from './statement-rules';

type Json = Readonly<Record<string, unknown>>;

/** Throws MalformedPolicy. */
export function parsePolicy(text: string, kind: PolicyKind): PolicyDocument {
  const json = parseJson(text, kind);
  const document = new Reader(kind).document(json);
  checkStatements(document, kind, { version: json['Version'], effects: effectsOf(json) });
  return document;
}

/** The sentence that AWS refuses the document with; undefined when it is in order. */
export function policyProblem(text: string, kind: PolicyKind): string | undefined {
  try {
    parsePolicy(text, kind);
    return undefined;
  } catch (error) {
    if (error instanceof MalformedPolicy) return error.message;
    throw error;
  }
}

function parseJson(text: string, kind: PolicyKind): Json {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Said below, as for text that is JSON but no object.
  }
  throw syntaxError(kind, 'This policy contains invalid Json');
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function statementsOf(json: Json): readonly unknown[] {
  const value = json['Statement'];
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

/** As written: their case is looked at later than their meaning. */
function effectsOf(json: Json): readonly string[] {
  return statementsOf(json).map((statement) => (isObject(statement) ? String(statement['Effect']) : ''));
}

const documentFields = new Set(['Version', 'Id', 'Statement']);
const statementFields = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);
const principalTypes = ['AWS', 'Service', 'Federated', 'CanonicalUser'];

/** Reads the grammar of one kind. */
class Reader {
  private readonly kind: PolicyKind;

  constructor(kind: PolicyKind) {
    this.kind = kind;
  }

  document(json: Json): PolicyDocument {
    this.onlyKnown(json, documentFields);
    const version = json['Version'] ?? '2008-10-17';
    if (version !== '2012-10-17' && version !== '2008-10-17') throw this.error('The policy must contain a valid version string');
    const id = this.optionalText(json, 'Id');
    const statements = statementsOf(json);
    if (statements.length === 0) throw this.error('Could not parse the policy: Statement is empty!');
    return {
      version: version satisfies PolicyVersion,
      ...(id !== undefined && { id }),
      statements: statements.map((statement, index) => this.statement(statement, index)),
    };
  }

  private statement(json: unknown, index: number): Statement {
    if (!isObject(json)) throw this.error('This policy contains invalid Json');
    this.onlyKnown(json, statementFields);
    for (const name of ['Principal', 'Action', 'Resource']) {
      // The sentence for the other parser is not recorded.
      if (name in json && `Not${name}` in json) throw this.error(`Statement/policy already has instance of ${name}`);
    }
    const sid = this.optionalText(json, 'Sid');
    const effect = this.effect(json);
    const principals = this.principals(json);
    const actions = this.names(json, 'Action') ?? { not: false, names: [] };
    const resources = this.names(json, 'Resource');
    return {
      index,
      ...(sid !== undefined && { sid }),
      effect,
      ...(principals && { principals }),
      actions,
      ...(resources && { resources }),
      conditions: this.conditions(json['Condition']),
    };
  }

  private effect(json: Json): Statement['effect'] {
    const effect = json['Effect'];
    if (effect === undefined) throw this.error('Missing required field Effect');
    const lower = typeof effect === 'string' ? effect.toLowerCase() : undefined;
    if (lower !== 'allow' && lower !== 'deny') throw this.error(`Invalid effect: ${String(effect)}`);
    return lower === 'allow' ? 'Allow' : 'Deny';
  }

  private names(json: Json, name: 'Action' | 'Resource'): NameList | undefined {
    const not = `Not${name}` in json;
    const value = json[not ? `Not${name}` : name];
    if (value === undefined) return undefined;
    const names = Array.isArray(value) ? value : [value];
    if (!names.every((one) => typeof one === 'string')) throw this.error(`Policy has invalid ${name.toLowerCase()}`);
    return { not, names };
  }

  private principals(json: Json): PrincipalList | undefined {
    const not = 'NotPrincipal' in json;
    const value = json[not ? 'NotPrincipal' : 'Principal'];
    if (value === undefined) return undefined;
    const none = { not, everybody: false, aws: [], services: [], federated: [], canonicalUsers: [] };
    if (value === '*') return { ...none, everybody: true };
    if (!isObject(value)) throw this.error('Invalid principal in policy');
    this.onlyKnown(value, new Set(principalTypes));
    const [aws = [], services = [], federated = [], canonicalUsers = []] = principalTypes.map((type) => this.texts(value[type] ?? []));
    return { not, everybody: aws.includes('*'), aws, services, federated, canonicalUsers };
  }

  private texts(value: unknown): readonly string[] {
    const texts = Array.isArray(value) ? value : [value];
    if (!texts.every((one) => typeof one === 'string')) throw this.error('Invalid principal in policy');
    return texts;
  }

  private conditions(value: unknown): readonly ConditionClause[] {
    if (value === undefined) return [];
    if (!isObject(value)) throw this.error('This policy contains invalid Json');
    return Object.entries(value).flatMap(([name, keys]) => this.clauses(name, keys));
  }

  private clauses(name: string, keys: unknown): ConditionClause[] {
    if (!isObject(keys)) throw this.error('This policy contains invalid Json');
    const entries = Object.entries(keys);
    // AWS takes an unknown operator as long as nothing stands under it.
    if (entries.length === 0) return [];
    const operator = parseOperator(name);
    if (operator === undefined) throw this.error(`Invalid Condition type : ${name}`);
    return entries.map(([key, value]) => ({ operator, key, values: this.conditionValues(value) }));
  }

  private conditionValues(value: unknown): readonly string[] {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.map((one) => {
      if (typeof one !== 'string' && typeof one !== 'number' && typeof one !== 'boolean')
        throw this.error('This policy contains invalid Json');
      return String(one);
    });
  }

  private optionalText(json: Json, name: string): string | undefined {
    const value = json[name];
    if (value !== undefined && typeof value !== 'string') throw this.error('This policy contains invalid Json');
    return value;
  }

  private onlyKnown(json: Json, known: ReadonlySet<string>): void {
    const unknown = Object.keys(json).find((name) => !known.has(name));
    if (unknown !== undefined) throw this.error(`Unknown field ${unknown}`);
  }

  private error(detail: string): MalformedPolicy {
    return syntaxError(this.kind, detail);
  }
}
