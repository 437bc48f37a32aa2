/** `nuvola run`: real programs that believe they speak to AWS. */
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { command, nuvola, plainEnvironment, Scratch, Server } from './command';

const node = process.execPath;
let scratch: Scratch;
let server: Server;
let env: Record<string, string>;
beforeAll(async () => {
  scratch = new Scratch();
  env = { NUVOLA_HOME: scratch.file('home'), HOME: scratch.path, USERPROFILE: scratch.path };
  server = await Server.start([], { env });
  await new S3Client(server.config()).send(new CreateBucketCommand({ Bucket: 'the-bucket' }));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  scratch[Symbol.dispose]();
});

/** Runs a program against the cloud of this file. */
const under = (args: string[], more: Record<string, string> = {}) =>
  nuvola(['run', ...args], { env: { ...env, NUVOLA_URL: server.url, ...more } });

/** What a script prints as JSON. */
async function printed(script: string, options: string[] = [], more?: Record<string, string>): Promise<unknown> {
  const { code, stdout, stderr } = await under([...options, '--', node, '-e', script], more);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

/** Is it there? Tests of what is not are skipped, and say so by their names. */
const has = (program: string, ...args: string[]) => spawnSync(program, args, { stdio: 'ignore' }).status === 0;

describe('a program runs as it would', () => {
  const showArguments = 'console.log(JSON.stringify(process.argv.slice(1)));process.exitCode = 7';

  test.each([
    [['--', node, '-e', showArguments, '--', 'a b', '--url', 'x', '"', '']],
    [[node, '-e', showArguments, '--', 'a b', '--url', 'x', '"', '']],
  ])('its arguments and its exit code', async (args) => {
    const { code, stdout } = await under(args);
    expect({ code, args: JSON.parse(stdout) }).toEqual({ code: 7, args: ['a b', '--url', 'x', '"', ''] });
  });

  test('its input and outputs', async () => {
    const child = spawn(node, [command, 'run', '--', node, '-e', 'process.stdin.pipe(process.stdout); console.error("to stderr")'], {
      env: plainEnvironment({ ...env, NUVOLA_URL: server.url }),
    });
    const text = { stdout: '', stderr: '' };
    child.stdout.on('data', (data) => (text.stdout += data));
    child.stderr.on('data', (data) => (text.stderr += data));
    child.stdin.end('through');
    await new Promise((resolve) => child.on('close', resolve));
    expect(text).toEqual({ stdout: 'through', stderr: 'to stderr\n' });
  });

  test.skipIf(process.platform === 'win32').each(['SIGTERM', 'SIGINT'] as const)(
    '%s reaches it (where there are signals)',
    async (signal) => {
      const script = `process.on('${signal}', () => process.exit(5)); setInterval(() => {}, 1000); console.log('ready')`;
      const child = spawn(node, [command, 'run', '--', node, '-e', script], {
        env: plainEnvironment({ ...env, NUVOLA_URL: server.url }),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stdout.once('data', () => child.kill(signal));
      expect(await new Promise((resolve) => child.on('close', resolve))).toBe(5);
    },
  );

  test.skipIf(process.platform === 'win32')('a signal that ends it is told as shells do (where there are signals)', async () => {
    expect((await under(['--', node, '-e', 'process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)'])).code).toBe(143);
  });

  test('one that is not there', async () => {
    const { code, stderr } = await under(['no-such-program']);
    expect({ code, stderr }).toEqual({ code: 127, stderr: 'nuvola: There is no program no-such-program, or it is not on the PATH.\n' });
  });

  test('its environment: profiles gone, options kept', async () => {
    const more = {
      AWS_PROFILE: 'x',
      AWS_SESSION_TOKEN: 'x',
      AWS_ENDPOINT_URL_SQS: 'https://x',
      NODE_OPTIONS: '--max-old-space-size=400',
      NO_PROXY: '*',
    };
    const script = 'console.log(JSON.stringify(process.env))';
    const seen = (await printed(
      script,
      ['--account', '111122223333', '--region', 'eu-west-1', '--allow', 'a.test,b.test'],
      more,
    )) as NodeJS.ProcessEnv;
    expect(seen).toMatchObject({
      AWS_ENDPOINT_URL: server.url,
      HTTPS_PROXY: server.url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: '111122223333',
    });
    expect(seen.NO_PROXY).toBe('127.0.0.1,localhost,::1,a.test,b.test');
    expect(seen.NODE_OPTIONS).toMatch(/^--max-old-space-size=400 --require /);
    for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_ENDPOINT_URL_SQS']) expect(seen).not.toHaveProperty(name);
  });

  test('--allow does not let AWS through', async () => {
    const { code, stderr } = await under(['--allow', 's3.amazonaws.com', '--', node, '-e', '0']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('is AWS') });
  });
});

describe('the cloud', () => {
  const whereabouts = 'console.log(process.env.NUVOLA_URL)';

  test('--fresh is one of its own, empty, gone at the end', async () => {
    const script = `fetch('https://s3.amazonaws.com/').then(async (r) => console.log(JSON.stringify([process.env.NUVOLA_URL, await r.text()])))`;
    const { code, stdout, stderr } = await under(['--fresh', '--', node, '-e', script]);
    const [url, buckets] = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(stderr).toBe(`nuvola: This command has a cloud of its own at ${url}: empty, and gone when it ends.\n`);
    expect(buckets).toContain('<Buckets/>');
    await expect(fetch(url)).rejects.toThrow();
  });

  test('where none is said and none runs it says that it has one of its own', async () => {
    const { stdout, stderr } = await nuvola(['run', '--', node, '-e', whereabouts], { env });
    // On a machine where one does run at the usual address, that one is taken.
    if (stdout === 'http://127.0.0.1:4566\n') expect(stderr).toBe('');
    else
      expect(stderr).toBe(
        `nuvola: No cloud runs at http://127.0.0.1:4566. This command has a cloud of its own at ${stdout.trim()}: empty, and gone when it ends.\n`,
      );
  });

  test('an address that is given must answer', async () => {
    await using gone = await Server.start([], { env });
    await gone.end('SIGTERM');
    const { code, stderr } = await nuvola(['run', '--url', gone.url, '--', node, '-e', whereabouts], { env });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`Nothing answers at ${gone.url}`) });
  });
});

describe('Any other program: Node, with AWS’s hosts in the code', () => {
  test('however they connect', async () => {
    const calls = {
      'https.get with a URL': "https.get('https://s3.amazonaws.com/', read)",
      'http.get with options': "http.get({ host: 'S3.us-east-1.amazonaws.com', path: '/' }, read)",
      'an agent that keeps alive': "https.get('https://s3.amazonaws.com./', { agent: new https.Agent({ keepAlive: true }) }, read)",
      fetch: "fetch('https://s3.dualstack.eu-west-1.amazonaws.com/').then((r) => r.text()).then(done)",
      'fetch without TLS': "fetch('http://s3.amazonaws.com/').then((r) => r.text()).then(done)",
      'HTTP/2': "const s = http2.connect('https://s3.amazonaws.com'); read(s.request({ ':path': '/' }))",
      'a bare socket':
        "read(net.connect(80, 's3.amazonaws.com').end('GET / HTTP/1.1\\r\\nHost: s3.amazonaws.com\\r\\nConnection: close\\r\\n\\r\\n'))",
      'a worker': `new Worker("fetch('https://s3.amazonaws.com/').then((r) => r.text()).then((t) => require('worker_threads').parentPort.postMessage(t))", { eval: true }).on('message', done)`,
    };
    const entries = Object.entries(calls).map(([name, call]) => `${JSON.stringify(name)}: (done, read) => { ${call} }`);
    const script = `const [http, https, http2, net, { Worker }] = ['http', 'https', 'http2', 'net', 'worker_threads'].map(require);
      const seen = {};
      const calls = { ${entries.join(', ')} };
      for (const [name, call] of Object.entries(calls)) {
        const done = (text) => {
          seen[name] = text.includes('<Name>the-bucket</Name>');
          if (Object.keys(seen).length < ${entries.length}) return;
          console.log(JSON.stringify(seen));
          process.exit(0);
        };
        call(done, (r) => { let text = ''; r.on('data', (data) => text += data).on('end', () => done(text)); });
      }`;
    expect(await printed(script)).toEqual(Object.fromEntries(Object.keys(calls).map((name) => [name, true])));
  });

  test('an ES module', async () => {
    const file = scratch.file('program.mjs');
    writeFileSync(
      file,
      "import { get } from 'node:https';\nget('https://sqs.eu-west-1.amazonaws.com/?Action=ListQueues', (r) => console.log(r.resume().statusCode));\n",
    );
    expect(await under([node, file])).toEqual({ code: 0, stdout: '200\n', stderr: '' });
  });

  test('other hosts are reached as ever', async () => {
    const script = `const server = require('http').createServer((_, r) => r.end('"itself"')).listen(0, '127.0.0.1', () =>
      fetch('http://localhost:' + server.address().port).then((r) => r.text()).then((t) => { console.log(t); server.close(); server.closeAllConnections() }))`;
    expect(await printed(script)).toBe('itself');
  });
});

describe.skipIf(!has('aws', '--version'))('AWS CLI (when it is installed)', () => {
  test('its sqs, which ignores AWS_ENDPOINT_URL in version 1', async () => {
    expect(await under(['aws', 'sqs', 'create-queue', '--queue-name', 'from-cli'])).toMatchObject({ code: 0, stderr: '' });
    const { stdout } = await under(['--', 'aws', 'sqs', 'list-queues', '--query', 'QueueUrls[0]', '--output', 'text']);
    expect(stdout).toMatch(/\/000000000000\/from-cli\n$/);
  });

  test('an endpoint of AWS on its command line', async () => {
    const args = ['s3api', 'list-buckets', '--endpoint-url', 'https://s3.amazonaws.com', '--query', 'Buckets[].Name', '--output', 'text'];
    expect(await under(['aws', ...args])).toEqual({ code: 0, stdout: 'the-bucket\n', stderr: '' });
  });
});

describe.skipIf(!has('python3', '-c', 'import boto3'))('boto3 (when it is installed)', () => {
  test('with AWS’s endpoints in the code', async () => {
    const script = `import boto3
print(boto3.client('s3', endpoint_url='https://s3.amazonaws.com').list_buckets()['Buckets'][0]['Name'])
print(boto3.client('sqs', endpoint_url='https://sqs.us-east-1.amazonaws.com').create_queue(QueueName='from-boto3')['QueueUrl'])`;
    const { stdout, stderr } = await under(['python3', '-c', script]);
    expect({ stdout, stderr }).toEqual({ stdout: 'the-bucket\nhttps://sqs.us-east-1.amazonaws.com/000000000000/from-boto3\n', stderr: '' });
  });
});

describe.skipIf(!has('curl', '--version'))('curl (when it is installed)', () => {
  test('hosts of every partition, with TLS and without', async () => {
    const hosts = [
      's3.amazonaws.com',
      's3.us-gov-west-1.amazonaws.com',
      's3.cn-north-1.amazonaws.com.cn',
      's3.eusc-de-east-1.amazonaws.eu',
    ];
    const addresses = hosts.flatMap((host) => [`https://${host}/`, `http://${host}/`]);
    const { code, stdout, stderr } = await under(['curl', '-sS', '-w', '%{http_code} ', ...addresses]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.match(/ListAllMyBucketsResult>200 /g)).toHaveLength(addresses.length);
  });

  test('a host that is not AWS is refused, by what can be seen', async () => {
    const plain = await under(['curl', '-sS', 'http://example.com/']);
    expect(plain.stdout).toContain('nuvola run --allow example.com');
    const { code, stderr } = await under(['curl', '-sSv', 'https://example.com/']);
    expect(code).not.toBe(0);
    expect(stderr).toContain('403 Forbidden: Nuvola stands in for AWS only - add example.com to NO_PROXY');
  });
});

test.skipIf(!has('java', '-version'))('Java (when it is installed) trusts us and comes through the proxy', async () => {
  const file = scratch.file('Ask.java');
  writeFileSync(
    file,
    `class Ask { public static void main(String[] a) throws Exception {
      var c = (java.net.HttpURLConnection) java.net.URI.create("https://s3.amazonaws.com/").toURL().openConnection();
      System.out.println(c.getResponseCode()); } }`,
  );
  const { code, stdout } = await under(['java', file]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '200\n' });
});
