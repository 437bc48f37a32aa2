import { generateKeyPairSync } from 'node:crypto';
import { GetAccountAuthorizationDetailsCommand, GetAccountSummaryCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect } from 'vitest';
import { certificate } from '../../iam/credentials';
import { IdentityProvider } from '../../sts/saml-identity-provider';
import type { Scenario } from './scenario';

const site = certificate('site.example.com');

/** `ssh-rsa AAAA…` */
function sshKey(): string {
  const { e = '', n = '' } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
  const fields = [Buffer.from('ssh-rsa'), Buffer.from(e, 'base64url'), Buffer.concat([Buffer.of(0), Buffer.from(n, 'base64url')])];
  const sized = fields.map((field) => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(field.length);
    return Buffer.concat([size, field]);
  });
  return `ssh-rsa ${Buffer.concat(sized).toString('base64')}`;
}

const credentials = `
resource "aws_iam_account_alias" "alias" {
  account_alias = "terraform-alias"
}
resource "aws_iam_account_password_policy" "strict" {
  minimum_password_length        = 12
  require_lowercase_characters   = true
  require_uppercase_characters   = true
  require_numbers                = true
  require_symbols                = true
  allow_users_to_change_password = true
  max_password_age               = 90
  password_reuse_prevention      = 5
}
resource "aws_iam_user_login_profile" "bob" {
  user                    = aws_iam_user.bob.name
  password_length         = 20
  password_reset_required = true
  depends_on              = [aws_iam_account_password_policy.strict]
}
resource "aws_iam_virtual_mfa_device" "bob" {
  virtual_mfa_device_name = "bob"
  tags                    = { of = "bob" }
}
resource "aws_iam_user_ssh_key" "bob" {
  username   = aws_iam_user.bob.name
  encoding   = "SSH"
  public_key = ${JSON.stringify(sshKey())}
}
resource "aws_iam_server_certificate" "site" {
  name             = "site"
  certificate_body = ${JSON.stringify(site.pem)}
  private_key      = ${JSON.stringify(site.key)}
}
resource "aws_iam_saml_provider" "idp" {
  name                   = "idp"
  saml_metadata_document = ${JSON.stringify(new IdentityProvider().metadata)}
}
resource "aws_iam_openid_connect_provider" "issuer" {
  url             = "https://issuer.example.com/path"
  client_id_list  = ["sts.amazonaws.com", "other"]
  thumbprint_list = ["cf23df2207d99a74fbe169e3eba035e633b65d94"]
}
`;

const configuration = `
locals {
  read = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "read", Effect = "Allow", Action = ["s3:GetObject", "s3:ListBucket"], Resource = "*" }]
  })
}
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
    principals {
      type        = "AWS"
      identifiers = [aws_iam_user.ann.arn]
    }
  }
}
data "aws_iam_policy" "power" {
  name = "PowerUserAccess"
}

resource "aws_iam_user" "ann" {
  name                 = "ann"
  path                 = "/staff/"
  permissions_boundary = data.aws_iam_policy.power.arn
  tags                 = { team = "red" }
}
resource "aws_iam_user" "bob" {
  name = "bob"
}
resource "aws_iam_group" "readers" {
  name = "readers"
  path = "/staff/"
}
resource "aws_iam_group" "writers" {
  name = "writers"
}
resource "aws_iam_group_membership" "readers" {
  name  = "readers"
  group = aws_iam_group.readers.name
  users = [aws_iam_user.ann.name, aws_iam_user.bob.name]
}
resource "aws_iam_user_group_membership" "bob" {
  user   = aws_iam_user.bob.name
  groups = [aws_iam_group.writers.name]
}
resource "aws_iam_role" "app" {
  name                  = "app"
  description           = "What the application runs as"
  max_session_duration  = 7200
  assume_role_policy    = data.aws_iam_policy_document.trust.json
  permissions_boundary  = aws_iam_policy.read.arn
  force_detach_policies = true
  tags                  = { app = "shop" }
}
resource "aws_iam_policy" "read" {
  name        = "read"
  description = "Reads"
  policy      = local.read
  tags        = { kind = "read" }
}
resource "aws_iam_policy" "shared" {
  name_prefix = "shared-"
  path        = "/shared/"
  policy      = local.read
}
resource "aws_iam_role_policy" "app" {
  name   = "inline"
  role   = aws_iam_role.app.id
  policy = local.read
}
resource "aws_iam_user_policy" "bob" {
  name   = "inline"
  user   = aws_iam_user.bob.name
  policy = local.read
}
resource "aws_iam_group_policy" "readers" {
  name   = "inline"
  group  = aws_iam_group.readers.name
  policy = local.read
}
resource "aws_iam_role_policy_attachment" "app" {
  role       = aws_iam_role.app.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}
resource "aws_iam_user_policy_attachment" "bob" {
  user       = aws_iam_user.bob.name
  policy_arn = aws_iam_policy.read.arn
}
resource "aws_iam_group_policy_attachment" "writers" {
  group      = aws_iam_group.writers.name
  policy_arn = data.aws_iam_policy.power.arn
}
resource "aws_iam_policy_attachment" "shared" {
  name       = "shared"
  users      = [aws_iam_user.ann.name]
  groups     = [aws_iam_group.writers.name]
  roles      = [aws_iam_role.app.name]
  policy_arn = aws_iam_policy.shared.arn
}
resource "aws_iam_access_key" "bob" {
  user = aws_iam_user.bob.name
}
resource "aws_iam_instance_profile" "app" {
  name = "app"
  role = aws_iam_role.app.name
  tags = { app = "shop" }
}
resource "aws_iam_service_linked_role" "autoscaling" {
  aws_service_name = "autoscaling.amazonaws.com"
  custom_suffix    = "terraform"
  description      = "For scaling"
}
output "key" {
  value = aws_iam_access_key.bob.id
}
output "secret" {
  value     = aws_iam_access_key.bob.secret
  sensitive = true
}
`;

/** Terraform takes away what is not listed here; nothing, if it sees what was put there. */
const exclusive = `
resource "aws_iam_user_policies_exclusive" "bob" {
  user_name    = aws_iam_user.bob.name
  policy_names = [aws_iam_user_policy.bob.name]
}
resource "aws_iam_group_policies_exclusive" "readers" {
  group_name   = aws_iam_group.readers.name
  policy_names = [aws_iam_group_policy.readers.name]
}
resource "aws_iam_role_policies_exclusive" "app" {
  role_name    = aws_iam_role.app.name
  policy_names = [aws_iam_role_policy.app.name]
}
resource "aws_iam_user_policy_attachments_exclusive" "bob" {
  user_name   = aws_iam_user.bob.name
  policy_arns = [aws_iam_user_policy_attachment.bob.policy_arn]
}
resource "aws_iam_group_policy_attachments_exclusive" "writers" {
  group_name  = aws_iam_group.writers.name
  policy_arns = [aws_iam_group_policy_attachment.writers.policy_arn, aws_iam_policy_attachment.shared.policy_arn]
}
resource "aws_iam_role_policy_attachments_exclusive" "app" {
  role_name   = aws_iam_role.app.name
  policy_arns = [aws_iam_role_policy_attachment.app.policy_arn, aws_iam_policy_attachment.shared.policy_arn]
}
`;

const lookups = `
data "aws_iam_users" "staff" {
  path_prefix = "/staff/"
  depends_on  = [aws_iam_user.ann]
}
data "aws_iam_roles" "app" {
  name_regex = "^app$"
  depends_on = [aws_iam_role.app]
}
data "aws_iam_group" "readers" {
  group_name = aws_iam_group_membership.readers.group
}
data "aws_iam_instance_profiles" "app" {
  role_name = aws_iam_instance_profile.app.role
}
data "aws_iam_openid_connect_provider" "issuer" {
  arn = aws_iam_openid_connect_provider.issuer.arn
}
data "aws_iam_access_keys" "bob" {
  user = aws_iam_access_key.bob.user
}
data "aws_iam_session_context" "app" {
  arn = "arn:aws:sts::000000000000:assumed-role/\${aws_iam_role.app.name}/session"
}
output "found" {
  value = {
    users    = data.aws_iam_users.staff.names
    roles    = data.aws_iam_roles.app.names
    members  = sort(data.aws_iam_group.readers.users[*].user_name)
    profiles = data.aws_iam_instance_profiles.app.names
    clients  = data.aws_iam_openid_connect_provider.issuer.client_id_list
    keys     = data.aws_iam_access_keys.bob.access_keys[*].status
    issuer   = data.aws_iam_session_context.app.issuer_arn
  }
}
`;

export const iam: Scenario = {
  name: 'iam',
  what: 'users, groups, roles, policies, credentials and providers',
  configuration: configuration + credentials + exclusive + lookups,
  async check({ config, outputs }) {
    const keys = { accessKeyId: String(outputs.key), secretAccessKey: String(outputs.secret) };
    const caller = await new STSClient({ ...config, credentials: keys }).send(new GetCallerIdentityCommand({}));
    expect(caller.Arn).toMatch(/:user\/bob$/);
    expect(outputs.found).toEqual({
      users: ['ann'],
      roles: ['app'],
      members: ['ann', 'bob'],
      profiles: ['app'],
      clients: ['sts.amazonaws.com', 'other'],
      keys: ['Active'],
      issuer: 'arn:aws:iam::000000000000:role/app',
    });
    const details = await new IAMClient(config).send(new GetAccountAuthorizationDetailsCommand({ Filter: ['User'] }));
    expect(details.UserDetailList?.map(({ UserName, GroupList }) => [UserName, GroupList])).toEqual([
      ['ann', ['readers']],
      ['bob', ['readers', 'writers']],
    ]);
  },
  async checkGone({ config }) {
    const { SummaryMap } = await new IAMClient(config).send(new GetAccountSummaryCommand({}));
    expect(SummaryMap).toMatchObject({ Users: 0, Groups: 0, Roles: 0, Policies: 0, PolicyVersionsInUse: 0, InstanceProfiles: 0 });
    expect(SummaryMap).toMatchObject({ Providers: 0, ServerCertificates: 0, MFADevices: 0 });
  },
};
