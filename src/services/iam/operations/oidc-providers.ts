/** Providers of OpenID Connect tokens that roles may trust. */
import type { IAM } from '../../../../generated/api/iam';
import { defineOperations, fail, type Tx } from '../../../kernel';
import { type OidcProvider, OidcProviders, oidcProviderArn } from '../credentials-state';
import { alreadyExists, invalidInput, noSuchEntity, quotaExceeded } from '../errors';
import { readOidcUrl } from '../oidc-url';
import { mostClientIdsPerProvider, mostOidcProviders, mostThumbprintsPerProvider } from '../quotas';
import { exactTags, sortedTags, tagPage } from '../tag-rules';

function findProvider(tx: Tx, arn: string): OidcProvider | undefined {
  const start = oidcProviderArn({ url: '' }, tx.place);
  return arn.startsWith(start) ? tx.get(OidcProviders, arn.slice(start.length)) : undefined;
}

const requireProvider = (tx: Tx, arn: string): OidcProvider =>
  findProvider(tx, arn) ?? fail(noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`));

function requireFewThumbprints(list: readonly string[]): readonly string[] {
  if (list.length > mostThumbprintsPerProvider) throw invalidInput('Thumbprint list must contain fewer than 5 entries.');
  return list.map((thumbprint) => thumbprint.toLowerCase());
}

function requireFewClientIds(list: readonly string[]): readonly string[] {
  const distinct = [...new Set(list)];
  if (distinct.length > mostClientIdsPerProvider) throw quotaExceeded('ClientIdsPerOpenIdConnectProvider', mostClientIdsPerProvider);
  return distinct;
}

export const oidcProviderOperations = defineOperations<IAM>()({
  /** Without thumbprints AWS asks the provider's server for its certificate; we keep none: no address of the world is asked. */
  CreateOpenIDConnectProvider({ tx, now }, { Url, ClientIDList = [], ThumbprintList = [], Tags }) {
    const tags = exactTags.read(Tags);
    const url = readOidcUrl(Url) ?? fail(invalidInput('Unknown'));
    const thumbprints = requireFewThumbprints(ThumbprintList);
    const clientIds = requireFewClientIds(ClientIDList);
    if (tx.has(OidcProviders, url)) throw alreadyExists(`Provider with url ${Url} already exists.`);
    if (tx.scan(OidcProviders, { limit: mostOidcProviders }).length >= mostOidcProviders)
      throw quotaExceeded('OpenIdConnectProvidersPerAccount', mostOidcProviders);
    const provider = tx.put(OidcProviders, { url, clientIds, thumbprints, createdAt: now }, { tags });
    return { OpenIDConnectProviderArn: oidcProviderArn(provider, tx.place), ...(Tags && Tags.length > 0 && { Tags }) };
  },

  GetOpenIDConnectProvider({ tx }, { OpenIDConnectProviderArn }) {
    const { url, clientIds, thumbprints, createdAt } = requireProvider(tx, OpenIDConnectProviderArn);
    const Tags = sortedTags(tx, OpenIDConnectProviderArn);
    return { Url: url, ClientIDList: [...clientIds], ThumbprintList: [...thumbprints], CreateDate: createdAt, Tags };
  },

  ListOpenIDConnectProviders({ tx }) {
    return { OpenIDConnectProviderList: tx.scan(OidcProviders).map((provider) => ({ Arn: oidcProviderArn(provider, tx.place) })) };
  },

  AddClientIDToOpenIDConnectProvider({ tx }, { OpenIDConnectProviderArn, ClientID }) {
    const provider = requireProvider(tx, OpenIDConnectProviderArn);
    tx.put(OidcProviders, { ...provider, clientIds: requireFewClientIds([...provider.clientIds, ClientID]) });
    return {};
  },

  RemoveClientIDFromOpenIDConnectProvider({ tx }, { OpenIDConnectProviderArn, ClientID }) {
    const provider = requireProvider(tx, OpenIDConnectProviderArn);
    tx.put(OidcProviders, { ...provider, clientIds: provider.clientIds.filter((id) => id !== ClientID) });
    return {};
  },

  UpdateOpenIDConnectProviderThumbprint({ tx }, { OpenIDConnectProviderArn, ThumbprintList }) {
    const provider = requireProvider(tx, OpenIDConnectProviderArn);
    if (ThumbprintList.length === 0) throw invalidInput('Thumbprint list must contain at least one entry.');
    tx.put(OidcProviders, { ...provider, thumbprints: requireFewThumbprints(ThumbprintList) });
    return {};
  },

  DeleteOpenIDConnectProvider({ tx }, { OpenIDConnectProviderArn: arn }) {
    tx.delete(OidcProviders, findProvider(tx, arn) ?? fail(noSuchEntity(`OpenId connect Provider ${arn} cannot be found.`)));
    return {};
  },

  TagOpenIDConnectProvider({ tx }, { OpenIDConnectProviderArn, Tags }) {
    requireProvider(tx, OpenIDConnectProviderArn);
    exactTags.add(tx, OpenIDConnectProviderArn, Tags);
    return {};
  },

  UntagOpenIDConnectProvider({ tx }, { OpenIDConnectProviderArn, TagKeys }) {
    requireProvider(tx, OpenIDConnectProviderArn);
    exactTags.remove(tx, OpenIDConnectProviderArn, TagKeys);
    return {};
  },

  ListOpenIDConnectProviderTags({ tx }, { OpenIDConnectProviderArn, ...page }) {
    requireProvider(tx, OpenIDConnectProviderArn);
    return tagPage(tx, OpenIDConnectProviderArn, page);
  },
});
