/** A configuration for Terraform, and what must hold once it is applied, and once it is gone. */
import type { Server } from '../../cli/command';
import { TerraformWorkspace } from './workspace';

export interface Scenario {
  /** What is applied, unchanged in a second plan, and destroyed. */
  readonly what: string;
  /** Beside the provider, which is there. */
  readonly configuration: string;
  readonly check?: (applied: Applied) => void | Promise<void>;
  readonly checkGone?: (server: Server) => Promise<void>;
}

interface Applied {
  readonly server: Server;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Against a cloud of its own. */
export async function play(mirror: string, { configuration, check, checkGone }: Scenario): Promise<void> {
  await using terraform = await TerraformWorkspace.open(mirror, configuration);
  const { server } = terraform;
  await terraform.call('apply', '-auto-approve', '-input=false');
  const outputs = Object.entries(JSON.parse(await terraform.call('output', '-json')) as Record<string, { readonly value: unknown }>);
  // Exit code 2 would mean that something is to be changed.
  await terraform.call('plan', '-detailed-exitcode', '-input=false');
  await check?.({ server, outputs: Object.fromEntries(outputs.map(([name, { value }]) => [name, value])) });
  await terraform.call('destroy', '-auto-approve', '-input=false');
  await checkGone?.(server);
}
