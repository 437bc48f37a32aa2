/** Providers of SAML assertions that roles may trust. */
import { createPrivateKey } from 'node:crypto';
import type { IAM } from '../../../../generated/api/iam';
import { addSamlKey, defineOperations, fail, SamlKeys, samlKeysOf, type Tx } from '../../../kernel';
import { type SamlProvider, SamlProviders, samlProviderArn } from '../credentials-state';
import { alreadyExists, invalidInput, limitExceeded, noSuchEntity, quotaExceeded, validationError } from '../errors';
import { metadataProblem } from '../saml-metadata';
import { exactTags, sortedTags, tagPage } from '../tag-rules';

const maxProviders = 100;
const maxKeys = 2;
const maxKeyBits = 4096;
const idAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const idLength = 16;
const validYears = 100;

const requireProvider = (tx: Tx, arn: string): SamlProvider => {
  const start = samlProviderArn({ name: '' }, tx.place);
  const provider = arn.startsWith(start) ? tx.get(SamlProviders, arn.slice(start.length)) : undefined;
  return provider ?? fail(noSuchEntity(`Manifest not found for arn ${arn}`));
};

function requireGoodMetadata(document: string): string {
  const problem = metadataProblem(document);
  if (problem !== undefined) throw invalidInput(problem);
  return document;
}

/** RSA, without a passphrase; longer ones would keep everybody waiting. The sentence is a guess, as is the limit. */
function addKey(tx: Tx, { name }: Pick<SamlProvider, 'name'>, pem: string): void {
  if (!isDecryptionKey(pem)) throw invalidInput('Invalid private key.');
  if (samlKeysOf(tx, name).length >= maxKeys) throw limitExceeded(`Private key limit of ${maxKeys} is reached.`);
  addSamlKey(tx, name, tx.id('SAMLPK', idLength, idAlphabet), pem);
}

function isDecryptionKey(pem: string): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem);
    return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) <= maxKeyBits;
  } catch {
    return false;
  }
}

/** A hundred years, whatever the document says (recorded). */
function validFrom(now: number): number {
  const date = new Date(now);
  return date.setUTCFullYear(date.getUTCFullYear() + validYears);
}

export const samlProviderOperations = defineOperations<IAM>()({
  CreateSAMLProvider({ tx, now }, { Name, SAMLMetadataDocument, AssertionEncryptionMode = 'Allowed', AddPrivateKey, Tags }) {
    const tags = exactTags.read(Tags);
    if (AssertionEncryptionMode === 'Required' && AddPrivateKey === undefined)
      throw validationError('Unable to set assertion encryption mode to Required because no private key is provided.');
    const metadata = requireGoodMetadata(SAMLMetadataDocument);
    if (tx.has(SamlProviders, Name)) throw alreadyExists(`SAMLProvider with name ${Name} already exists.`); // a guess
    if (tx.scan(SamlProviders, { limit: maxProviders }).length >= maxProviders)
      throw quotaExceeded('SAMLProvidersPerAccount', maxProviders); // a guess
    const provider = {
      name: Name,
      id: tx.id('SAMLSP', idLength, idAlphabet),
      metadata,
      encryptionMode: encryptionMode(AssertionEncryptionMode),
      createdAt: now,
      validUntil: validFrom(now),
    };
    tx.put(SamlProviders, provider, { tags });
    if (AddPrivateKey !== undefined) addKey(tx, provider, AddPrivateKey);
    return { SAMLProviderArn: samlProviderArn(provider, tx.place), ...(Tags && Tags.length > 0 && { Tags }) };
  },

  GetSAMLProvider({ tx }, { SAMLProviderArn }) {
    const { name, id, metadata, createdAt, validUntil, encryptionMode: mode } = requireProvider(tx, SAMLProviderArn);
    return {
      SAMLProviderUUID: id,
      SAMLMetadataDocument: metadata,
      CreateDate: createdAt,
      ValidUntil: validUntil,
      Tags: sortedTags(tx, SAMLProviderArn),
      AssertionEncryptionMode: mode,
      PrivateKeyList: samlKeysOf(tx, name).map((key) => ({ KeyId: key.id, Timestamp: key.addedAt })),
    };
  },

  ListSAMLProviders({ tx }) {
    return {
      SAMLProviderList: tx.scan(SamlProviders).map((provider) => ({
        Arn: samlProviderArn(provider, tx.place),
        ValidUntil: provider.validUntil,
        CreateDate: provider.createdAt,
      })),
    };
  },

  UpdateSAMLProvider({ tx }, { SAMLProviderArn, SAMLMetadataDocument, AssertionEncryptionMode, AddPrivateKey, RemovePrivateKey }) {
    if ([SAMLMetadataDocument, AssertionEncryptionMode, AddPrivateKey, RemovePrivateKey].every((given) => given === undefined))
      throw validationError('Unable to update identity provider. No updates are defined for metadata or encryption assertion.');
    if (AddPrivateKey !== undefined && RemovePrivateKey !== undefined)
      throw validationError('Unable to add and remove private keys in the same request. Set a value for only one of the two parameters.');
    const provider = requireProvider(tx, SAMLProviderArn);
    const mode = AssertionEncryptionMode === undefined ? provider.encryptionMode : encryptionMode(AssertionEncryptionMode);
    if (AddPrivateKey !== undefined) addKey(tx, provider, AddPrivateKey);
    if (RemovePrivateKey !== undefined) removeKey(tx, provider, RemovePrivateKey);
    if (mode === 'Required' && samlKeysOf(tx, provider.name).length === 0) {
      throw invalidInput(
        RemovePrivateKey === undefined
          ? 'Failed to set assertion encryption mode to Required because no private key is present.'
          : 'Failed to remove private key.',
      );
    }
    const metadata = SAMLMetadataDocument === undefined ? provider.metadata : requireGoodMetadata(SAMLMetadataDocument);
    tx.put(SamlProviders, { ...provider, metadata, encryptionMode: mode });
    return { SAMLProviderArn };
  },

  DeleteSAMLProvider({ tx }, { SAMLProviderArn }) {
    const provider = requireProvider(tx, SAMLProviderArn);
    tx.deleteAll(SamlKeys, { prefix: provider.name });
    tx.delete(SamlProviders, provider);
    return {};
  },

  TagSAMLProvider({ tx }, { SAMLProviderArn, Tags }) {
    requireProvider(tx, SAMLProviderArn);
    exactTags.add(tx, SAMLProviderArn, Tags);
    return {};
  },

  UntagSAMLProvider({ tx }, { SAMLProviderArn, TagKeys }) {
    requireProvider(tx, SAMLProviderArn);
    exactTags.remove(tx, SAMLProviderArn, TagKeys);
    return {};
  },

  ListSAMLProviderTags({ tx }, { SAMLProviderArn, ...page }) {
    requireProvider(tx, SAMLProviderArn);
    return tagPage(tx, SAMLProviderArn, page);
  },
});

function encryptionMode(mode: string): SamlProvider['encryptionMode'] {
  return mode === 'Required' ? 'Required' : 'Allowed';
}

function removeKey(tx: Tx, { name }: SamlProvider, id: string): void {
  tx.delete(SamlKeys, samlKeysOf(tx, name).find((key) => key.id === id) ?? fail(invalidInput('Failed to remove private key.')));
}
