/** Asks a cloud's own endpoints. */
import type { Nuvola } from '../../src/testing';

export interface AdminAnswer {
  readonly status: number;
  readonly body: any;
}

export async function look(cloud: Pick<Nuvola, 'url'>, path: string, query: Readonly<Record<string, string>> = {}): Promise<AdminAnswer> {
  const answer = await fetch(`${cloud.url}/_nuvola/${path}?${new URLSearchParams(query)}`);
  return { status: answer.status, body: await answer.json() };
}

export async function change(cloud: Pick<Nuvola, 'url'>, path: string, body: object): Promise<AdminAnswer> {
  const headers = { 'content-type': 'application/json', 'x-nuvola': '1' };
  const answer = await fetch(`${cloud.url}/_nuvola/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}
