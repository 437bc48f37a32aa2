/** Which services a policy's statements allow something of. */
import { type PolicyDocument, parsePolicy, type Statement } from '../../policy';
import { serviceNames } from './service-names';

/** Is any action of the service (`s3`) allowed by any statement? Denials are not looked at (API reference, ListPoliciesGrantingServiceAccess). */
export function grantsService(document: string, namespace: string): boolean {
  return grants(parsePolicy(document, 'managed'), namespace);
}

const grants = ({ statements }: PolicyDocument, namespace: string): boolean =>
  statements.some((statement) => statement.effect === 'Allow' && meetsService(statement, namespace));

/** The services that somebody with these policies can reach, by prefix: some allow, and none denies as a whole. */
export function reachableServices(policies: readonly PolicyDocument[]): string[] {
  const denials = policies.flatMap(({ statements }) => statements.filter(isPlainDenial));
  return [...serviceNames.keys()].filter(
    (namespace) => policies.some((policy) => grants(policy, namespace)) && !denials.some((denial) => meetsWholeService(denial, namespace)),
  );
}

/** Actions of a service that policies allow by their full names. */
export function actionsAllowedByName(policies: readonly PolicyDocument[], namespace: string): string[] {
  return policies
    .flatMap(({ statements }) => statements.filter(({ effect, actions }) => effect === 'Allow' && !actions.not))
    .flatMap(({ actions }) => actions.names.filter((name) => prefixMatches(name, namespace) && !/[*?]/.test(name)))
    .map((name) => name.slice(name.indexOf(':') + 1));
}

/** Conditions and resources may leave something to whom they do not fit. */
const isPlainDenial = ({ effect, conditions, resources }: Statement): boolean =>
  effect === 'Deny' && conditions.length === 0 && resources?.not === false && resources.names.includes('*');

function meetsService({ actions }: Statement, namespace: string): boolean {
  // Without the others: all are left unless the service is excluded as a whole.
  if (actions.not) return !actions.names.some((name) => coversAll(name, namespace));
  return actions.names.some((name) => touches(name, namespace));
}

function meetsWholeService({ actions }: Statement, namespace: string): boolean {
  if (actions.not) return !actions.names.some((name) => touches(name, namespace));
  return actions.names.some((name) => coversAll(name, namespace));
}

function touches(name: string, namespace: string): boolean {
  return name === '*' || prefixMatches(name, namespace);
}

function coversAll(name: string, namespace: string): boolean {
  return name === '*' || (prefixMatches(name, namespace) && /:\*+$/.test(name));
}

/** Prefixes of actions have no wildcards. */
function prefixMatches(name: string, namespace: string): boolean {
  return name.slice(0, name.indexOf(':')).toLowerCase() === namespace.toLowerCase();
}
