/** The API of CONTRIBUTING.md's example, written as AWS writes its models. No such service exists. */
import type { RawModel, RawService } from '../../../scripts/api-models/botocore';

const operation = (name: string, errors: readonly string[] = []) => ({
  [name]: {
    http: { method: 'POST', requestUri: '/' },
    input: { shape: `${name}Input` },
    output: { shape: `${name}Output` },
    errors: errors.map((shape) => ({ shape })),
  },
});
const text = { type: 'string' };
const member = (shape: string) => ({ shape });

const model: RawModel = {
  metadata: {
    apiVersion: '2026-01-01',
    endpointPrefix: 'parcel',
    protocol: 'json',
    protocols: ['json'],
    jsonVersion: '1.0',
    serviceFullName: 'Amazon Parcel',
    serviceId: 'Parcel',
    signingName: 'parcel',
    targetPrefix: 'Parcel_20260101',
  },
  operations: {
    ...operation('CreateBox'),
    ...operation('SealBox', ['BoxNotFound']),
    ...operation('ListBoxes'),
    ...operation('ListTagsForResource'),
    ...operation('ShipBox', ['BoxNotFound']),
  },
  shapes: {
    CreateBoxInput: { type: 'structure', required: ['WeightG'], members: { WeightG: member('Weight'), Tags: member('TagList') } },
    CreateBoxOutput: { type: 'structure', members: { BoxId: member('BoxId') } },
    SealBoxInput: { type: 'structure', required: ['BoxId'], members: { BoxId: member('BoxId') } },
    SealBoxOutput: { type: 'structure', members: {} },
    ListBoxesInput: { type: 'structure', members: { NextToken: member('Token'), MaxResults: member('MaxResults') } },
    ListBoxesOutput: { type: 'structure', members: { Boxes: member('BoxList'), NextToken: member('Token') } },
    ListTagsForResourceInput: { type: 'structure', required: ['ResourceArn'], members: { ResourceArn: member('Arn') } },
    ListTagsForResourceOutput: { type: 'structure', members: { Tags: member('TagList') } },
    ShipBoxInput: { type: 'structure', required: ['BoxId'], members: { BoxId: member('BoxId') } },
    ShipBoxOutput: { type: 'structure', members: {} },
    BoxNotFound: { type: 'structure', members: { message: member('Message') }, exception: true },
    BoxList: { type: 'list', member: member('Box') },
    Box: { type: 'structure', members: { BoxId: member('BoxId'), State: member('BoxState') } },
    BoxState: { type: 'string', enum: ['OPEN', 'SEALED'] },
    TagList: { type: 'list', member: member('Tag') },
    Tag: { type: 'structure', required: ['Key', 'Value'], members: { Key: member('TagText'), Value: member('TagText') } },
    Weight: { type: 'integer', min: 1, max: 30_000 },
    MaxResults: { type: 'integer', min: 1, max: 100 },
    BoxId: text,
    Token: text,
    Arn: text,
    Message: text,
    TagText: text,
  },
};

export const parcel: RawService = { model, paginators: {}, waiters: {} };
