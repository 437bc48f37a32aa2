import { expect, test } from 'vitest';
import { providerMirror, TerraformWorkspace } from './terraform-workspace';

const mirror = providerMirror();

// The provider watches each queue for half a minute before it believes in it, so there is only one.

const configuration = `
data "aws_caller_identity" "me" {}
resource "aws_sqs_queue" "jobs" {
  name                       = "terraform-jobs"
  visibility_timeout_seconds = 45
  tags                       = { team = "x" }
}
output "account" {
  value = data.aws_caller_identity.me.account_id
}
output "url" {
  value = aws_sqs_queue.jobs.url
}
`;

test.skipIf(mirror === undefined)(
  'Terraform: a queue is applied, unchanged in a second plan, and destroyed (needs terraform and its AWS provider in a local mirror)',
  async () => {
    await using terraform = await TerraformWorkspace.open(mirror as string, configuration);
    await terraform.call('apply', '-auto-approve', '-input=false');
    const outputs = JSON.parse(await terraform.call('output', '-json')) as Record<string, { value: string }>;
    expect(outputs.account?.value).toBe('000000000000');
    expect(outputs.url?.value).toBe(`${terraform.server.url}/000000000000/terraform-jobs`);
    await terraform.call('plan', '-detailed-exitcode', '-input=false');
    await terraform.call('destroy', '-auto-approve', '-input=false');
  },
  180_000,
);
