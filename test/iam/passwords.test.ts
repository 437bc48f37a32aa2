import {
  ChangePasswordCommand,
  CreateLoginProfileCommand,
  DeleteAccountPasswordPolicyCommand,
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  GetAccountPasswordPolicyCommand,
  GetLoginProfileCommand,
  IAMClient,
  UpdateAccountPasswordPolicyCommand,
  UpdateLoginProfileCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { expectError, openAccount } from './credentials';

const good = 'correct-Horse-1';

describe('a login profile', () => {
  it('is created, read, and deleted', async () => {
    const { iam, user } = openAccount();
    const { name: UserName } = await user();
    const created = await iam.send(new CreateLoginProfileCommand({ UserName, Password: good, PasswordResetRequired: true }));
    const LoginProfile = { UserName, CreateDate: expect.any(Date), PasswordResetRequired: true };
    expect(created.LoginProfile).toEqual(LoginProfile);
    expect((await iam.send(new GetLoginProfileCommand({ UserName }))).LoginProfile).toEqual(LoginProfile);
    await expectError(
      iam.send(new CreateLoginProfileCommand({ UserName, Password: good })),
      'EntityAlreadyExists',
      'Login Profile for user ann already exists.',
    );
    await expectError(
      iam.send(new DeleteUserCommand({ UserName })),
      'DeleteConflict',
      'Cannot delete entity, must delete login profile first.',
    );
    await iam.send(new DeleteLoginProfileCommand({ UserName }));
    for (const command of [new GetLoginProfileCommand({ UserName }), new DeleteLoginProfileCommand({ UserName })]) {
      await expectError(iam.send(command as GetLoginProfileCommand), 'NoSuchEntity', 'Login Profile for User ann cannot be found.');
    }
    await iam.send(new DeleteUserCommand({ UserName }));
  });

  it('keeps what an update leaves out, and stays with a renamed user', async () => {
    const { iam, user } = openAccount();
    await user();
    await iam.send(new CreateLoginProfileCommand({ UserName: 'ann', Password: good, PasswordResetRequired: true }));
    await iam.send(new UpdateLoginProfileCommand({ UserName: 'ann', Password: 'Another-2-word' }));
    await iam.send(new UpdateUserCommand({ UserName: 'ann', NewUserName: 'anna' }));
    const { LoginProfile } = await iam.send(new GetLoginProfileCommand({ UserName: 'anna' }));
    expect(LoginProfile).toMatchObject({ UserName: 'anna', PasswordResetRequired: true });
  });

  it('must have a password of three kinds of characters where the account has no policy', async () => {
    const { iam, user } = openAccount();
    const { name: UserName } = await user();
    await expectError(
      iam.send(new CreateLoginProfileCommand({ UserName, Password: 'password12' })),
      'PasswordPolicyViolation',
      'Password should meet 1 more of the following requirements: Password should have at least one uppercase letter, Password should have at least one symbol',
    );
  });

  it('is of users that are there', async () => {
    const { iam } = openAccount();
    await expectError(
      iam.send(new CreateLoginProfileCommand({ UserName: 'nobody', Password: good })),
      'NoSuchEntity',
      'The user with name nobody cannot be found.',
    );
  });
});

describe("changing one's own password", () => {
  async function withPassword() {
    const cloud = openAccount();
    const ann = await cloud.user();
    await cloud.iam.send(new CreateLoginProfileCommand({ UserName: 'ann', Password: good, PasswordResetRequired: true }));
    const own = new IAMClient(await cloud.keyOf(ann));
    const change = (OldPassword: string, NewPassword: string) => own.send(new ChangePasswordCommand({ OldPassword, NewPassword }));
    return { ...cloud, change };
  }

  it('takes the old one, and ends the need to reset it', async () => {
    const { iam, change } = await withPassword();
    await expectError(change('wrong', 'Another-2-word'), 'AccessDenied', /./);
    await expectError(change(good, good), 'AccessDenied', /./);
    await change(good, 'Another-2-word');
    await expectError(change(good, 'Third-3-words'), 'AccessDenied', /./);
    await change('Another-2-word', good);
    const { LoginProfile } = await iam.send(new GetLoginProfileCommand({ UserName: 'ann' }));
    expect(LoginProfile?.PasswordResetRequired).toBe(false);
  });

  it('must not go back to a recent one where the policy says so', async () => {
    const { iam, change } = await withPassword();
    await iam.send(new UpdateAccountPasswordPolicyCommand({ PasswordReusePrevention: 2 }));
    await change(good, 'Another-2-word');
    await expectError(change('Another-2-word', good), 'PasswordPolicyViolation', /./);
    await change('Another-2-word', 'Third-3-words');
    await change('Third-3-words', good);
  });

  it('is for users', async () => {
    const { iam } = openAccount();
    await expectError(iam.send(new ChangePasswordCommand({ OldPassword: 'a', NewPassword: 'b' })), 'InvalidUserType', /./);
  });
});

describe('the password policy of an account', () => {
  it('is not there before it is set', async () => {
    const { iam, id } = openAccount();
    await expectError(
      iam.send(new GetAccountPasswordPolicyCommand({})),
      'NoSuchEntity',
      `The Password Policy with domain name ${id} cannot be found.`,
    );
    await expectError(
      iam.send(new DeleteAccountPasswordPolicyCommand({})),
      'NoSuchEntity',
      'The account policy with name PasswordPolicy cannot be found.',
    );
  });

  it('has defaults for what an update leaves out', async () => {
    const { iam } = openAccount();
    await iam.send(new UpdateAccountPasswordPolicyCommand({ MaxPasswordAge: 90, RequireSymbols: true, HardExpiry: true }));
    const read = async () => (await iam.send(new GetAccountPasswordPolicyCommand({}))).PasswordPolicy;
    const defaults = {
      MinimumPasswordLength: 6,
      RequireSymbols: false,
      RequireNumbers: false,
      RequireUppercaseCharacters: false,
      RequireLowercaseCharacters: false,
      AllowUsersToChangePassword: false,
      ExpirePasswords: false,
    };
    expect(await read()).toEqual({ ...defaults, RequireSymbols: true, ExpirePasswords: true, MaxPasswordAge: 90, HardExpiry: true });
    await iam.send(new UpdateAccountPasswordPolicyCommand({}));
    expect(await read()).toEqual(defaults);
    await iam.send(new DeleteAccountPasswordPolicyCommand({}));
  });

  it('has ranges', async () => {
    const { iam } = openAccount();
    await expectError(
      iam.send(new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 5 })),
      'ValidationError',
      /minimumPasswordLength.*greater than or equal to 6/,
    );
  });

  it('holds for new passwords', async () => {
    const { iam, user } = openAccount();
    const { name: UserName } = await user();
    await iam.send(new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 12, RequireUppercaseCharacters: true }));
    const create = (Password: string) => iam.send(new CreateLoginProfileCommand({ UserName, Password }));
    await expectError(create('lowercase'), 'PasswordPolicyViolation', 'Password should have at least one uppercase letter');
    await expectError(create('Uppercase'), 'PasswordPolicyViolation', 'Password should have a minimum length of 12');
    await create('LongUppercase');
  });
});
