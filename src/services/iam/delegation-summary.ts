/**
 * A delegation request in plain words. AWS has a language model write them; these follow from the policy, so that they
 * say neither more nor less than it does.
 */
import { type ConditionClause, type NameList, parsePolicy, type Statement } from '../../policy';
import type { DelegationRequest } from './delegation-state';

/** Markdown, in English. */
export function summaryOf(request: DelegationRequest): string {
  const { requestorName, requestor, ownerAccount, sessionSeconds, boundaries } = request;
  const { statements } = parsePolicy(request.policy, 'session');
  const whose = ownerAccount === undefined ? 'the AWS account of whoever accepts it' : `AWS account ${ownerAccount}`;
  const of = (effect: Statement['effect']) => statements.filter((statement) => statement.effect === effect).map(statementText);
  const denied = of('Deny');
  return [
    `**${requestorName}** (AWS account ${requestor}) asks for temporary access to ${whose}, for ${durationText(sessionSeconds)} once the access is released.`,
    'While it lasts, and as far as the identity that approves the request may do the same, this access allows:',
    of('Allow').join('\n'),
    ...(denied.length > 0 ? ['It never allows:', denied.join('\n')] : []),
    ...(boundaries.length > 0
      ? [`Roles that it creates or changes must be limited by ${codes(boundaries, 'or')}. They stay when the access ends.`]
      : []),
  ].join('\n\n');
}

function statementText({ actions, resources, conditions }: Statement): string {
  const what = actions.not ? `every action but ${codes(actions.names, 'and')}` : allOr('every action', actions);
  const where =
    resources === undefined
      ? ''
      : ` on ${resources.not ? `every resource but ${codes(resources.names, 'and')}` : allOr('every resource', resources)}`;
  return [
    `- ${what}${where}${conditions.length > 0 ? ', only if:' : ''}`,
    ...conditions.map((clause) => `  - ${conditionText(clause)}`),
  ].join('\n');
}

function allOr(all: string, { names }: NameList): string {
  return names.includes('*') ? all : codes(names, 'and');
}

/** Operators are named as policies name them: what each means is AWS's to say. */
function conditionText({ operator, key, values }: ConditionClause): string {
  return `\`${key}\` meets \`${operator.name}\` ${codes(values, 'or')}`;
}

function codes(names: readonly string[], last: 'and' | 'or'): string {
  const marked = names.map((name) => `\`${name.replace(/[`\s]+/g, ' ')}\``);
  return marked.length < 2 ? marked.join('') : `${marked.slice(0, -1).join(', ')} ${last} ${marked.at(-1)}`;
}

function durationText(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const parts = [
    [Math.floor(minutes / 60), 'hour'],
    [minutes % 60, 'minute'],
    [seconds % 60, 'second'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`);
  return said.join(' and ');
}
