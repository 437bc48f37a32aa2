/** Are the users and roles there that a policy names? AWS takes no policy that names nobody. */
import type { TxContext } from './context';
import { AwsError } from './errors';
import { homeRegionOf } from './place';

const entity = /^arn:[\w-]+:(?:iam::(\d{12}):(user|role)\/(?:.*\/)?([^/]+)|sts::(\d{12}):assumed-role\/([^/]+)\/[^/]+)$/;

/** The first of these names from Principal elements that is of nobody. Accounts are always there; unique ids are not looked up. */
export function missingPrincipal(ctx: TxContext, names: readonly string[]): string | undefined {
  return names.find((name) => {
    const [, account, kind, named, roleAccount, roleName] = entity.exec(name) ?? [];
    if (roleAccount !== undefined && roleName !== undefined) return !isThere(ctx, roleAccount, 'role', roleName, undefined);
    return account !== undefined && named !== undefined && !isThere(ctx, account, kind as 'user' | 'role', named, name);
  });
}

/** `arn`: what it must be called with its path. */
function isThere(ctx: TxContext, account: string, kind: 'user' | 'role', name: string, arn: string | undefined): boolean {
  const place = { account, region: homeRegionOf(ctx.partition) };
  try {
    const found =
      kind === 'user'
        ? ctx.call('iam', 'GetUser', { UserName: name }, { place }).User
        : ctx.call('iam', 'GetRole', { RoleName: name }, { place }).Role;
    return arn === undefined || found?.Arn === arn;
  } catch (error) {
    if (error instanceof AwsError) return error.code === 'NotImplemented';
    throw error;
  }
}
