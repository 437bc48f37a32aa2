import { describe, expect, test } from 'vitest';
import { settings } from './env';
import { currentShell, evaluation, format, type Settings } from './shells';

const url = 'http://127.0.0.1:4566';

describe('settings', () => {
  test('point every service at one address, with credentials and a region', () => {
    expect(settings({ url }, {}).set).toMatchObject({
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
  });

  test('keep the region that is set, unless told another', () => {
    expect(settings({ url }, { AWS_DEFAULT_REGION: 'eu-west-1' }).set.AWS_REGION).toBe('eu-west-1');
    expect(settings({ url }, { AWS_REGION: '', AWS_DEFAULT_REGION: '' }).set.AWS_REGION).toBe('us-east-1');
    expect(settings({ url, region: 'ap-south-1' }, { AWS_REGION: 'eu-west-1' }).set.AWS_DEFAULT_REGION).toBe('ap-south-1');
  });

  test('make an account’s number the access key', () => {
    expect(settings({ url, account: '111122223333' }, {}).set.AWS_ACCESS_KEY_ID).toBe('111122223333');
  });

  test('keep the account that is set, but no key of anybody else', () => {
    expect(settings({ url }, { AWS_ACCESS_KEY_ID: '111122223333' }).set.AWS_ACCESS_KEY_ID).toBe('111122223333');
    expect(settings({ url }, { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' }).set.AWS_ACCESS_KEY_ID).toBe('test');
    expect(settings({ url, account: '444455556666' }, { AWS_ACCESS_KEY_ID: '111122223333' }).set.AWS_ACCESS_KEY_ID).toBe('444455556666');
  });

  test('take the secret that the cloud was started with', () => {
    expect(settings({ url }, { NUVOLA_ROOT_SECRET: 'hunter2', AWS_SECRET_ACCESS_KEY: 'x' }).set.AWS_SECRET_ACCESS_KEY).toBe('hunter2');
    expect(settings({ url }, { NUVOLA_ROOT_SECRET: '' }).set.AWS_SECRET_ACCESS_KEY).toBe('test');
  });

  test('remove profiles, tokens and endpoints of single services', () => {
    const { unset } = settings({ url }, { AWS_ENDPOINT_URL_SQS: 'https://stale', AWS_ENDPOINT_URL_S3: 'x', 'AWS_ENDPOINT_URL_$(id)': 'x' });
    expect(unset).toEqual(expect.arrayContaining(['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL_SQS']));
    expect(unset.every((name) => /^\w+$/.test(name))).toBe(true);
  });

  test.each([
    [{}, '127.0.0.1,localhost,::1'],
    [{ NO_PROXY: 'corp.example' }, 'corp.example,127.0.0.1,localhost,::1'],
    [{ NO_PROXY: 'a, b', no_proxy: 'b,c' }, 'a,b,c,127.0.0.1,localhost,::1'],
    [{ no_proxy: 'localhost,127.0.0.1' }, 'localhost,127.0.0.1,::1'],
    [{ NO_PROXY: '*' }, '*'],
  ])('extend NO_PROXY: %o', (current, expected) => {
    const { set } = settings({ url }, current);
    expect([set.NO_PROXY, set.no_proxy]).toEqual([expected, expected]);
  });
});

describe('each shell’s syntax', () => {
  const awkward: Settings = { set: { A: `it's $HOME \`id\` "b" \\` }, unset: ['X', 'Y'] };
  test.each([
    ['sh', `unset X Y\nexport A='it'\\''s $HOME \`id\` "b" \\'`],
    ['fish', `set -e X;\nset -e Y;\nset -gx A 'it\\'s $HOME \`id\` "b" \\\\';`],
    [
      'powershell',
      `Remove-Item Env:X -ErrorAction SilentlyContinue\nRemove-Item Env:Y -ErrorAction SilentlyContinue\n$Env:A = 'it''s $HOME \`id\` "b" \\'`,
    ],
    ['cmd', `set "X="\nset "Y="\nset "A=it's $HOME \`id\` b \\"`],
  ] as const)('%s', (shell, text) => {
    expect(format(awkward, shell)).toBe(text);
  });

  test('JSON says null for what is to be removed', () => {
    expect(JSON.parse(format(awkward, 'json'))).toEqual({ X: null, Y: null, ...awkward.set });
  });

  test.each([
    ['win32', { PSModulePath: 'C:\\m' }, '', 'powershell'],
    ['win32', { PSModulePath: 'C:\\m', PROMPT: '$P$G' }, '', 'cmd'],
    ['linux', { SHELL: '/bin/bash' }, 'fish', 'fish'],
    ['linux', { SHELL: '/usr/bin/fish' }, 'bash', 'sh'],
    ['linux', {}, 'pwsh', 'powershell'],
    ['darwin', { SHELL: '/opt/homebrew/bin/fish' }, '', 'fish'],
    ['darwin', { SHELL: '/bin/zsh' }, '', 'sh'],
    ['linux', {}, '', 'sh'],
  ])('on %s with %o below "%s" it is %s', (platform, current, parent, shell) => {
    expect(currentShell(platform, current, () => parent)).toBe(shell);
  });

  test('says how to evaluate it', () => {
    expect(evaluation('sh', 'nuvola env')).toBe('eval "$(nuvola env)"');
    expect(evaluation('fish', 'nuvola env')).toBe('nuvola env | source');
  });
});
