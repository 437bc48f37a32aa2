/** What callers of our own endpoints send: read, checked, and refused with a sentence that says what to send instead. */
import { loadModel, serviceIds } from '../api/load';
import { AwsError } from '../kernel/errors';
import type { GatewayRequest } from './request';

export type Parameters = Readonly<Record<string, unknown>>;

const maxBodyBytes = 1024 * 1024;
/** The end of the year 9999: the last moment that ISO 8601 writes with four digits. */
const lastMoment = 253_402_300_799_999;

export function badRequest(message: string): AwsError {
  return new AwsError('BadRequest', message, { status: 400 });
}

/** The query of a GET, the JSON body of all others; refused when it has a member that the endpoint does not take. */
export async function parametersOf(request: GatewayRequest, takes: readonly string[]): Promise<Parameters> {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const parameters = isRead ? Object.fromEntries(new URLSearchParams(request.query)) : await bodyOf(request);
  const unknown = Object.keys(parameters).find((name) => !takes.includes(name));
  if (unknown === undefined) return parameters;
  throw badRequest(`${request.path} does not take ${JSON.stringify(unknown)}; it takes ${takes.join(', ') || 'nothing'}.`);
}

async function bodyOf(request: GatewayRequest): Promise<Parameters> {
  const bytes = await request.readAll(maxBodyBytes);
  if (bytes.byteLength === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw badRequest('The body is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badRequest('The body is a JSON object.');
  return value as Parameters;
}

export function accountId(value: unknown): string {
  if (typeof value === 'string' && /^\d{12}$/.test(value)) return value;
  throw badRequest('account is a string of twelve digits.');
}

export function amount(value: unknown, name: string): number {
  if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) return value;
  throw badRequest(`${name} is a number of 0 or more.`);
}

/** An ISO 8601 time, or ms since 1970. */
export function moment(value: unknown, name = 'now'): number {
  const ms = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return withinTime(ms, `${name} is an ISO 8601 time ("2030-01-01T00:00:00Z") or ms since 1970, from 1970 to 9999.`);
}

export function withinTime(ms: number, message: string): number {
  if (ms >= 0 && ms <= lastMoment) return ms;
  throw badRequest(message);
}

/** `true` or `false`, as JSON or as text of a query. */
export function flag(value: unknown, name: string): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw badRequest(`${name} is true or false.`);
}

/** A service that has a model, and an operation of it. */
export function checkOperation(service: unknown, operation?: unknown): void {
  if (service === undefined) return;
  if (typeof service !== 'string' || !serviceIds().includes(service))
    throw badRequest(`There is no service ${JSON.stringify(service)}; /_nuvola/coverage lists them.`);
  if (operation === undefined) return;
  const { operationNames } = loadModel(service);
  if (typeof operation !== 'string' || !operationNames.includes(operation))
    throw badRequest(`${service} has no operation ${JSON.stringify(operation)}; /_nuvola/coverage?service=${service} lists them.`);
}
