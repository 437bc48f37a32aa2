/** Which services a policy's statements allow something of. Policies may name thousands of actions: each is looked at once. */
import { type PolicyDocument, parsePolicy, type Statement } from '../../policy';
import { serviceNames } from './service-names';

/** Holds for services, by the prefix of their actions: `s3`. */
type OfService = (namespace: string) => boolean;

/** Is any action of the service allowed by any statement? Denials are not looked at (API reference, ListPoliciesGrantingServiceAccess). */
export function grantsService(document: string, namespace: string): boolean {
  const { statements } = parsePolicy(document, 'managed');
  return statements.some((statement) => statement.effect === 'Allow' && someOf(statement)(namespace.toLowerCase()));
}

/** The services that somebody with these policies can reach: some allow, and none denies as a whole. In order. */
export function reachableServices(policies: readonly PolicyDocument[]): string[] {
  const statements = policies.flatMap((policy) => policy.statements);
  const allowed = statements.filter(({ effect }) => effect === 'Allow').map(someOf);
  const denied = statements.filter(isPlainDenial).map(allOf);
  return [...serviceNames.keys()].filter(
    (namespace) => allowed.some((isMet) => isMet(namespace)) && !denied.some((isMet) => isMet(namespace)),
  );
}

/** Actions that policies allow by their full names, by service. */
export function actionsAllowedByName(policies: readonly PolicyDocument[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { effect, actions } of policies.flatMap(({ statements }) => statements)) {
    if (effect === 'Deny' || actions.not) continue;
    for (const name of actions.names) {
      if (/[*?]/.test(name)) continue;
      const prefix = prefixOf(name);
      const names = found.get(prefix) ?? new Set();
      found.set(prefix, names.add(name.slice(prefix.length + 1)));
    }
  }
  return found;
}

/** Conditions and resources may leave something to whom they do not fit. */
const isPlainDenial = ({ effect, conditions, resources }: Statement): boolean =>
  effect === 'Deny' && conditions.length === 0 && resources?.not === false && resources.names.includes('*');

/** Does a statement mean any action of a service? Without the others: all are left unless the service is excluded as a whole. */
function someOf({ actions: { names, not } }: Statement): OfService {
  return not ? butNot(namedWhole(names)) : named(names);
}

/** Does a statement mean every action of a service? */
function allOf({ actions: { names, not } }: Statement): OfService {
  return not ? butNot(named(names)) : namedWhole(names);
}

const butNot =
  (isMet: OfService): OfService =>
  (namespace) =>
    !isMet(namespace);

function named(names: readonly string[]): OfService {
  const prefixes = new Set(names.map(prefixOf));
  return (namespace) => prefixes.has('*') || prefixes.has(namespace);
}

function namedWhole(names: readonly string[]): OfService {
  return named(names.filter((name) => name === '*' || /:\*+$/.test(name)));
}

/** `s3` of `S3:GetObject`, `*` of `*`; prefixes have no wildcards of their own. */
function prefixOf(name: string): string {
  const end = name.indexOf(':');
  return end < 0 ? name : name.slice(0, end).toLowerCase();
}
