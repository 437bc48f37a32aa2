/** Terraform with its AWS provider from a local mirror, on several scenarios at once, against a server of its own. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { run, Scratch, Server } from '../../cli/command';
import { environmentFor, outputOf } from '../tools';
import type { Applied, Scenario } from './scenario';

/** The provider mostly waits: half a minute for each queue. */
const allAtOnce = '-parallelism=50';

/** A folder that holds registry.terraform.io/hashicorp/aws/…, if this machine has Terraform and one: tests download nothing. */
export function providerMirror(): string | undefined {
  if (outputOf('terraform', '-version') === undefined) return undefined;
  // Its exit code says only that some folders may not be read.
  const wanted = ['-path', '*/registry.terraform.io/*', '-name', 'terraform-provider-aws_*', '-type', 'f'];
  const { stdout } = spawnSync('find', ['/', '-xdev', ...wanted, '-print', '-quit'], { encoding: 'utf8', timeout: 20_000 });
  return stdout ? dirname(stdout.slice(0, stdout.indexOf('registry.terraform.io') + 1)) : undefined;
}

/** Nothing about endpoints: the provider takes them from the environment. */
const required = `
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
`;

/** Every scenario is a module: what all of them have in common is what takes Terraform longest. */
function root(scenarios: readonly Scenario[]): string {
  const modules = scenarios.map(({ name, account }) => {
    const own = `provider "aws" {
  alias      = "${name}"
  access_key = "${account}"
  secret_key = "test"
}`;
    return `${account === undefined ? '' : own}
module "${name}" {
  source    = "./${name}"
  providers = { aws = aws${account === undefined ? '' : `.${name}`} }
}
output "${name}" {
  value     = module.${name}
  sensitive = true
}`;
  });
  return [required, 'provider "aws" {}', ...modules].join('\n');
}

/** Scenarios in a folder of their own, initialised, and a cloud for them. */
export class TerraformWorkspace implements AsyncDisposable {
  readonly server: Server;
  readonly #scratch: Scratch;
  readonly #env: Record<string, string | undefined>;

  private constructor(server: Server, scratch: Scratch, env: Record<string, string | undefined>) {
    this.server = server;
    this.#scratch = scratch;
    this.#env = env;
  }

  static async open(mirror: string, scenarios: readonly Scenario[]): Promise<TerraformWorkspace> {
    const scratch = new Scratch();
    const server = await Server.start(['--log', 'errors', '--strict']);
    writeFileSync(scratch.file('main.tf'), root(scenarios));
    for (const { name, configuration } of scenarios) {
      mkdirSync(scratch.file(name));
      writeFileSync(scratch.file(name, 'main.tf'), required + configuration);
    }
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
    await workspace.#call('init', '-input=false');
    return workspace;
  }

  /** What each scenario puts out. */
  async apply(): Promise<Readonly<Record<string, Applied['outputs']>>> {
    await this.#call('apply', '-auto-approve', '-input=false', allAtOnce);
    const outputs = JSON.parse(await this.#call('output', '-json')) as Record<string, { readonly value: Applied['outputs'] }>;
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  }

  /** Fails when anything is to be changed: the exit code is 2 then. */
  async planNothing(): Promise<void> {
    await this.#call('plan', '-detailed-exitcode', '-input=false', allAtOnce);
  }

  async destroy(): Promise<void> {
    await this.#call('destroy', '-auto-approve', '-input=false', allAtOnce);
  }

  /** Runs a command that must succeed; what it printed. */
  async #call(command: string, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await run('terraform', [command, '-no-color', ...args], { env: this.#env, cwd: this.#scratch.path });
    if (code !== 0 || stderr !== '') throw new Error(`terraform ${[command, ...args].join(' ')} ended with ${code}:\n${stdout}\n${stderr}`);
    return stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    this.#scratch[Symbol.dispose]();
  }
}
