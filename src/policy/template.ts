/**
 * Policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, and `${*}`, `${?}`, `${$}` for the characters themselves.
 * IAM User Guide, "IAM policy elements: Variables and tags". Only documents of 2012-10-17 have them; elsewhere they are plain text.
 */
import type { Context } from './context';
import type { PolicyVersion } from './document';
import { globPattern, type Pattern, PatternBuilder } from './wildcard';

interface Variable {
  readonly type: 'variable';
  /** In lower case. */
  readonly key: string;
  readonly fallback: string | undefined;
}

type Part = { readonly type: 'text' | 'literal'; readonly text: string } | Variable;

/** A value of a policy, perhaps with variables. */
export interface Template {
  readonly source: string;
  /** Undefined when nothing in it depends on the request. */
  readonly parts: readonly Part[] | undefined;
  /** With `*` and `?` as wildcards; undefined when it depends on the request. */
  readonly pattern: Pattern | undefined;
  /** With `*` and `?` as characters; undefined when it depends on the request. */
  readonly text: string | undefined;
}

const reference = /\$\{(?:([*?$])|\s*([^{}$,'\s]+(?: [^{}$,'\s]+)*)\s*(?:,\s*'([^']*)'\s*)?)\}/g;

export function parseTemplate(source: string, version: PolicyVersion): Template {
  const parts = version === '2012-10-17' && source.includes('${') ? partsOf(source) : undefined;
  if (parts === undefined) return { source, parts: undefined, pattern: globPattern(source), text: source };
  if (parts.some(({ type }) => type === 'variable')) return { source, parts, pattern: undefined, text: undefined };
  return { source, parts: undefined, pattern: patternOf(parts, nothing), text: textOf(parts, nothing) };
}

/**
 * Undefined when a variable has no value in this request: "There is no equal or like value", so that the value fits nothing
 * and inverted operators hold (IAM User Guide, "Policy variables with no value").
 */
export function resolvePattern(template: Template, context: Context): Pattern | undefined {
  return template.pattern ?? patternOf(template.parts ?? [], context);
}

/** Undefined when a variable has no value in this request: then the value equals nothing. */
export function resolveText(template: Template, context: Context): string | undefined {
  return template.text ?? textOf(template.parts ?? [], context);
}

const nothing: Context = { get: () => undefined };

function partsOf(source: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of source.matchAll(reference)) {
    if (match.index > from) parts.push({ type: 'text', text: source.slice(from, match.index) });
    const [whole, escaped, key = '', fallback] = match;
    parts.push(escaped === undefined ? { type: 'variable', key: key.toLowerCase(), fallback } : { type: 'literal', text: escaped });
    from = match.index + whole.length;
  }
  if (from < source.length) parts.push({ type: 'text', text: source.slice(from) });
  return parts;
}

function patternOf(parts: readonly Part[], context: Context): Pattern | undefined {
  const builder = new PatternBuilder();
  for (const part of parts) {
    // A star in a user's name or tag is a star, never a wildcard.
    const literal = part.type === 'variable' ? variableText(part, context) : part.text;
    if (literal === undefined) return undefined;
    if (part.type === 'text') builder.glob(literal);
    else builder.literal(literal);
  }
  return builder.build();
}

function textOf(parts: readonly Part[], context: Context): string | undefined {
  let all = '';
  for (const part of parts) {
    const text = part.type === 'variable' ? variableText(part, context) : part.text;
    if (text === undefined) return undefined;
    all += text;
  }
  return all;
}

/** Keys with several values have none as a variable. */
function variableText({ key, fallback }: Variable, context: Context): string | undefined {
  const value = context.get(key);
  return typeof value === 'string' ? value : fallback;
}
