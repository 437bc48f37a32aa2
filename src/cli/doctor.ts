/** `nuvola doctor`: looks at everything that commonly stands between AWS clients and the cloud, and says what to do. */
import { callAdmin, type Target } from './admin-client';
import { readAwsConfig } from './aws-config';
import { checkAwsCli, checkDirectories, checkNode } from './doctor-machine';
import { checkClock, checkIpv6, checkNames, checkPort } from './doctor-network';
import { checkCredentials, checkEndpoints, checkProxy, checkTrust } from './doctor-settings';
import type { Environment, Finding } from './finding';
import { paint, print, printable, wantsColour } from './terminal';

export interface DoctorOptions extends Target {
  readonly json?: boolean;
}

/** Prints the findings; the exit code is 1 when one of them would break something. */
export async function doctor({ url, json }: DoctorOptions): Promise<void> {
  const findings = await examine(url, process.env);
  const failures = findings.filter(({ level }) => level === 'fail').length;
  if (json) print(JSON.stringify({ ok: failures === 0, url, findings }, null, 2));
  else {
    const colour = wantsColour(process.stdout);
    for (const finding of findings) print(line(finding, colour));
  }
  // A name server that does not answer would keep this process alive.
  process.stdout.write('', () => process.exit(failures > 0 ? 1 : 0));
}

async function examine(url: string, current: Environment): Promise<Finding[]> {
  const config = readAwsConfig(current);
  const port = await checkPort(url);
  const runs = port.health !== undefined;
  const [clock, ipv6, names, cli, authority] = await Promise.all([
    runs ? checkClock(url) : undefined,
    checkIpv6(url, runs),
    checkNames(),
    checkAwsCli(current),
    runs ? callAdmin<{ authority?: string }>({ url }, '/_nuvola/certificate').catch(() => undefined) : undefined,
  ]);
  return [
    port.finding,
    ...(clock ? [clock] : []),
    checkProxy(url, current),
    ...checkEndpoints(url, current, config),
    checkCredentials(current, config),
    checkTrust(current, authority?.authority),
    ipv6,
    ...names,
    ...checkDirectories(port.health?.data),
    checkNode(process.version),
    cli,
  ];
}

const marks = { ok: ['✓', 'green'], warn: ['!', 'yellow'], fail: ['✗', 'red'] } as const;

function line({ check, level, says, advice }: Finding, colour: boolean): string {
  const [mark, shade] = marks[level];
  const what = `${paint(mark, shade, colour)} ${check}: ${printable(says, 400)}`;
  return advice === undefined ? what : `${what} ${paint('→', 'grey', colour)} ${advice}`;
}
