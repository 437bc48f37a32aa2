/** Calls Nuvola's own endpoints as any program would: over HTTP. */

interface AdminAnswer {
  readonly status: number;
  readonly body: any;
  readonly headers: Headers;
}

/** GET, or POST when there is something to send. */
export async function admin(url: string, path: string, send?: unknown): Promise<AdminAnswer> {
  const response = await fetch(
    `${url}/_nuvola/${path}`,
    send === undefined
      ? {}
      : {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-nuvola': '1' },
          body: typeof send === 'string' ? send : JSON.stringify(send),
        },
  );
  return { status: response.status, body: await response.json(), headers: response.headers };
}
