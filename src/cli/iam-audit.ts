/** Draws what enforcement would have denied: per principal what it did without leave, and the statements that are missing. */
import type { AuditedDenial, AuditedPrincipal } from '../security/access/explain-audit';
import { jsonText, paint, printable } from './terminal';

const maxLine = 2_000;
/** Of one principal. */
const mostShown = 30;

export function drawAudit(principals: readonly AuditedPrincipal[], colour: boolean): string {
  return principals.map((each) => drawPrincipal(each, colour).join('\n')).join('\n\n');
}

function drawPrincipal({ principal, calls, denials, missingPolicy, otherSteps }: AuditedPrincipal, colour: boolean): string[] {
  const shown = denials.slice(0, mostShown);
  const width = Math.max(...shown.map(({ action }) => action.length));
  const lines = [
    `${paint(printable(principal, maxLine), 'bold', colour)} ${paint(`─ ${fateOf(denials)} ${calls === 1 ? 'once' : `${calls} times`}`, 'yellow', colour)}`,
    ...shown.flatMap((denial, at) => drawDenial(denial, width, at === denials.length - 1, colour)),
  ];
  if (denials.length > shown.length)
    lines.push(paint(`└─ and ${denials.length - shown.length} more (--json has them all)`, 'grey', colour));
  if (missingPolicy) {
    lines.push('', '  Missing in its own policies:', ...indented(jsonText(missingPolicy)));
  }
  for (const { text, statement, kind } of otherSteps) {
    lines.push('', `  ${printable(text, maxLine)}`, ...(kind === 'add' && statement ? indented(jsonText(statement)) : []));
  }
  return lines;
}

function fateOf(denials: readonly AuditedDenial[]): string {
  if (denials.every(({ mode }) => mode === 'audit')) return 'would be denied';
  return denials.every(({ mode }) => mode === 'enforce') ? 'was denied' : 'was or would be denied';
}

function drawDenial(
  { action, resource, calls, request, summary }: AuditedDenial,
  width: number,
  isLast: boolean,
  colour: boolean,
): string[] {
  const branch = (text: string) => paint(text, 'grey', colour);
  const head = `${`${calls} ×`.padStart(6)} ${printable(action).padEnd(width)}  ${printable(resource, maxLine)}`;
  return [
    `${branch(isLast ? '└─' : '├─')}${head}`,
    `${branch(isLast ? '  ' : '│ ')}        ${branch(`${printable(summary, maxLine)} nuvola iam explain ${printable(request)}`)}`,
  ];
}

function indented(text: string): string[] {
  return text.split('\n').map((line) => `    ${line}`);
}
