/** Calls a running cloud's own endpoints. */
import { CliError } from './cli-error';

export interface Target {
  readonly url: string;
}

/** GET, or POST with a body; the answer's JSON. Errors say what to do. */
export async function callAdmin<T>({ url }: Target, path: string, body?: unknown): Promise<T> {
  const response = await request(url, path, body);
  const answer = (await response.json()) as { message?: string };
  if (!response.ok) throw new CliError(answer.message ?? `${path} answered ${response.status}.`);
  return answer as T;
}

/** The response itself, for streams. */
export async function request(url: string, path: string, body?: unknown): Promise<Response> {
  const init =
    body === undefined
      ? {}
      : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', 'x-nuvola': '1' } };
  let response: Response;
  try {
    response = await fetch(new URL(path, url), init);
  } catch (error) {
    if (error instanceof TypeError && /Invalid URL/.test(String(error.message)))
      throw new CliError(`${url} is no URL. It looks like http://127.0.0.1:4566.`);
    throw new CliError(`Nothing answers at ${url}. Start a cloud with \`nuvola start --detach\`, or say where it is with --url.`);
  }
  if (!(response.headers.get('content-type') ?? '').includes('json')) throw new CliError(`What answers at ${url} is not Nuvola.`);
  return response;
}
