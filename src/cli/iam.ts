/** What `nuvola iam …` does. */
import type { Explanations } from '../gateway/iam-explain';
import type { Generated } from '../gateway/iam-generate';
import type { AuditedPrincipal } from '../security/access/explain-audit';
import { callAdmin, type Target } from './admin-client';
import type { PointInTime } from './arguments';
import { CliError } from './cli-error';
import { drawAudit } from './iam-audit';
import { drawExplanations } from './iam-explanation';
import { jsonText, note, print, wantsColour } from './terminal';

interface Options extends Target {
  readonly account?: string;
  readonly json?: boolean;
}

interface ExplainOptions extends Options {
  readonly region?: string;
  readonly condition?: Readonly<Record<string, string | readonly string[]>>;
}

export async function explain(
  what: string,
  action: string | undefined,
  resource: string | undefined,
  options: ExplainOptions,
): Promise<void> {
  const { json, account, region, condition } = options;
  if (action === undefined && (account ?? region ?? condition) !== undefined) {
    throw new CliError('--account, --region and --condition are for a principal with an action; a request has its own.');
  }
  if (action === undefined && !/^[0-9A-Za-z-]{16,64}$/.test(what)) {
    throw new CliError(
      `${JSON.stringify(what)} is no id of a request. For a principal say what it would do: nuvola iam explain ${what} <action> [resource].`,
    );
  }
  const asked =
    action === undefined
      ? { request: what }
      : {
          principal: what,
          action,
          ...(resource !== undefined && { resource }),
          ...(account !== undefined && { account }),
          ...(region !== undefined && { region }),
          ...(condition && { conditions: condition }),
        };
  const answer = await callAdmin<Explanations>(options, '/_nuvola/iam/explain', asked);
  if (json) print(jsonText(answer));
  else print(drawExplanations(answer.decisions, wantsColour(process.stdout)));
  if (answer.omitted !== undefined) note(`${answer.omitted} more rights of this request are left out.`);
}

interface SinceOptions extends Options {
  readonly since?: PointInTime;
}

export async function generate(
  principal: string,
  { url, account, since, exact, json }: SinceOptions & { readonly exact?: boolean },
): Promise<void> {
  const query = await queryOf({ url }, { principal, account, exact: exact ? 'true' : undefined }, since);
  const answer = await callAdmin<Generated>({ url }, `/_nuvola/iam/generate?${query}`);
  if (json) {
    print(jsonText(answer));
    return;
  }
  const { policy, notes } = answer;
  if (policy === null) throw new CliError(notes.join(' '));
  print(jsonText(policy));
  for (const each of notes) note(each);
}

export async function audit(
  principal: string | undefined,
  { url, account, since, mode, json }: SinceOptions & { readonly mode: string },
): Promise<void> {
  const query = await queryOf({ url }, { principal, account, mode }, since);
  const answer = await callAdmin<{ principals: AuditedPrincipal[] }>({ url }, `/_nuvola/iam/audit?${query}`);
  if (json) print(jsonText(answer));
  else if (answer.principals.length > 0) print(drawAudit(answer.principals, wantsColour(process.stdout)));
  else print(await nothingDenied({ url }, mode));
}

async function nothingDenied(target: Target, mode: string): Promise<string> {
  const modes = await callAdmin<Modes>(target, '/_nuvola/iam/modes');
  const isOff = [modes, ...Object.values(modes.accounts)].every((each) => each.mode === 'off');
  if (isOff) return 'Policies are not evaluated: the mode is off. Turn it on with `nuvola iam mode audit`.';
  return mode === 'enforce' ? 'Nothing was denied.' : 'Nothing would have been denied.';
}

interface Modes {
  readonly mode: string;
  readonly signatures: string;
  readonly accounts: Readonly<Record<string, { readonly mode: string; readonly signatures: string }>>;
  readonly bypasses: readonly string[];
}

const modeNames = ['off', 'audit', 'enforce'];

export async function mode(wanted: string | undefined, { url, account, json }: Options): Promise<void> {
  if (wanted !== undefined && !modeNames.includes(wanted) && !(wanted === 'default' && account !== undefined)) {
    throw new CliError(`There is no mode ${JSON.stringify(wanted)}. Choose off, audit or enforce; with --account also default.`);
  }
  const change =
    wanted === undefined ? undefined : { mode: wanted === 'default' ? null : wanted, ...(account !== undefined && { account }) };
  const modes = await callAdmin<Modes>({ url }, '/_nuvola/iam/modes', change);
  if (json) print(jsonText(modes));
  else print(modeLines(modes, wanted === undefined ? account : undefined).join('\n'));
}

function modeLines({ mode: all, signatures, accounts, bypasses }: Modes, account: string | undefined): string[] {
  const verified = signatures === 'verify' ? ', signatures are verified' : '';
  if (account !== undefined) return [`${accounts[account]?.mode ?? all}`];
  return [`${all}${verified}`, ...Object.entries(accounts).map(([id, own]) => `${id}  ${own.mode}`), ...bypasses];
}

/** A span of time counts back from the cloud's own clock. */
async function queryOf(
  target: Target,
  given: Readonly<Record<string, string | undefined>>,
  since: PointInTime | undefined,
): Promise<URLSearchParams> {
  const query = new URLSearchParams(Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined));
  if (since === undefined) return query;
  const at = 'at' in since ? since.at : (await callAdmin<{ now: number }>(target, '/_nuvola/clock')).now - since.agoMs;
  query.set('since', new Date(Math.max(0, at)).toISOString());
  return query;
}
