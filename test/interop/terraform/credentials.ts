import { GetAccountSummaryCommand, IAMClient } from '@aws-sdk/client-iam';
import { expect } from 'vitest';
import { certificate } from '../../iam/credentials';
import type { Scenario } from './scenario';

const configuration = `
resource "aws_iam_user" "ann" {
  name          = "ann"
  force_destroy = true
}
resource "aws_iam_user_policy" "ann" {
  name   = "read"
  user   = aws_iam_user.ann.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::box/*"
      Condition = { IpAddress = { "aws:SourceIp" = "10.0.0.0/8" } }
    }]
  })
}
resource "aws_iam_signing_certificate" "ann" {
  user_name        = aws_iam_user.ann.name
  certificate_body = ${JSON.stringify(certificate('ann').pem)}
}
resource "aws_iam_service_specific_credential" "git" {
  user_name    = aws_iam_user.ann.name
  service_name = "codecommit.amazonaws.com"
}
resource "aws_iam_security_token_service_preferences" "v2" {
  global_endpoint_token_version = "v2Token"
}
resource "aws_organizations_organization" "org" {
  aws_service_access_principals = ["iam.amazonaws.com"]
  feature_set                   = "ALL"
}
resource "aws_iam_organizations_features" "roots" {
  enabled_features = ["RootCredentialsManagement", "RootSessions"]
  depends_on       = [aws_organizations_organization.org]
}
data "aws_iam_principal_policy_simulation" "inside" {
  policy_source_arn = aws_iam_user.ann.arn
  action_names      = ["s3:GetObject"]
  resource_arns     = ["arn:aws:s3:::box/key"]
  context {
    key    = "aws:SourceIp"
    type   = "ip"
    values = ["10.1.2.3"]
  }
  depends_on = [aws_iam_user_policy.ann]
}
data "aws_iam_principal_policy_simulation" "outside" {
  policy_source_arn = aws_iam_user.ann.arn
  action_names      = ["s3:GetObject"]
  resource_arns     = ["arn:aws:s3:::box/key"]
  context {
    key    = "aws:SourceIp"
    type   = "ip"
    values = ["192.0.2.1"]
  }
  depends_on = [aws_iam_user_policy.ann]
}
output "inside" {
  value = data.aws_iam_principal_policy_simulation.inside.all_allowed
}
output "outside" {
  value = data.aws_iam_principal_policy_simulation.outside.all_allowed
}
output "login" {
  value = aws_iam_service_specific_credential.git.service_user_name
}
`;

export const credentials: Scenario = {
  name: 'credentials',
  account: '111111111111',
  what: 'certificates, credentials, settings and simulations',
  configuration,
  async check({ config, outputs }) {
    expect(outputs.inside).toBe(true);
    expect(outputs.outside).toBe(false);
    expect(outputs.login).toMatch(/^ann-at-\d{12}$/);
    const { SummaryMap } = await new IAMClient(config).send(new GetAccountSummaryCommand({}));
    expect(SummaryMap).toMatchObject({ Users: 1, GlobalEndpointTokenVersion: 2 });
  },
  async checkGone({ config }) {
    expect((await new IAMClient(config).send(new GetAccountSummaryCommand({}))).SummaryMap).toMatchObject({ Users: 0 });
  },
};
