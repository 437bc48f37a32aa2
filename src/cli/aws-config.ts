/** The AWS clients' own configuration files, as far as they lead clients elsewhere. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from './finding';

export type Section = Readonly<Record<string, string>>;

export interface AwsConfig {
  readonly file: string;
  /** Of both files, by name. */
  readonly profiles: ReadonlyMap<string, Section>;
  /** `[services NAME]`: endpoint by service, as `s3.endpoint_url`. */
  readonly services: ReadonlyMap<string, Section>;
}

/** Reads `~/.aws/config` and `~/.aws/credentials`, or where AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE say. */
export function readAwsConfig(current: Environment): AwsConfig {
  const home = current.HOME || current.USERPROFILE || homedir();
  const file = current.AWS_CONFIG_FILE || join(home, '.aws', 'config');
  const profiles = new Map<string, Section>();
  const services = new Map<string, Section>();
  for (const [title, section] of parseIni(textOf(file))) {
    const [, kind, name] = /^(profile|services|sso-session)\s+(.+)$/.exec(title) ?? [undefined, 'profile', title];
    const to = kind === 'services' ? services : kind === 'profile' ? profiles : undefined;
    to?.set(unquoted(name), section);
  }
  for (const [title, section] of parseIni(textOf(current.AWS_SHARED_CREDENTIALS_FILE || join(home, '.aws', 'credentials')))) {
    profiles.set(title, { ...profiles.get(title), ...section });
  }
  return { file, profiles, services };
}

/** Sections with their settings; a nested setting (`s3 =` and indented lines) becomes `s3.name`. */
export function parseIni(text: string): Map<string, Section> {
  const sections = new Map<string, Record<string, string>>();
  let section: Record<string, string> | undefined;
  let parent = '';
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;]|$)/.test(line)) continue;
    const title = /^\[(.+?)\]/.exec(line)?.[1]?.trim();
    if (title !== undefined) {
      section = sections.get(title) ?? {};
      sections.set(title, section);
      continue;
    }
    const [, indent, name, value] = /^(\s*)([^=\s]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (section === undefined || name === undefined || value === undefined) continue;
    if (indent === '') parent = name;
    section[indent === '' ? name : `${parent}.${name}`] = value.replace(/\s+[#;].*$/, '');
  }
  return sections;
}

function unquoted(name: string): string {
  return name.trim().replace(/^(["'])(.*)\1$/, '$2');
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Most people have none, or have it elsewhere.
    return '';
  }
}
