/** Policy templates of product providers, filled in with the parameters of a request (IAM User Guide, "Policy templates"). */
import { type CompiledClause, compilePolicy, maxPolicyChars, policyProblem, splitAction } from '../../policy';

export interface TemplateParameter {
  readonly name: string;
  readonly type: 'string' | 'stringList';
  readonly values: readonly string[];
}

/** The template cannot be filled in so. AWS's sentences are not known; these say what is wrong. */
export class TemplateProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TemplateProblem';
  }
}

type Json = Readonly<Record<string, unknown>>;
type Parameters = ReadonlyMap<string, TemplateParameter>;

const placeholder = /@\{([^{}]*)\}/;
const directive = '@Enabled';
/** "The final rendered policy has a maximum size limit of 2048 characters." */
const maxChars = maxPolicyChars.session;

/** The policy that customers are shown and approve: a session policy, compact JSON. Parameters that the template lacks are ignored. */
export function renderTemplate(document: string, given: readonly TemplateParameter[]): string {
  const parameters = parametersOf(given);
  const template = JSON.parse(document) as Json;
  const statements = listOf(template['Statement']) as readonly Json[];
  const rendered = {
    ...template,
    Statement: statements
      .filter((statement) => isEnabled(statement, parameters))
      .map((statement) => renderStatement(statement, parameters)),
  };
  const text = JSON.stringify(rendered);
  if (text.length > maxChars) throw tooLong();
  const problem = policyProblem(text, 'session');
  if (problem !== undefined) throw new TemplateProblem(`The policy template gives no valid policy: ${problem}`);
  return text;
}

const bounding = ['iam:CreateRole', 'iam:PutRolePermissionsBoundary'].map(splitAction);

/** ARNs of the permissions boundaries that it asks for where it lets roles be created, or be given another boundary. */
export function boundariesIn(policy: string): readonly string[] {
  const arns = compilePolicy(policy, 'session')
    .allows.filter(({ actions }) => bounding.some((action) => actions.matches(action)))
    .flatMap(({ clauses }) => clauses.filter(namesBoundaries).flatMap(({ clause }) => clause.values.filter(isNoPattern)));
  return [...new Set(arns)];
}

/** Does it let only roles pass that have one of its boundaries? */
function namesBoundaries({ key, clause: { operator } }: CompiledClause): boolean {
  const { base, ifExists, quantifier } = operator;
  return key === 'iam:permissionsboundary' && /^(String|Arn)(Equals|Like)/.test(base) && !ifExists && quantifier !== 'all';
}

const isNoPattern = (value: string) => !/[*?]|\$\{/.test(value);

function parametersOf(given: readonly TemplateParameter[]): Parameters {
  const parameters = new Map(given.map((parameter) => [parameter.name, parameter]));
  if (parameters.size < given.length) throw new TemplateProblem('A policy parameter is given twice.');
  for (const { name, type, values } of given) {
    if (type === 'string' && values.length !== 1) throw new TemplateProblem(`Policy parameter ${name} of type string must have one value.`);
    if (values.length === 0) throw new TemplateProblem(`Policy parameter ${name} has no value.`);
  }
  return parameters;
}

function isEnabled(statement: Json, parameters: Parameters): boolean {
  const condition = statement[directive];
  if (condition === undefined) return true;
  const [, not, name = ''] = /^(!?)(.*)$/s.exec(String(condition)) ?? [];
  const isTrue = requireParameter(name, parameters).values[0] === 'True';
  return isTrue !== (not === '!');
}

function renderStatement(statement: Json, parameters: Parameters): Json {
  const kept = Object.entries(statement).filter(([name]) => name !== directive);
  return Object.fromEntries(kept.map(([name, value]) => [name, renderValue(value, parameters)]));
}

/** Texts become lists where a parameter is one; in names there is no room for lists. */
function renderValue(value: unknown, parameters: Parameters): unknown {
  if (typeof value === 'string') {
    const [first, ...rest] = expand(value, parameters);
    return rest.length === 0 ? first : [first, ...rest];
  }
  if (Array.isArray(value)) return value.flatMap((each) => renderValue(each, parameters));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [renderName(name, parameters), renderValue(each, parameters)]));
}

function renderName(name: string, parameters: Parameters): string {
  const [only, another] = expand(name, parameters);
  if (only === undefined || another !== undefined) throw new TemplateProblem(`${name} cannot take a list of values.`);
  return only;
}

/** All combinations of the values of its parameters, the first varying slowest. What values say is not read again. */
function expand(text: string, parameters: Parameters): readonly string[] {
  const parts = text.split(placeholder);
  let combinations = [''];
  // split gives text and names in turns
  parts.forEach((part, index) => {
    const values = index % 2 === 0 ? [part] : requireParameter(part, parameters).values;
    // more than there is room for need not be written out
    if (combinations.length * values.length > maxChars) throw tooLong();
    combinations = combinations.flatMap((start) => values.map((value) => start + value));
  });
  return combinations;
}

function requireParameter(name: string, parameters: Parameters): TemplateParameter {
  const parameter = parameters.get(name);
  if (parameter === undefined) throw new TemplateProblem(`The policy template has a parameter ${name}, which has no value.`);
  return parameter;
}

const tooLong = () => new TemplateProblem(`The rendered policy exceeds ${maxChars} characters.`);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);
