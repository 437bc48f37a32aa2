/** A configuration for Terraform, and what must hold once it is applied, and once it is gone. */
import type { Server } from '../../cli/command';

export interface Scenario {
  /** Of its module. */
  readonly name: string;
  /** What is applied, unchanged in a second plan, and destroyed. */
  readonly what: string;
  /** Beside the provider, which is there. */
  readonly configuration: string;
  /** Its own, where it would get in the way of others; the provider's default, which others share, when absent. */
  readonly account?: string;
  readonly check: (applied: Applied) => void | Promise<void>;
  readonly checkGone?: (cloud: Cloud) => Promise<void>;
}

export interface Cloud {
  readonly server: Server;
  /** For SDK clients, in the scenario's account. */
  readonly config: ReturnType<Server['config']>;
}

export interface Applied extends Cloud {
  readonly outputs: Readonly<Record<string, unknown>>;
}
