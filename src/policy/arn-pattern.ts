/**
 * ARNs are compared part by part: a wildcard reaches as far as the next colon, and only the last part, the resource,
 * may hold colons itself. In a Resource element `*` is everything, and an ARN cut short is completed with wildcards:
 * `arn:aws:sqs` means all of SQS. In conditions all six parts must be written.
 */
import { isAt } from '../kernel/text-at';
import type { Context } from './context';
import type { PolicyVersion } from './document';
import { parseTemplate, resolvePattern, type Template } from './template';
import { fits, fitsAll, type Pattern, plainText, prefixText } from './wildcard';

/** An ARN in a request, taken apart once, when first a pattern must see its parts. */
export class ArnParts {
  readonly text: string;
  #parts: readonly string[] | undefined;

  constructor(text: string) {
    this.text = text;
    this.#parts = undefined;
  }

  /** Partition, service, region, account, resource. Undefined when the text is no ARN (`*`). */
  get parts(): readonly string[] | undefined {
    this.#parts ??= partsOf(this.text);
    return this.#parts;
  }
}

function partsOf(text: string): readonly string[] | undefined {
  if (!text.startsWith('arn:')) return undefined;
  const parts: string[] = [];
  let from = 4;
  while (parts.length < 4) {
    const colon = text.indexOf(':', from);
    if (colon < 0) return undefined;
    parts.push(text.slice(from, colon));
    from = colon + 1;
  }
  parts.push(text.slice(from));
  return parts;
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
  const patterns = templates.flatMap(({ pattern }) => pattern ?? []);
  if (patterns.length < templates.length)
    return { source, matches: (arn, context) => arn.parts !== undefined && matchesEach(templates, arn.parts, context) };
  return { source, matches: simple(patterns) ?? fixed(patterns) };
}

/**
 * Most patterns have whole parts of text and whole parts that take everything, and a resource that ends with its only star.
 * Those are matched in the text as it is: each piece between parts that take everything begins where the next colon is.
 */
function simple(patterns: readonly Pattern[]): ArnPattern['matches'] | undefined {
  const resource = patterns[4] as Pattern;
  const whole = plainText(resource);
  const start = whole ?? prefixText(resource);
  if (start === undefined) return undefined;
  const pieces = ['arn:'];
  for (const pattern of patterns.slice(0, 4)) {
    const text = plainText(pattern);
    if (fitsAll(pattern)) pieces.push(':');
    // A colon inside of a part, which the braces of a variable let stand, is in no part of an ARN.
    else if (text === undefined || text.includes(':')) return undefined;
    else pieces.push(`${pieces.pop()}${text}:`);
  }
  const [head = '', ...others] = [...pieces.slice(0, -1), pieces.at(-1) + start];
  return ({ text }) => {
    if (!isAt(text, 0, head)) return false;
    let at = head.length;
    for (const piece of others) {
      at = text.indexOf(':', at);
      if (at < 0 || !isAt(text, at, piece)) return false;
      at += piece.length;
    }
    return whole === undefined || at === text.length;
  };
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
