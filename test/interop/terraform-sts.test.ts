import { expect, test } from 'vitest';
import { providerMirror, TerraformWorkspace } from './terraform-workspace';

const mirror = providerMirror();

const configuration = `
provider "aws" {
  alias = "lent"
  assume_role {
    role_arn            = "arn:aws:iam::444455556666:role/path/deployer"
    session_name        = "terraform"
    external_id         = "agreed"
    duration            = "30m"
    source_identity     = "ann"
    tags                = { team = "red" }
    transitive_tag_keys = ["team"]
    policy              = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
  }
}
data "aws_caller_identity" "own" {}
data "aws_caller_identity" "lent" {
  provider = aws.lent
}
resource "aws_sqs_queue" "lent" {
  provider = aws.lent
  name     = "terraform-lent"
}
output "own" {
  value = data.aws_caller_identity.own.arn
}
output "lent" {
  value = data.aws_caller_identity.lent
}
output "queue" {
  value = aws_sqs_queue.lent.arn
}
`;

test.skipIf(mirror === undefined)(
  'Terraform: a provider that assumes a role of another account (needs terraform and the AWS provider in a local mirror)',
  async () => {
    await using workspace = await TerraformWorkspace.open(mirror as string, configuration);
    await workspace.call('apply', '-auto-approve');
    const { own, lent, queue } = JSON.parse(await workspace.call('output', '-json'));
    expect(own.value).toBe('arn:aws:iam::000000000000:root');
    expect(lent.value).toMatchObject({ account_id: '444455556666', arn: 'arn:aws:sts::444455556666:assumed-role/deployer/terraform' });
    expect(queue.value).toBe('arn:aws:sqs:us-east-1:444455556666:terraform-lent');
    await workspace.call('plan', '-detailed-exitcode');
    await workspace.call('destroy', '-auto-approve');
  },
  240_000,
);
