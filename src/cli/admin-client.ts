/** Calls a running cloud's own endpoints. */
import { CliError } from './cli-error';

export interface Target {
  readonly url: string;
}

/** GET, or POST with a body; the answer's JSON. Errors say what to do. */
export async function callAdmin<T>({ url }: Target, path: string, body?: unknown): Promise<T> {
  const response = await request(url, path, body);
  const answer = (await response.json().catch(() => undefined)) as { message?: unknown } | undefined;
  if (response.ok && answer !== undefined && !Array.isArray(answer)) return answer as T;
  throw typeof answer?.message === 'string' ? new CliError(answer.message) : stranger(url);
}

/** The response itself, for streams. */
export async function request(url: string, path: string, body?: unknown): Promise<Response> {
  const init =
    body === undefined
      ? {}
      : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', 'x-nuvola': '1' } };
  let response: Response;
  try {
    response = await fetch(new URL(path, url), { ...init, redirect: 'manual' });
  } catch (error) {
    const code = ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code;
    if (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET') throw new CliError(`The cloud at ${url} ended while it was asked.`);
    throw new CliError(`Nothing answers at ${url}. Start a cloud with \`nuvola start --detach\`, or say where it is with --url.`);
  }
  if (!(response.headers.get('content-type') ?? '').includes('json')) throw stranger(url);
  return response;
}

function stranger(url: string): CliError {
  return new CliError(`What answers at ${url} is not Nuvola. Say where it is with --url.`);
}
