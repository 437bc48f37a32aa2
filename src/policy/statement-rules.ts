/** What a document must be beyond its grammar: the checks of each kind, in the order in which AWS finds fault. */
import { checkActions } from './action-format';
import { hasUsableValues } from './condition';
import {
  hasPrincipals,
  MalformedPolicy,
  type PolicyDocument,
  type PolicyKind,
  type PrincipalList,
  type Statement,
  syntaxError,
} from './document';
import { resourceProblem } from './resource-format';

/** As written, before case and defaults were made the same. */
interface Written {
  readonly version: unknown;
  readonly effects: readonly string[];
}

export function checkStatements(document: PolicyDocument, kind: PolicyKind, written: Written): void {
  if (kind === 'scp' || kind === 'rcp') checkControlPolicy(document, kind, written);
  else if (hasPrincipals(kind)) checkWithPrincipals(document, kind, written);
  else checkIdentityPolicy(document, kind, written);
}

const legacy = 'The policy failed legacy parsing';

function checkIdentityPolicy({ statements }: PolicyDocument, kind: PolicyKind, written: Written): void {
  const refuse = (message: string): never => {
    throw new MalformedPolicy(message);
  };
  // Inline policies of the old version are taken: documents without a Version are common in templates.
  if (kind === 'managed' && written.version !== '2012-10-17') refuse('Policy document must be version 2012-10-17 or greater.');
  if (!areSpelled(written) || !statements.every((one) => one.conditions.every(hasUsableValues))) refuse(legacy);
  const resource = firstResourceProblem(statements);
  if (resource === legacy) refuse(legacy);
  if (statements.some(({ principals }) => principals)) refuse('Policy document should not specify a principal.');
  checkSids(statements, true);
  if (statements.some(({ actions }) => actions.names.length === 0)) refuse('Policy statement must contain actions.');
  if (resource !== undefined) refuse(resource);
  checkActions(statements, refuse);
  if (statements.some(({ resources }) => (resources?.names.length ?? 0) === 0)) refuse('Policy statement must contain resources.');
}

function areSpelled({ effects }: Written): boolean {
  return effects.every((effect) => effect === 'Allow' || effect === 'Deny');
}

/** The first name that is wrong decides, but legacy parsing looks before everybody else, in all statements. */
function firstResourceProblem(statements: readonly Statement[]): string | undefined {
  const problems = statements.map(({ resources }) => {
    for (const name of resources?.names ?? []) {
      const problem = resourceProblem(name);
      if (problem !== undefined) return problem;
    }
    return undefined;
  });
  return problems.includes(legacy) ? legacy : problems.find((problem) => problem !== undefined);
}

function checkSids(statements: readonly Statement[], onlyAlphanumeric: boolean): void {
  const sids = statements.flatMap(({ sid }) => (sid === undefined || sid === '' ? [] : [sid]));
  if (onlyAlphanumeric && !sids.every((sid) => /^[0-9A-Za-z]*$/.test(sid))) {
    throw new MalformedPolicy(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    );
  }
  if (new Set(sids).size < sids.length) throw new MalformedPolicy('Statement IDs (SID) in a single policy must be unique.');
}

function checkWithPrincipals({ statements }: PolicyDocument, kind: PolicyKind, written: Written): void {
  const wrongEffect = written.effects.find((effect) => effect !== 'Allow' && effect !== 'Deny');
  if (wrongEffect !== undefined) throw syntaxError(kind, `Invalid effect: ${wrongEffect}`);
  for (const statement of statements) {
    if (statement.principals === undefined) throw syntaxError(kind, 'Missing required field Principal');
    if (statement.actions.names.length === 0) throw syntaxError(kind, 'Missing required field Action');
    if (kind === 'trust') checkTrust(statement);
    checkPrincipals(statement.principals, kind);
    if (!statement.actions.names.every(isAction)) throw syntaxError(kind, 'Policy has invalid action');
    if (!(statement.resources?.names ?? []).every(isResource)) throw syntaxError(kind, 'Policy has invalid resource');
    if (!statement.conditions.every(hasUsableValues)) throw syntaxError(kind, 'Policy has an invalid condition value');
  }
  // S3 and KMS take any characters in a Sid; the sentence for a second one of the same name is IAM's.
  checkSids(statements, kind === 'trust');
}

/** A vendor and a name, `*`, or nothing but wildcards. */
function isAction(name: string): boolean {
  return /^\*+$/.test(name) || /^[A-Za-z0-9.*?-]+:[^:]+$/.test(name);
}

/** Some services' policies name resources relative to the one they hang on (API Gateway's `execute-api:/stage`). */
function isResource(name: string): boolean {
  return name === '*' || name.includes(':') || name.includes('/');
}

function checkTrust({ principals, actions, resources }: Statement): void {
  if (principals?.not) throw new MalformedPolicy('AssumeRole policy must not contain NotPrincipal field.');
  if (resources)
    throw new MalformedPolicy(resources.not ? 'AssumeRole policy must not contain resources.' : 'Has prohibited field Resource');
  if (!actions.names.every((name) => /^sts:/i.test(name))) {
    throw new MalformedPolicy('AssumeRole policy may only specify STS AssumeRole actions.');
  }
}

/** Users, roles and sessions by ARN or by unique id, accounts by id or root; services by host name; never a part of one with a star. */
const awsPrincipal =
  /^(\*|\d{12}|A[A-Z]{3}[A-Z0-9]{12,}|arn:[a-z-]+:iam::\d{12}:(root|(user|role)\/[^*?]+)|arn:[a-z-]+:sts::\d{12}:(assumed-role\/[^*?/]+\/[^*?/]+|federated-user\/[^*?]+)|arn:[a-z-]+:iam::cloudfront:user\/[^*?]+)$/;
const servicePrincipal = /^(\*|(?!amazonaws\.com$)[a-z0-9-]+(\.[a-z0-9-]+)+)$/i;
const federatedPrincipal = /^(\*|arn:[a-z-]+:iam::\d{12}:(oidc|saml)-provider\/[^*?]+|[a-z0-9.-]+\.[a-z]+)$/i;

function checkPrincipals({ aws, services, federated, canonicalUsers, everybody }: PrincipalList, kind: PolicyKind): void {
  const wrong =
    findWrong('AWS', aws, awsPrincipal) ??
    findWrong('SERVICE', services, servicePrincipal) ??
    findWrong('CANONICALUSER', canonicalUsers, /^[0-9a-f]{64}$/);
  const isEmpty = !everybody && aws.length + services.length + federated.length + canonicalUsers.length === 0;
  const isWrongFederated = findWrong('FEDERATED', federated, federatedPrincipal) !== undefined;
  if (wrong === undefined && isWrongFederated && kind === 'trust')
    throw syntaxError(kind, 'Federated principals must be valid domain names or SAML metadata ARNs');
  if (wrong === undefined && !isWrongFederated && !isEmpty) return;
  // IAM names the culprit; S3 has it in another field of its error.
  throw syntaxError(
    kind,
    wrong !== undefined && kind === 'trust' ? `Invalid principal in policy: ${wrong}` : 'Invalid principal in policy',
  );
}

function findWrong(type: string, names: readonly string[], format: RegExp): string | undefined {
  const wrong = names.find((name) => !format.test(name));
  return wrong === undefined ? undefined : `"${type}":"${wrong}"`;
}

/**
 * SCPs name no principals. RCPs of customers deny, to everybody, and name their actions (Organizations User Guide,
 * "SCP syntax", "RCP syntax"); the one Allow is AWS's own RCPFullAWSAccess.
 */
function checkControlPolicy({ version, statements }: PolicyDocument, kind: 'scp' | 'rcp', written: Written): void {
  const isFine = (statement: Statement) => {
    const { principals, actions, resources, conditions } = statement;
    if (actions.names.length === 0 || !actions.names.every(isAction)) return false;
    if ((resources?.names.length ?? 0) === 0 || !conditions.every(hasUsableValues)) return false;
    if (kind === 'scp') return principals === undefined;
    if (!principals?.everybody || principals.not || actions.not) return false;
    return statement.effect === 'Deny' ? !actions.names.some((name) => /^\*+$/.test(name)) : isFullAccess(statement);
  };
  if (version !== '2012-10-17' || !areSpelled(written) || !statements.every(isFine)) throw syntaxError(kind, '');
  const sids = statements.flatMap(({ sid }) => sid ?? []);
  if (new Set(sids).size < sids.length) throw syntaxError(kind, '');
}

function isFullAccess({ actions, resources, conditions }: Statement): boolean {
  return actions.names.join() === '*' && resources?.names.join() === '*' && !resources.not && conditions.length === 0;
}
