/** Operations on mobile push: applications and the devices registered with them. */
import type { SNS } from '../../../../generated/api/sns';
import { defineOperations, fail, type Tx } from '../../../kernel';
import { applicationNotFound, endpointNotFound, invalidParameter } from '../errors';
import { afterToken, cutPage, pageSize } from '../paging';
import { type PlatformApplication, PlatformApplications, type PlatformEndpoint, PlatformEndpoints } from '../state';

const platforms = [
  'ADM',
  'APNS',
  'APNS_SANDBOX',
  'APNS_VOIP',
  'APNS_VOIP_SANDBOX',
  'MACOS',
  'MACOS_SANDBOX',
  'BAIDU',
  'FCM',
  'GCM',
  'MPNS',
  'WNS',
];
/** Secrets of the platform: taken, never shown. */
const secrets = ['PlatformCredential', 'PlatformPrincipal'];

export const platformOperations = defineOperations<SNS>()({
  CreatePlatformApplication(ctx, { Name, Platform, Attributes }) {
    if (!platforms.includes(Platform)) throw invalidParameter(`Platform Reason: Invalid platform ${Platform}`); // a guess
    if (!/^[\w.-]{1,256}$/.test(Name)) throw invalidParameter('Name Reason: must be 1 to 256 letters, digits, _, - or .'); // a guess
    if (!Attributes.PlatformCredential) throw invalidParameter('Attributes Reason: PlatformCredential is required'); // a guess
    const arn = ctx.arn('sns', `app/${Platform}/${Name}`);
    const attributes = { Enabled: 'true', ...ctx.tx.get(PlatformApplications, arn)?.attributes, ...Attributes };
    ctx.tx.put(PlatformApplications, { arn, attributes });
    return { PlatformApplicationArn: arn };
  },

  DeletePlatformApplication({ tx }, { PlatformApplicationArn: arn }) {
    const application = tx.get(PlatformApplications, arn);
    if (!application) return {};
    for (const endpoint of tx.scanIndex(PlatformEndpoints, 'application', { prefix: [arn] })) tx.delete(PlatformEndpoints, endpoint);
    tx.delete(PlatformApplications, application);
    return {};
  },

  GetPlatformApplicationAttributes({ tx }, { PlatformApplicationArn }) {
    return { Attributes: shownAttributes(requireApplication(tx, PlatformApplicationArn)) };
  },

  SetPlatformApplicationAttributes({ tx }, { PlatformApplicationArn, Attributes }) {
    const application = requireApplication(tx, PlatformApplicationArn);
    tx.put(PlatformApplications, { ...application, attributes: { ...application.attributes, ...Attributes } });
    return {};
  },

  ListPlatformApplications({ tx }, { NextToken }) {
    const after = afterToken('sns.applications', NextToken);
    const page = cutPage(tx.scan(PlatformApplications, { ...(after && { after }), limit: pageSize + 1 }), 'sns.applications', ({ arn }) => [
      arn,
    ]);
    const PlatformApplicationList = page.items.map((each) => ({ PlatformApplicationArn: each.arn, Attributes: shownAttributes(each) }));
    return { PlatformApplications: PlatformApplicationList, NextToken: page.NextToken };
  },

  /** A token that is registered already gives its endpoint, unless something about it differs. */
  CreatePlatformEndpoint(ctx, { PlatformApplicationArn, Token, CustomUserData, Attributes = {} }) {
    const { tx } = ctx;
    requireApplication(tx, PlatformApplicationArn);
    const wanted = { ...(CustomUserData !== undefined && { CustomUserData }), ...Attributes };
    const existing = tx.find(PlatformEndpoints, 'token', [PlatformApplicationArn, Token]);
    if (existing && Object.entries(wanted).some(([name, value]) => existing.attributes[name] !== value)) {
      throw invalidParameter(`Token Reason: Endpoint ${existing.arn} already exists with the same Token, but different attributes.`);
    }
    if (existing) return { EndpointArn: existing.arn };
    const arn = `${PlatformApplicationArn.replace(':app/', ':endpoint/')}/${ctx.uuid()}`;
    tx.put(PlatformEndpoints, { arn, application: PlatformApplicationArn, attributes: { Enabled: 'true', ...wanted, Token } });
    return { EndpointArn: arn };
  },

  DeleteEndpoint({ tx }, { EndpointArn }) {
    const endpoint = tx.get(PlatformEndpoints, EndpointArn);
    if (endpoint) tx.delete(PlatformEndpoints, endpoint);
    return {};
  },

  GetEndpointAttributes({ tx }, { EndpointArn }) {
    return { Attributes: requireEndpoint(tx, EndpointArn).attributes };
  },

  SetEndpointAttributes({ tx }, { EndpointArn, Attributes }) {
    const endpoint = requireEndpoint(tx, EndpointArn);
    tx.put(PlatformEndpoints, { ...endpoint, attributes: { ...endpoint.attributes, ...Attributes } });
    return {};
  },

  ListEndpointsByPlatformApplication({ tx }, { PlatformApplicationArn: application, NextToken }) {
    requireApplication(tx, application);
    const after = afterToken('sns.endpoints', NextToken);
    const range = { prefix: [application], ...(after && { after: [application, ...after] }), limit: pageSize + 1 };
    const page = cutPage(tx.scanIndex(PlatformEndpoints, 'application', range), 'sns.endpoints', ({ arn }) => [arn]);
    return {
      Endpoints: page.items.map(({ arn, attributes }) => ({ EndpointArn: arn, Attributes: attributes })),
      NextToken: page.NextToken,
    };
  },
});

function requireApplication(tx: Tx, arn: string): PlatformApplication {
  return tx.get(PlatformApplications, arn) ?? fail(applicationNotFound());
}

function requireEndpoint(tx: Tx, arn: string): PlatformEndpoint {
  return tx.get(PlatformEndpoints, arn) ?? fail(endpointNotFound());
}

function shownAttributes({ attributes }: PlatformApplication): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !secrets.includes(name)));
}
