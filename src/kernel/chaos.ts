/** Faults on demand: errors, latency and throttling, per service and operation, with a seeded probability. */
import { AwsError } from './errors';
import type { Random } from './random';

export interface ChaosRule {
  /** Model id, or absent for every service. */
  readonly service?: string;
  /** Operation name, or absent for all. */
  readonly operation?: string;
  /** 0…1; always when absent. */
  readonly probability?: number;
  /** Real ms to wait before going on. */
  readonly latencyMs?: number;
  /** The error to answer instead of running the operation; `throttle` is each service's usual throttling error. */
  readonly error?: { readonly code: string; readonly message?: string; readonly status?: number } | 'throttle';
}

export class Chaos {
  #rules: readonly ChaosRule[] = [];
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  get rules(): readonly ChaosRule[] {
    return this.#rules;
  }

  /** Replaces all rules; throws a TypeError that says what is wrong with one. */
  set(rules: readonly ChaosRule[]): void {
    for (const rule of rules) checkRule(rule);
    this.#rules = rules;
  }

  get active(): boolean {
    return this.#rules.length > 0;
  }

  /** Waits and throws as the rules that match say. */
  async strike(service: string, operation: string): Promise<void> {
    for (const rule of this.#rules) {
      if (rule.service !== undefined && rule.service !== service) continue;
      if (rule.operation !== undefined && rule.operation !== operation) continue;
      if (rule.probability !== undefined && this.#random.fraction() >= rule.probability) continue;
      if (rule.latencyMs) await new Promise((resolve) => setTimeout(resolve, rule.latencyMs));
      if (rule.error === 'throttle') throw new AwsError('ThrottlingException', 'Rate exceeded', { status: 400 });
      if (rule.error) throw new AwsError(rule.error.code, rule.error.message ?? 'An injected fault.', { status: rule.error.status ?? 500 });
    }
  }
}

const ruleKeys = new Set(['service', 'operation', 'probability', 'latencyMs', 'error']);

function checkRule(rule: ChaosRule): void {
  if (typeof rule !== 'object' || rule === null)
    throw new TypeError('A chaos rule is an object: {"service":"sqs","operation":"SendMessage","error":"throttle"}.');
  for (const key of Object.keys(rule))
    if (!ruleKeys.has(key)) throw new TypeError(`A chaos rule has no member ${key}; it has ${[...ruleKeys].join(', ')}.`);
  if (rule.probability !== undefined && !(rule.probability >= 0 && rule.probability <= 1))
    throw new TypeError('probability is a number from 0 to 1.');
  if (rule.latencyMs !== undefined && !(rule.latencyMs >= 0 && rule.latencyMs <= 900_000))
    throw new TypeError('latencyMs is a number from 0 to 900000.');
  if (rule.error !== undefined && rule.error !== 'throttle' && typeof rule.error.code !== 'string')
    throw new TypeError('error is "throttle" or {"code": …, "message": …, "status": …}.');
  if (rule.error === undefined && rule.latencyMs === undefined)
    throw new TypeError('A chaos rule does something: give it error, latencyMs or both.');
}
