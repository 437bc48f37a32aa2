/** Terraform with its AWS provider from a local mirror, against a server of its own. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { run, Scratch, Server } from '../../cli/command';
import { environmentFor, outputOf } from '../tools';

/** A folder that holds registry.terraform.io/hashicorp/aws/…, if this machine has Terraform and one: tests download nothing. */
export function providerMirror(): string | undefined {
  if (outputOf('terraform', '-version') === undefined) return undefined;
  // Its exit code says only that some folders may not be read.
  const { stdout } = spawnSync('find', ['/', '-xdev', '-name', 'terraform-provider-aws_*', '-type', 'f'], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  const provider = stdout?.split('\n').find((path) => path.includes('registry.terraform.io'));
  return provider === undefined ? undefined : dirname(provider.slice(0, provider.indexOf('registry.terraform.io') + 1));
}

/** Nothing about endpoints: the provider takes them from the environment. */
const head = `
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {}
`;

/** A configuration in a folder of its own, initialised. */
export class TerraformWorkspace implements AsyncDisposable {
  readonly server: Server;
  readonly #scratch: Scratch;
  readonly #env: Record<string, string | undefined>;

  private constructor(server: Server, scratch: Scratch, env: Record<string, string | undefined>) {
    this.server = server;
    this.#scratch = scratch;
    this.#env = env;
  }

  static async open(mirror: string, configuration: string): Promise<TerraformWorkspace> {
    const scratch = new Scratch();
    const server = await Server.start(['--log', 'errors', '--strict']);
    writeFileSync(scratch.file('main.tf'), head + configuration);
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
    const workspace = new TerraformWorkspace(server, scratch, env);
    await workspace.call('init', '-input=false');
    return workspace;
  }

  /** Runs a command that must succeed; what it printed. */
  async call(command: string, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await run('terraform', [command, '-no-color', ...args], { env: this.#env, cwd: this.#scratch.path });
    if (code !== 0 || stderr !== '') throw new Error(`terraform ${[command, ...args].join(' ')} ended with ${code}:\n${stdout}\n${stderr}`);
    return stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    this.#scratch[Symbol.dispose]();
  }
}
