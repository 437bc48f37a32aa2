/** How strict a cloud is: per process, and per account where that is set. A mistyped mode is an error, never permissive. */

/**
 * `off`: header signatures say who calls and are not checked. `verify`: they are. Presigned URLs and POST policies are
 * checked in both, since the whole point of them is to be refused at times.
 */
export type SignatureMode = 'off' | 'verify';

/** `off`: everything is allowed. `audit`: decided and recorded, never denied. `enforce`: denied. */
export type AccessMode = 'off' | 'audit' | 'enforce';

export interface SecurityOptions {
  readonly signatures: SignatureMode;
  readonly access: AccessMode;
  /** The secret of root keys: `test`, and every id of twelve digits. */
  readonly rootSecret: string;
  /** By account number; what is absent is as above. */
  readonly accounts?: Readonly<Record<string, { readonly signatures?: SignatureMode; readonly access?: AccessMode }>>;
}

export const defaultSecurity: SecurityOptions = { signatures: 'off', access: 'off', rootSecret: 'test' };

/** Modes as a cloud is told them. */
export interface Modes {
  readonly signatures?: SignatureMode | undefined;
  readonly iam?: AccessMode | undefined;
}

/** What a cloud is told, checked: a mistyped mode or account is a RangeError that names the choices. */
export function securityFrom(
  told: Modes & { readonly rootSecret?: string | undefined; readonly accounts?: Readonly<Record<string, Modes>> | undefined },
): SecurityOptions {
  const accounts = Object.entries(told.accounts ?? {}).map(([account, modes]) => {
    if (!/^\d{12}$/.test(account)) throw new RangeError(`${account} is no account: they have twelve digits.`);
    return [account, checked(modes)] as const;
  });
  return {
    ...defaultSecurity,
    ...checked(told),
    ...(told.rootSecret !== undefined && { rootSecret: told.rootSecret }),
    // absent when there are none: each call asks several times
    ...(accounts.length > 0 && { accounts: Object.fromEntries(accounts) }),
  };
}

function checked({ signatures, iam }: Modes): { readonly signatures?: SignatureMode; readonly access?: AccessMode } {
  return {
    ...(signatures !== undefined && { signatures: parseSignatureMode(signatures) }),
    ...(iam !== undefined && { access: parseAccessMode(iam) }),
  };
}

/** Enforcing policies means nothing while anybody may claim any name: it implies verified signatures. */
export function signatureModeOf(options: SecurityOptions, account: string): SignatureMode {
  if (accessModeOf(options, account) === 'enforce') return 'verify';
  return options.accounts?.[account]?.signatures ?? options.signatures;
}

/** Whether signatures are verified wherever no account says otherwise. */
export function verifiesByDefault({ signatures, access }: SecurityOptions): boolean {
  return signatures === 'verify' || access === 'enforce';
}

export function accessModeOf(options: SecurityOptions, account: string): AccessMode {
  return options.accounts?.[account]?.access ?? options.access;
}

/** For `--signatures` and the like. Throws a RangeError that names the choices. */
export function parseSignatureMode(text: string): SignatureMode {
  return choice('signatures', text, ['off', 'verify']);
}

/** For `--iam`. */
export function parseAccessMode(text: string): AccessMode {
  return choice('iam', text, accessModes);
}

/** From lax to strict. */
const accessModes = ['off', 'audit', 'enforce'] as const;

export function stricter(a: AccessMode, b: AccessMode): AccessMode {
  return accessModes.indexOf(a) >= accessModes.indexOf(b) ? a : b;
}

/** Whether policies count anywhere. */
export function evaluatesPolicies({ access, accounts = {} }: SecurityOptions): boolean {
  return access !== 'off' || Object.values(accounts).some((own) => own.access !== undefined && own.access !== 'off');
}

/** Whom enforcement does not reach, in sentences; nobody while nothing is enforced. */
export function bypassesOf(options: SecurityOptions): string[] {
  const modes = [options.access, ...Object.values(options.accounts ?? {}).map((own) => own.access)];
  if (!modes.includes('enforce')) return [];
  const lax = Object.entries(options.accounts ?? {}).flatMap(([account, { access }]) =>
    access === undefined || access === 'enforce' ? [] : [`Callers of account ${account} are ${laxity(access)}.`],
  );
  return [
    ...(options.access === 'enforce' ? [] : [`Callers of all accounts that are not set to enforce are ${laxity(options.access)}.`]),
    ...lax,
    "Nuvola's own endpoints (/_nuvola) obey whoever reaches them.",
  ];
}

function laxity(mode: AccessMode): string {
  return mode === 'audit' ? 'only audited' : 'not asked for rights on what is their own';
}

/** A change of modes while the cloud runs. */
export interface ModeChange {
  /** All that have none of their own, when absent. */
  readonly account?: string;
  /** Undefined takes an account's own mode away. */
  readonly access: AccessMode | undefined;
}

export function withMode(options: SecurityOptions, { account, access }: ModeChange): SecurityOptions {
  if (account === undefined) return access === undefined ? options : { ...options, access };
  const { [account]: before, ...others } = options.accounts ?? {};
  const { access: _, ...rest } = before ?? {};
  const own = access === undefined ? rest : { ...rest, access };
  // Who shows the modes names accounts that have some of their own.
  return { ...options, accounts: Object.keys(own).length === 0 ? others : { ...others, [account]: own } };
}

function choice<T extends string>(name: string, text: string, choices: readonly T[]): T {
  const found = choices.find((each) => each === text);
  if (found === undefined) throw new RangeError(`${name}=${text} is no mode. Choose ${choices.join(', ')}.`);
  return found;
}
