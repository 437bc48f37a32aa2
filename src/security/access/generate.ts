/** The least-privilege policy of what a principal did. */
import { maxPolicyChars, oneOrList, policyChars } from '../../policy';
import { collapsedPatterns, exactPatterns, type Few, grouped, type UsedResource } from './generate-resources';
import type { PolicyStatement } from './missing-statement';

/** A right that was used. */
export interface UsedAction extends UsedResource {
  readonly action: string;
}

export interface GeneratedPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

interface GenerateOptions {
  /** Resources as they were, however many. */
  readonly exact?: boolean;
}

/** Tried in turn, until the policy is no longer than IAM takes. */
const degrees: readonly Few[] = [
  { names: 10, folders: 5 },
  { names: 3, folders: 2 },
  { names: 0, folders: 0 },
];

/** Actions of the same resources stand together; in the order of their services. Undefined when nothing was done. */
export function generatePolicy(uses: readonly UsedAction[], { exact = false }: GenerateOptions = {}): GeneratedPolicy | undefined {
  if (uses.length === 0) return undefined;
  if (exact) return policyOf(uses, exactPatterns);
  let policy: GeneratedPolicy | undefined;
  for (const few of degrees) {
    policy = policyOf(uses, (used) => collapsedPatterns(used, few));
    if (generatedChars(policy) <= maxPolicyChars.managed) break;
  }
  return policy;
}

function policyOf(uses: readonly UsedAction[], patternsOf: (uses: readonly UsedResource[]) => string[]): GeneratedPolicy {
  const byResource = new Map<string, Set<string>>();
  for (const [action, used] of grouped(uses, (use) => use.action)) {
    for (const pattern of patternsOf(used)) {
      // Rights of several services on `*` are several statements: nobody reads them as one.
      const key = pattern === '*' ? `*${vendorOf(action)}` : pattern;
      byResource.set(key, (byResource.get(key) ?? new Set()).add(action));
    }
  }
  const byActions = grouped(byResource, ([, actions]) => [...actions].sort().join(' '));
  const statements = [...byActions].map(([actions, entries]) => {
    const resources = entries.map(([key]) => (key.startsWith('*') ? '*' : key)).sort();
    return { Effect: 'Allow', Action: oneOrList(actions.split(' ')), Resource: oneOrList([...new Set(resources)]) } as const;
  });
  return { Version: '2012-10-17', Statement: statements.sort((a, b) => (order(a) < order(b) ? -1 : 1)) };
}

/** Characters as IAM counts them: without white space. */
export function generatedChars(policy: GeneratedPolicy): number {
  return policyChars(JSON.stringify(policy));
}

function vendorOf(action: string): string {
  return action.slice(0, action.indexOf(':'));
}

function order({ Action, Resource }: PolicyStatement): string {
  return `${[Action].flat()[0]} ${[Resource].flat()[0]}`;
}
