/** What the passwords of an account's users must be like. */
import type { IAM } from '../../../../generated/api/iam';
import { accessChanged, defineOperations, fail } from '../../../kernel';
import { PasswordPolicies } from '../credentials-state';
import { noSuchEntity } from '../errors';

const defaultMinimumLength = 6;

export const passwordPolicyOperations = defineOperations<IAM>()({
  GetAccountPasswordPolicy({ tx, account }) {
    const policy =
      tx.get(PasswordPolicies, 'policy') ?? fail(noSuchEntity(`The Password Policy with domain name ${account} cannot be found.`));
    const { maxAgeDays, reusePrevention, hardExpiry } = policy;
    return {
      PasswordPolicy: {
        MinimumPasswordLength: policy.minimumLength,
        RequireSymbols: policy.requireSymbols,
        RequireNumbers: policy.requireNumbers,
        RequireUppercaseCharacters: policy.requireUppercase,
        RequireLowercaseCharacters: policy.requireLowercase,
        AllowUsersToChangePassword: policy.allowUsersToChange,
        ExpirePasswords: maxAgeDays !== undefined,
        ...(maxAgeDays !== undefined && { MaxPasswordAge: maxAgeDays }),
        ...(reusePrevention !== undefined && { PasswordReusePrevention: reusePrevention }),
        ...(hardExpiry !== undefined && { HardExpiry: hardExpiry }),
      },
    };
  },

  /** Grants users their own password, or no longer. Replaces the policy whole: "This operation does not support partial updates" (API reference). */
  UpdateAccountPasswordPolicy({ tx }, input) {
    tx.put(PasswordPolicies, {
      minimumLength: input.MinimumPasswordLength ?? defaultMinimumLength,
      requireSymbols: input.RequireSymbols ?? false,
      requireNumbers: input.RequireNumbers ?? false,
      requireUppercase: input.RequireUppercaseCharacters ?? false,
      requireLowercase: input.RequireLowercaseCharacters ?? false,
      allowUsersToChange: input.AllowUsersToChangePassword ?? false,
      maxAgeDays: input.MaxPasswordAge,
      reusePrevention: input.PasswordReusePrevention,
      hardExpiry: input.HardExpiry,
    });
    accessChanged(tx);
    return {};
  },

  DeleteAccountPasswordPolicy({ tx }) {
    const policy = tx.get(PasswordPolicies, 'policy') ?? fail(noSuchEntity('The account policy with name PasswordPolicy cannot be found.'));
    tx.delete(PasswordPolicies, policy);
    accessChanged(tx);
    return {};
  },
});
