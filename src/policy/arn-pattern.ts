/**
 * ARNs are compared part by part: a wildcard reaches as far as the next colon, and only the last part, the resource,
 * may hold colons itself. In a Resource element `*` is everything, and an ARN cut short is completed with wildcards:
 * `arn:aws:sqs` means all of SQS. In conditions all six parts must be written.
 */
import type { Context } from './context';
import type { PolicyVersion } from './document';
import { parseTemplate, resolvePattern, type Template } from './template';
import { fits, fitsAll, globPattern, type Pattern, plainText } from './wildcard';

/** An ARN in a request, taken apart once. */
export interface ArnParts {
  readonly text: string;
  /** Partition, service, region, account, resource. Undefined when the text is no ARN (`*`). */
  readonly parts: readonly string[] | undefined;
}

export function splitArn(text: string): ArnParts {
  if (!text.startsWith('arn:')) return { text, parts: undefined };
  const parts: string[] = [];
  let from = 4;
  while (parts.length < 4) {
    const colon = text.indexOf(':', from);
    if (colon < 0) return { text, parts: undefined };
    parts.push(text.slice(from, colon));
    from = colon + 1;
  }
  parts.push(text.slice(from));
  return { text, parts };
}

export interface ArnPattern {
  readonly source: string;
  readonly matches: (arn: ArnParts, context: Context) => boolean;
}

/** In a Resource element variables count only after the fifth colon (IAM User Guide, "Where you can use policy variables"). */
export function arnPattern(source: string, version: PolicyVersion, element: 'Resource' | 'Condition'): ArnPattern {
  const isResource = element === 'Resource';
  if (isResource && /^\*+$/.test(source)) return { source, matches: () => true };
  const parts = splitTemplate(source, version);
  if ((parts[0] !== 'arn' && parts[0] !== '*') || (!isResource && parts.length < 6)) return { source, matches: () => false };
  const templates = parts.slice(1).map((part, i) => parseTemplate(part, i < 4 && isResource ? '2008-10-17' : version));
  while (templates.length < 5) templates.push(parseTemplate('*', version));
  const plain = templates.map(({ pattern }) => pattern && plainText(pattern));
  if (plain.every((text) => text !== undefined)) {
    const whole = `arn:${plain.join(':')}`;
    return { source, matches: (arn) => arn.text === whole };
  }
  return templates.every(({ pattern }) => pattern !== undefined)
    ? { source, matches: fixed(templates.map(({ pattern }) => pattern ?? globPattern(''))) }
    : { source, matches: (arn, context) => arn.parts !== undefined && matchesEach(templates, arn.parts, context) };
}

/** The same for every request: parts that take everything are not looked at, and the resource, which tells most, first. */
function fixed(patterns: readonly Pattern[]): ArnPattern['matches'] {
  const checks = patterns.flatMap((pattern, part) => (fitsAll(pattern) ? [] : [{ part, pattern }])).reverse();
  return ({ parts }) => {
    if (parts === undefined) return false;
    for (const { part, pattern } of checks) if (!fits(pattern, parts[part]!)) return false;
    return true;
  };
}

function matchesEach(templates: readonly Template[], parts: readonly string[], context: Context): boolean {
  return templates.every((template, i) => {
    const pattern = resolvePattern(template, context);
    return pattern !== undefined && fits(pattern, parts[i]!);
  });
}

/** At most six parts. Colons inside `${…}` do not count. */
function splitTemplate(source: string, version: PolicyVersion): string[] {
  const parts: string[] = [];
  const lastClose = version === '2012-10-17' ? source.lastIndexOf('}') : -1;
  let from = 0;
  for (let i = 0; i < source.length && parts.length < 5; i++) {
    if (i < lastClose && source.startsWith('${', i)) i = source.indexOf('}', i);
    else if (source[i] === ':') {
      parts.push(source.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(source.slice(from));
  return parts;
}
