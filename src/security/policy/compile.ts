/** Policies made ready to be asked: each text is parsed and compiled once. */
import { BoundedCache } from '../../kernel/bounded-cache';
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

/** Action names do not distinguish case. */
export class ActionMatcher {
  private readonly not: boolean;
  private readonly everything: boolean;
  private readonly names = new Set<string>();
  private readonly patterns: Pattern[] = [];

  constructor({ not, names }: NameList) {
    this.not = not;
    for (const name of names) {
      const pattern = globPattern(name.toLowerCase());
      const plain = plainText(pattern);
      if (plain === undefined) this.patterns.push(pattern);
      else this.names.add(plain);
    }
    this.everything = this.patterns.some(fitsAll);
  }

  matches(lowerAction: string): boolean {
    if (this.everything || this.names.has(lowerAction)) return !this.not;
    for (const pattern of this.patterns) if (fits(pattern, lowerAction)) return !this.not;
    return this.not;
  }
}

export class ResourceMatcher {
  private readonly not: boolean;
  private readonly patterns: readonly ArnPattern[];

  constructor({ not, names }: NameList, { version }: Pick<PolicyDocument, 'version'>) {
    this.not = not;
    this.patterns = names.map((name) => arnPattern(name, version, 'resource'));
  }

  matches(arn: ArnParts, context: Context): boolean {
    for (const pattern of this.patterns) if (pattern.matches(arn, context)) return !this.not;
    return this.not;
  }
}
