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
    accounts: Object.fromEntries(accounts),
  };
}

function checked({ signatures, iam }: Modes): { readonly signatures?: SignatureMode; readonly access?: AccessMode } {
  return {
    ...(signatures !== undefined && { signatures: parseSignatureMode(signatures) }),
    ...(iam !== undefined && { access: parseAccessMode(iam) }),
  };
}

export function signatureModeOf(options: SecurityOptions, account: string): SignatureMode {
  return options.accounts?.[account]?.signatures ?? options.signatures;
}

export function accessModeOf(options: SecurityOptions, account: string): AccessMode {
  return options.accounts?.[account]?.access ?? options.access;
}

/** For `--signatures` and the like. Throws a RangeError that names the choices. */
export function parseSignatureMode(text: string): SignatureMode {
  return choice('signatures', text, ['off', 'verify']);
}

/** For `--iam`. `enforce` is refused: this version holds no policies, and would either deny all or pretend. */
export function parseAccessMode(text: string): AccessMode {
  const mode = choice('iam', text, ['off', 'audit', 'enforce']);
  if (mode === 'enforce') throw new RangeError('iam=enforce needs the policy engine, which this version does not have. Use off or audit.');
  return mode;
}

function choice<T extends string>(name: string, text: string, choices: readonly T[]): T {
  const found = choices.find((each) => each === text);
  if (found === undefined) throw new RangeError(`${name}=${text} is no mode. Choose ${choices.join(', ')}.`);
  return found;
}
