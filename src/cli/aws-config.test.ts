import { expect, test } from 'vitest';
import { parseIni } from './aws-config';

test('sections, nested settings, comments', () => {
  const text = `
ignored = before any section
[default]
region=eu-west-1   # where we are
endpoint_url = http://localhost:4566
s3 =
    addressing_style = path
; a comment
[profile "a b"]
role_arn = arn:aws:iam::111122223333:role/x
[services local]
dynamodb =
  endpoint_url = http://127.0.0.1:8000
`;
  expect(Object.fromEntries(parseIni(text))).toEqual({
    default: { region: 'eu-west-1', endpoint_url: 'http://localhost:4566', s3: '', 's3.addressing_style': 'path' },
    'profile "a b"': { role_arn: 'arn:aws:iam::111122223333:role/x' },
    'services local': { dynamodb: '', 'dynamodb.endpoint_url': 'http://127.0.0.1:8000' },
  });
});
