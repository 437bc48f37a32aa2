import {
  CreateServiceSpecificCredentialCommand,
  DeleteServiceSpecificCredentialCommand,
  DeleteUserCommand,
  ListServiceSpecificCredentialsCommand,
  ResetServiceSpecificCredentialCommand,
  UpdateServiceSpecificCredentialCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { expectError, openAccount } from './credentials';

const git = 'codecommit.amazonaws.com';

describe('a credential for one service', () => {
  it('has a password that is told once', async () => {
    const { iam, id, user } = openAccount();
    const { name: UserName } = await user();
    const { ServiceSpecificCredential: made } = await iam.send(new CreateServiceSpecificCredentialCommand({ UserName, ServiceName: git }));
    expect(made).toEqual({
      UserName,
      Status: 'Active',
      ServiceUserName: `ann-at-${id}`,
      ServicePassword: expect.stringMatching(/^[A-Za-z0-9+/]{60}$/),
      CreateDate: expect.any(Date),
      ServiceSpecificCredentialId: expect.stringMatching(/^ACCA[A-Z2-7]{17}$/),
      ServiceName: git,
    });
    const { ServicePassword: _, ...listed } = made ?? {};
    expect((await iam.send(new ListServiceSpecificCredentialsCommand({ UserName }))).ServiceSpecificCredentials).toEqual([listed]);
    const ServiceSpecificCredentialId = made?.ServiceSpecificCredentialId;
    const again = await iam.send(new ResetServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId }));
    expect(again.ServiceSpecificCredential).toMatchObject(listed);
    expect(again.ServiceSpecificCredential?.ServicePassword).not.toBe(made?.ServicePassword);
  });

  it('is there twice at most, and keeps its user', async () => {
    const { iam, user } = openAccount();
    const { name: UserName } = await user();
    const create = () => iam.send(new CreateServiceSpecificCredentialCommand({ UserName, ServiceName: git }));
    const { ServiceSpecificCredential } = await create();
    await create();
    await expectError(create(), 'LimitExceeded', 'Cannot exceed quota for ContextSpecificCredentialsPerUserPerContext: 2');
    const it = { UserName, ServiceSpecificCredentialId: ServiceSpecificCredential?.ServiceSpecificCredentialId };
    await iam.send(new UpdateServiceSpecificCredentialCommand({ ...it, Status: 'Inactive' }));
    const listed = () => iam.send(new ListServiceSpecificCredentialsCommand({ UserName, ServiceName: git }));
    expect((await listed()).ServiceSpecificCredentials?.map(({ Status }) => Status).sort()).toEqual(['Active', 'Inactive']);
    await expectError(iam.send(new DeleteUserCommand({ UserName })), 'DeleteConflict', /^Cannot delete entity, must /);
    await iam.send(new DeleteServiceSpecificCredentialCommand(it));
    expect((await listed()).ServiceSpecificCredentials).toHaveLength(1);
  });

  it('of Bedrock is one token, which may expire', async () => {
    const { iam, user } = openAccount();
    const { name: UserName } = await user();
    const { ServiceSpecificCredential: made } = await iam.send(
      new CreateServiceSpecificCredentialCommand({ UserName, ServiceName: 'bedrock.amazonaws.com', CredentialAgeDays: 30 }),
    );
    expect(made).toMatchObject({ ServiceCredentialAlias: expect.any(String), ServiceCredentialSecret: expect.stringMatching(/^ABSK/) });
    expect(made).not.toHaveProperty('ServicePassword');
    expect((Number(made?.ExpirationDate) - Number(made?.CreateDate)) / 86_400_000).toBe(30);
  });

  it.each([git, 'cassandra.amazonaws.com'])('of %s does not expire', async (ServiceName) => {
    const { iam, user } = openAccount();
    const { name: UserName } = await user();
    const create = iam.send(new CreateServiceSpecificCredentialCommand({ UserName, ServiceName, CredentialAgeDays: 30 }));
    await expectError(create, 'ValidationError', `CredentialAgeDays is not supported for service ${ServiceName}`);
  });

  it('is listed for all users, page by page', async () => {
    const { iam, user } = openAccount();
    for (const name of ['ann', 'bob', 'eve']) {
      const { name: UserName } = await user(name);
      for (const ServiceName of [git, 'bedrock.amazonaws.com'])
        await iam.send(new CreateServiceSpecificCredentialCommand({ UserName, ServiceName }));
    }
    const names: (string | undefined)[] = [];
    for (let Marker: string | undefined, isTruncated = true; isTruncated; ) {
      const page = await iam.send(new ListServiceSpecificCredentialsCommand({ AllUsers: true, ServiceName: git, MaxItems: 2, Marker }));
      names.push(...(page.ServiceSpecificCredentials ?? []).map(({ UserName }) => UserName));
      isTruncated = page.IsTruncated === true;
      Marker = page.Marker;
    }
    expect(names.sort()).toEqual(['ann', 'bob', 'eve']);
    expect((await iam.send(new ListServiceSpecificCredentialsCommand({ AllUsers: true }))).ServiceSpecificCredentials).toHaveLength(6);
  });

  it('is refused for services that have none, and for strangers', async () => {
    const { iam, user } = openAccount();
    const { name: UserName } = await user();
    const bob = await user('bob');
    const create = (ServiceName: string) => iam.send(new CreateServiceSpecificCredentialCommand({ UserName, ServiceName }));
    await expectError(
      create('s3.amazonaws.com'),
      'NoSuchEntity',
      'No such service s3.amazonaws.com is supported for Service Specific Credentials',
    );
    const ServiceSpecificCredentialId = (await create(git)).ServiceSpecificCredential?.ServiceSpecificCredentialId;
    await expectError(
      iam.send(new DeleteServiceSpecificCredentialCommand({ UserName: bob.name, ServiceSpecificCredentialId })),
      'ValidationError',
      `User bob does not have a service specific credential with id ${ServiceSpecificCredentialId}`,
    );
  });
});
