import { AccountClient, GetAlternateContactCommand } from '@aws-sdk/client-account';
import { DescribeOrganizationCommand, ListAccountsForParentCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { expect } from 'vitest';
import type { Scenario } from './scenario';

const configuration = `
resource "aws_organizations_organization" "this" {
  feature_set                   = "ALL"
  aws_service_access_principals = ["account.amazonaws.com", "cloudtrail.amazonaws.com"]
  enabled_policy_types          = ["SERVICE_CONTROL_POLICY", "TAG_POLICY"]
}
resource "aws_organizations_organizational_unit" "outer" {
  name      = "outer"
  parent_id = aws_organizations_organization.this.roots[0].id
  tags      = { team = "x" }
}
resource "aws_organizations_organizational_unit" "inner" {
  name      = "inner"
  parent_id = aws_organizations_organizational_unit.outer.id
}
resource "aws_organizations_account" "member" {
  name      = "member"
  email     = "terraform-member@example.org"
  parent_id = aws_organizations_organizational_unit.inner.id
  role_name = "Admin"
  tags      = { stage = "test" }
  lifecycle { ignore_changes = [role_name] }
}
resource "aws_organizations_policy" "scp" {
  name        = "guard"
  description = "No buckets go"
  content = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Action = "s3:DeleteBucket", Resource = "*" }]
  })
  tags       = { kind = "scp" }
  depends_on = [aws_organizations_organization.this]
}
resource "aws_organizations_policy" "tag" {
  name    = "tags"
  type    = "TAG_POLICY"
  content = jsonencode({ tags = { cost = { tag_key = { "@@assign" = "Cost" } } } })
  depends_on = [aws_organizations_organization.this]
}
resource "aws_organizations_policy_attachment" "scp" {
  policy_id = aws_organizations_policy.scp.id
  target_id = aws_organizations_organizational_unit.outer.id
}
resource "aws_organizations_policy_attachment" "tag" {
  policy_id = aws_organizations_policy.tag.id
  target_id = aws_organizations_account.member.id
}
resource "aws_organizations_delegated_administrator" "account" {
  account_id        = aws_organizations_account.member.id
  service_principal = "account.amazonaws.com"
}
resource "aws_cloudtrail_organization_delegated_admin_account" "member" {
  account_id = aws_organizations_account.member.id
}
resource "aws_s3_bucket" "logs" {
  bucket        = "terraform-organization-logs"
  force_destroy = true
}
resource "aws_cloudtrail" "organization" {
  name                  = "terraform-organization"
  s3_bucket_name        = aws_s3_bucket.logs.id
  is_organization_trail = true
  is_multi_region_trail = true
  depends_on            = [aws_organizations_organization.this]
}
resource "aws_organizations_resource_policy" "this" {
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::\${aws_organizations_account.member.id}:root" }
      Action    = "organizations:ListPolicies"
      Resource  = "*"
    }]
  })
}
resource "aws_account_alternate_contact" "billing" {
  account_id             = aws_organizations_account.member.id
  alternate_contact_type = "BILLING"
  name                   = "Ada"
  title                  = "Countess"
  email_address          = "ada@example.org"
  phone_number           = "+44 1234"
}
resource "aws_account_primary_contact" "this" {
  full_name       = "Ada Lovelace"
  address_line_1  = "1 Engine Street"
  city            = "Seattle"
  state_or_region = "WA"
  postal_code     = "98101"
  country_code    = "US"
  phone_number    = "+64211111111"
}
resource "aws_account_region" "africa" {
  region_name = "af-south-1"
  enabled     = true
}
output "member" {
  value = aws_organizations_account.member.id
}
data "aws_organizations_delegated_services" "member" {
  account_id = aws_organizations_delegated_administrator.account.account_id
  depends_on = [aws_cloudtrail_organization_delegated_admin_account.member]
}
data "aws_organizations_policies_for_target" "outer" {
  target_id = aws_organizations_policy_attachment.scp.target_id
  filter    = "SERVICE_CONTROL_POLICY"
}
data "aws_organizations_organizational_unit_descendant_accounts" "outer" {
  parent_id  = aws_organizations_organizational_unit.outer.id
  depends_on = [aws_organizations_account.member]
}
data "aws_organizations_resource_tags" "member" {
  resource_id = aws_organizations_account.member.id
}
output "found" {
  value = {
    services = sort(data.aws_organizations_delegated_services.member.delegated_services[*].service_principal)
    policies = sort(data.aws_organizations_policies_for_target.outer.ids)
    accounts = data.aws_organizations_organizational_unit_descendant_accounts.outer.accounts[*].name
    tags     = data.aws_organizations_resource_tags.member.tags
  }
}
output "scp" {
  value = aws_organizations_policy.scp.id
}
output "inner" {
  value = aws_organizations_organizational_unit.inner.id
}
`;

export const organizations: Scenario = {
  name: 'organizations',
  account: '222222222222',
  what: 'an organization, its tree, policies and administrators, and accounts',
  configuration,
  async check({ config, outputs }) {
    const { Accounts = [] } = await new OrganizationsClient(config).send(
      new ListAccountsForParentCommand({ ParentId: String(outputs.inner) }),
    );
    expect(Accounts.map(({ Id, Name }) => [Id, Name])).toEqual([[outputs.member, 'member']]);
    expect(outputs.found).toEqual({
      services: ['account.amazonaws.com', 'cloudtrail.amazonaws.com'],
      policies: [outputs.scp, 'p-FullAWSAccess'].sort(),
      accounts: ['member'],
      tags: { stage: 'test' },
    });
    const wanted = { AccountId: String(outputs.member), AlternateContactType: 'BILLING' as const };
    const { AlternateContact } = await new AccountClient(config).send(new GetAlternateContactCommand(wanted));
    expect(AlternateContact?.Name).toBe('Ada');
  },
  async checkGone({ config }) {
    await expect(new OrganizationsClient(config).send(new DescribeOrganizationCommand({}))).rejects.toThrow(
      'Your account is not a member of an organization.',
    );
  },
};
