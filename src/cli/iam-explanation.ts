/** Draws a decision about access for a terminal: the layers of policies as trees, the statement that decided, what to change. */
import type { ExplainedDecision, ExplainedLayer, ExplainedPolicy, ExplainedStatement } from '../security/access/explain';
import type { Suggestion } from '../security/access/explain-suggestion';
import { jsonText, paint, printable } from './terminal';

type Colour = Parameters<typeof paint>[1];

/** Sentences of policies are long, and still one line each. */
const maxLine = 2_000;

/** All that one request asked for; resources with the same answer (a batch of keys) are drawn once. */
export function drawExplanations(decisions: readonly ExplainedDecision[], colour: boolean): string {
  const alike = new Map<string, ExplainedDecision[]>();
  for (const decision of decisions) {
    const { action, effect, byGrant, layers } = decision;
    // Reasons name the resource.
    const key = JSON.stringify([action, effect, byGrant, layers], (name, value) => (name === 'reasons' ? undefined : value));
    alike.set(key, [...(alike.get(key) ?? []), decision]);
  }
  return [...alike.values()].map(([first, ...others]) => drawn(first as ExplainedDecision, others, colour)).join('\n\n');
}

const namedOthers = 5;

function drawn(first: ExplainedDecision, others: readonly ExplainedDecision[], colour: boolean): string {
  const drawing = drawExplanation(first, colour);
  if (others.length === 0) return drawing;
  const names = others.slice(0, namedOthers).map(({ resource }) => `  ${printable(resource, maxLine)}`);
  const more = others.length > namedOthers ? [`  and ${others.length - namedOthers} more`] : [];
  return [
    drawing,
    '',
    paint(`The same goes for ${others.length} other ${others.length === 1 ? 'resource' : 'resources'}:`, 'bold', colour),
    ...names,
    ...more,
  ].join('\n');
}

/** The whole drawing, without a last line break. */
export function drawExplanation(explained: ExplainedDecision, colour: boolean): string {
  const pen = (text: string, ...with_: Colour[]) => with_.reduce((painted, one) => paint(painted, one, colour), text);
  const isAllowed = isLetIn(explained);
  const verdict = pen(isAllowed ? '✓ allowed' : '✗ denied', isAllowed ? 'green' : 'red', 'bold');
  const lines = [
    `${verdict}  ${pen(printable(explained.action), 'bold')}`,
    ...facts(explained).map(([name, value]) => `  ${pen(name.padEnd(9), 'grey')} ${printable(value, maxLine)}`),
    '',
    ...explained.layers.flatMap((layer) => [...drawLayer(layer, pen), '']),
    pen(printable(explained.summary, maxLine), isAllowed ? 'green' : 'red'),
    ...drawSuggestions(explained.suggestions, pen),
  ];
  return lines.join('\n');
}

function isLetIn({ effect, byGrant }: ExplainedDecision): boolean {
  return effect === 'allow' || byGrant === true;
}

type Pen = (text: string, ...colours: Colour[]) => string;

function facts(explained: ExplainedDecision): [name: string, value: string][] {
  const { principal, resource, request } = explained;
  const rows: [string, string][] = [
    ['principal', principal === '*' ? '* (anonymous)' : principal],
    ['resource', resource === '*' ? '* (the action takes none)' : resource],
  ];
  if (!request) return rows;
  const { id, service, region, time, passed } = request;
  const fate = !passed ? 'refused' : isLetIn(explained) ? 'let through' : 'let through by mode audit';
  return [...rows, ['request', `${id} to ${service} in ${region}, ${time}, ${fate}`]];
}

const layerWords: Readonly<Record<ExplainedLayer['effect'], readonly [words: string, colour: Colour]>> = {
  allow: ['allows it', 'green'],
  explicitDeny: ['denies it', 'red'],
  implicitDeny: ['nothing here allows it', 'yellow'],
  noImpact: ['says nothing of it', 'grey'],
};

const decides = ' ◀ this decides';

function drawLayer({ title, effect, decisive, policies }: ExplainedLayer, pen: Pen): string[] {
  const [words, colour] = layerWords[effect];
  // The mark goes to the statement that decided; without one, the lack of it decided.
  const isMarked = decisive && !policies.some(({ statements }) => statements.some((statement) => statement.decisive));
  const head = `${pen(title, 'bold')} ${pen(`─ ${words}`, colour)}${isMarked ? pen(decides, colour, 'bold') : ''}`;
  if (policies.length === 0) return [head, pen('└─ there is none', 'grey')];
  return [head, ...branches(policies, (policy) => drawPolicy(policy, pen), pen)];
}

function drawPolicy({ arn, name, group, note, statements }: ExplainedPolicy, pen: Pen): string[] {
  const head = [
    printable(name ?? arn ?? 'the policy', maxLine),
    ...(name !== undefined && arn !== undefined ? [pen(printable(arn, maxLine), 'grey')] : []),
    ...(group === undefined ? [] : [`of group ${printable(group)}`]),
    ...(note === undefined ? [] : [pen(`(${note})`, 'yellow')]),
  ].join(' ');
  return [head, ...branches(statements, (statement) => [drawStatement(statement, pen)], pen)];
}

function drawStatement({ sid, number, effect, matched, decisive, reasons }: ExplainedStatement, pen: Pen): string {
  const [mark, colour] = matched ? (effect === 'Allow' ? (['✓', 'green'] as const) : (['✗', 'red'] as const)) : (['·', 'grey'] as const);
  const what = `${mark} ${effect} ${printable(sid ?? `statement ${number}`)}`;
  const why = printable(reasons.join('; '), maxLine);
  return `${pen(what, colour, ...(decisive ? (['bold'] as const) : []))}  ${pen(why, 'grey')}${decisive ? pen(decides, colour, 'bold') : ''}`;
}

function branches<T>(items: readonly T[], draw: (item: T) => string[], pen: Pen): string[] {
  return items.flatMap((item, at) => {
    const isLast = at === items.length - 1;
    const [first = '', ...others] = draw(item);
    return [`${pen(isLast ? '└─' : '├─', 'grey')} ${first}`, ...others.map((line) => `${pen(isLast ? '  ' : '│ ', 'grey')} ${line}`)];
  });
}

function drawSuggestions(suggestions: readonly Suggestion[], pen: Pen): string[] {
  if (suggestions.length === 0) return [];
  const isOne = suggestions.length === 1;
  return [
    '',
    pen(isOne ? 'To allow it:' : 'To allow it, all of these:', 'bold'),
    ...suggestions.flatMap(({ kind, text, statement }, at) => [
      `${isOne ? ' ' : `${at + 1}.`} ${printable(text, maxLine)}`,
      ...(kind === 'add' && statement ? indented(jsonText(statement)) : []),
    ]),
  ];
}

function indented(text: string): string[] {
  return text.split('\n').map((line) => `    ${line}`);
}
