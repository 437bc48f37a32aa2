/** Which services a policy's statements allow something of. */
import { parsePolicy } from '../../policy';

/** Is any action of the service (`s3`) allowed by any statement? Denials are not looked at (API reference, ListPoliciesGrantingServiceAccess). */
export function grantsService(document: string, namespace: string): boolean {
  return parsePolicy(document, 'managed').statements.some(({ effect, actions }) => {
    if (effect !== 'Allow') return false;
    // Without the others: all are left unless the service is excluded as a whole.
    if (actions.not) return !actions.names.some((name) => coversAll(name, namespace));
    return actions.names.some((name) => touches(name, namespace));
  });
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
