/** Policies made ready to be asked: each text is parsed and compiled once. */
import { BoundedCache } from '../kernel/bounded-cache';
import { type ArnParts, type ArnPattern, arnPattern } from './arn-pattern';
import { type CompiledClause, compileClause } from './condition';
import type { Context } from './context';
import type { NameList, PolicyDocument, PolicyKind, Statement } from './document';
import { parsePolicy } from './parse';
import { type CompiledPrincipals, compilePrincipals } from './principals';
import { fits, fitsAll, globPattern, type Pattern, plainText } from './wildcard';

export interface CompiledPolicy {
  readonly kind: PolicyKind;
  readonly document: PolicyDocument;
  readonly statements: readonly CompiledStatement[];
  readonly allows: readonly CompiledStatement[];
  readonly denies: readonly CompiledStatement[];
}

export interface CompiledStatement {
  readonly statement: Statement;
  readonly actions: ActionMatcher;
  readonly principals: CompiledPrincipals | undefined;
  readonly resources: ResourceMatcher | undefined;
  readonly clauses: readonly CompiledClause[];
}

/** Texts kept per kind. A policy has at most 20 KB, most have one. */
const kept = 1_000;
const caches: Partial<Record<PolicyKind, BoundedCache<CompiledPolicy>>> = {};

/** Throws MalformedPolicy with AWS's words. */
export function compilePolicy(text: string, kind: PolicyKind): CompiledPolicy {
  const cache = (caches[kind] ??= new BoundedCache(kept));
  return cache.get(text) ?? cache.set(text, compileDocument(parsePolicy(text, kind), kind));
}

export function compileDocument(document: PolicyDocument, kind: PolicyKind): CompiledPolicy {
  const statements = document.statements.map((statement): CompiledStatement => {
    const { principals, resources } = statement;
    return {
      statement,
      actions: new ActionMatcher(statement.actions),
      principals: principals && compilePrincipals(principals),
      resources: resources && new ResourceMatcher(resources, document),
      clauses: statement.conditions.map((clause) => compileClause(clause, document.version)),
    };
  });
  return {
    kind,
    document,
    statements,
    allows: statements.filter(({ statement }) => statement.effect === 'Allow'),
    denies: statements.filter(({ statement }) => statement.effect === 'Deny'),
  };
}

/** An action taken apart once per request. Names do not distinguish case. */
export interface ActionParts {
  readonly whole: string;
  readonly vendor: string;
}

export function splitAction(action: string): ActionParts {
  const whole = action.toLowerCase();
  return { whole, vendor: whole.slice(0, whole.indexOf(':')) };
}

/** Looks only at the names of the vendor that is asked for: most policies are about others. */
class ActionMatcher {
  private readonly not: boolean;
  /** Names whose vendor is written out, by vendor. */
  private readonly vendors = new Map<string, ActionNames>();
  /** `*`, and vendors with wildcards. */
  private readonly anyVendor = new ActionNames();

  constructor({ not, names }: NameList) {
    this.not = not;
    for (const name of names) this.namesOf(/^([^:*?]+):/.exec(name)?.[1]?.toLowerCase()).add(name.toLowerCase());
  }

  matches({ whole, vendor }: ActionParts): boolean {
    const listed = this.anyVendor.has(whole) || this.vendors.get(vendor)?.has(whole) === true;
    return listed !== this.not;
  }

  private namesOf(vendor: string | undefined): ActionNames {
    if (vendor === undefined) return this.anyVendor;
    const names = this.vendors.get(vendor) ?? new ActionNames();
    this.vendors.set(vendor, names);
    return names;
  }
}

class ActionNames {
  private everything = false;
  private readonly plain = new Set<string>();
  private readonly patterns: Pattern[] = [];

  add(lowerName: string): void {
    const pattern = globPattern(lowerName);
    const plain = plainText(pattern);
    if (plain !== undefined) this.plain.add(plain);
    else if (fitsAll(pattern)) this.everything = true;
    else this.patterns.push(pattern);
  }

  has(lowerAction: string): boolean {
    if (this.everything || this.plain.has(lowerAction)) return true;
    for (const pattern of this.patterns) if (fits(pattern, lowerAction)) return true;
    return false;
  }
}

class ResourceMatcher {
  private readonly not: boolean;
  private readonly patterns: readonly ArnPattern[];

  constructor({ not, names }: NameList, { version }: Pick<PolicyDocument, 'version'>) {
    this.not = not;
    this.patterns = names.map((name) => arnPattern(name, version, 'Resource'));
  }

  matches(arn: ArnParts, context: Context): boolean {
    for (const pattern of this.patterns) if (pattern.matches(arn, context)) return !this.not;
    return this.not;
  }
}
