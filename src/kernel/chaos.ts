/** Faults on demand: errors, latency and throttling, per service and operation, with a seeded probability. */
import { AwsError } from './errors';
import { Random } from './random';

interface ChaosRule {
  /** Model id, or absent for every service. */
  readonly service?: string;
  /** Operation name, or absent for all. */
  readonly operation?: string;
  /** 0…1; always when absent. */
  readonly probability?: number;
  /** Real ms to wait before going on. */
  readonly latencyMs?: number;
  /** The error to answer instead of running the operation; `throttle` is each service's own throttling error. */
  readonly error?: { readonly code: string; readonly message?: string; readonly status?: number } | 'throttle';
}

/** The call that may be struck. */
export interface Struck {
  readonly service: string;
  readonly operation: string;
  /** Its service's own throttling error. */
  readonly throttled: () => AwsError;
  /** Ends the latency early: nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

export class Chaos {
  #rules: readonly ChaosRule[] = [];
  #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  get rules(): readonly ChaosRule[] {
    return this.#rules;
  }

  /** Replaces all rules; the same seed strikes the same calls again. Throws a TypeError that says what is wrong with a rule. */
  set(rules: readonly unknown[], seed?: string): void {
    this.#rules = rules.map(checkRule);
    if (seed !== undefined) this.#random = new Random(seed);
  }

  get active(): boolean {
    return this.#rules.length > 0;
  }

  /** Waits and throws as the rules that match say; the first error ends it. */
  async strike(call: Struck): Promise<void> {
    for (const { service, operation, probability, latencyMs, error } of this.#rules) {
      if (service !== undefined && service !== call.service) continue;
      if (operation !== undefined && operation !== call.operation) continue;
      if (probability !== undefined && this.#random.fraction() >= probability) continue;
      if (latencyMs) await pause(latencyMs, call.signal);
      if (error === 'throttle') throw call.throttled();
      if (error) throw new AwsError(error.code, error.message ?? 'An injected fault.', { status: error.status ?? 500 });
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}

const ruleKeys = ['service', 'operation', 'probability', 'latencyMs', 'error'];
const errorKeys = ['code', 'message', 'status'];

function checkRule(value: unknown): ChaosRule {
  if (!isObject(value)) throw new TypeError('A chaos rule is an object: {"service":"sqs","operation":"SendMessage","error":"throttle"}.');
  checkKeys(value, ruleKeys, 'A chaos rule');
  const { service, operation, probability, latencyMs, error } = value;
  for (const [name, text] of Object.entries({ service, operation }))
    if (text !== undefined && typeof text !== 'string') throw new TypeError(`${name} is a string, as "sqs" or "SendMessage".`);
  if (operation !== undefined && service === undefined) throw new TypeError('A rule for an operation names its service as well.');
  if (probability !== undefined && !isWithin(probability, 0, 1)) throw new TypeError('probability is a number from 0 to 1.');
  if (latencyMs !== undefined && !isWithin(latencyMs, 0, 900_000)) throw new TypeError('latencyMs is a number from 0 to 900000.');
  if (error !== undefined && error !== 'throttle') checkError(error);
  if (error === undefined && latencyMs === undefined) throw new TypeError('A chaos rule does something: give it error, latencyMs or both.');
  return value as ChaosRule;
}

function checkError(error: unknown): void {
  if (!isObject(error) || typeof error.code !== 'string' || !/^[\w.:-]{1,100}$/.test(error.code))
    throw new TypeError('error is "throttle" or {"code": "InternalError", "message": "…", "status": 500}.');
  checkKeys(error, errorKeys, 'error');
  const { message, status } = error;
  if (message !== undefined && typeof message !== 'string') throw new TypeError('message is a string.');
  if (status !== undefined && !(Number.isInteger(status) && isWithin(status, 400, 599)))
    throw new TypeError('status is a whole number from 400 to 599.');
}

function checkKeys(value: object, known: readonly string[], what: string): void {
  for (const key of Object.keys(value))
    if (!known.includes(key)) throw new TypeError(`${what} has no member ${key}; it has ${known.join(', ')}.`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWithin(value: unknown, from: number, to: number): value is number {
  return typeof value === 'number' && value >= from && value <= to;
}
