import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { run, Scratch, Server } from '../cli/command';
import { environmentFor, outputOf } from './tools';

const terraform = outputOf('terraform', '-version');

/** A folder that holds registry.terraform.io/hashicorp/aws/…, if this machine has one: tests download nothing. */
function providerMirror(): string | undefined {
  if (terraform === undefined) return undefined;
  // Its exit code says only that some folders may not be read.
  const { stdout } = spawnSync('find', ['/', '-xdev', '-name', 'terraform-provider-aws_*', '-type', 'f'], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  const provider = stdout?.split('\n').find((path) => path.includes('registry.terraform.io'));
  return provider === undefined ? undefined : dirname(provider.slice(0, provider.indexOf('registry.terraform.io') + 1));
}

const mirror = providerMirror();

// The provider watches each queue for half a minute before it believes in it, so there is only one.

/** Nothing about endpoints: the provider takes them from the environment. */
const configuration = `
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {}
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
    using scratch = new Scratch();
    await using server = await Server.start(['--log', 'errors', '--strict']);
    writeFileSync(scratch.file('main.tf'), configuration);
    writeFileSync(
      scratch.file('terraformrc'),
      `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
    );
    const env = {
      ...(await environmentFor(server)),
      TF_CLI_CONFIG_FILE: scratch.file('terraformrc'),
      TF_IN_AUTOMATION: '1',
      CHECKPOINT_DISABLE: '1',
    };
    const call = async (...args: string[]) => {
      const { code, stdout, stderr } = await run('terraform', [...args, '-no-color'], { env, cwd: scratch.path });
      expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
      return stdout;
    };
    await call('init', '-input=false');
    await call('apply', '-auto-approve', '-input=false');
    const outputs = JSON.parse(await call('output', '-json')) as Record<string, { value: string }>;
    expect(outputs.account?.value).toBe('000000000000');
    expect(outputs.url?.value).toBe(`${server.url}/000000000000/terraform-jobs`);
    await call('plan', '-detailed-exitcode', '-input=false');
    await call('destroy', '-auto-approve', '-input=false');
  },
  180_000,
);
