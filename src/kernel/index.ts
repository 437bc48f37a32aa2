/** The one door through which services see the platform. */

export type { BlobRef } from '../store/blob-store';
export {
  type AccessFacts,
  type AccessNeed,
  type AccountFacts,
  type Asking,
  accessChanged,
  accessState,
  type IdentityFacts,
  type PolicyText,
  type ResourceFacts,
} from './access';
export { AccountRuleSets, type AccountRules, accountRules, forbiddenTag, type TagPolicySubject, type TagRule } from './account-rules';
export { AccountSettingSets, accountSettings, changeAccountSettings } from './account-settings';
export { type AccountProfile, AccountProfiles, accountOfEmail, accountProfile } from './accounts';
export { type Arn, accountOfArn, bucketArn, formatArn, objectArn, parseArn, serviceOfArn } from './arn';
export {
  type AuditChunk,
  AuditChunks,
  type AuditedCall,
  type AuditedExchange,
  eventIdOf,
  selectAudited,
  type TrailedCall,
  type TrailRules,
  unselectAudited,
} from './audit';
export { decodeCalls, encodeCalls } from './audit-page';
export { base32, base32Alphabet, uniqueIdOf } from './base32';
export type { RequestBody, ResponseBody } from './body';
export { BoundedCache } from './bounded-cache';
export { checksum, checksumOf } from './checksums';
export { type Collection, collection, counter, type EncodedKey, type Key, type Keyed, type KeyPart } from './collection';
export type { IoContext, RequestFacts, TxContext } from './context';
export { type AccessKey, AccessKeys, accessKeyIdOf, accountInAccessKeyId, ensureSealingKey, sealSession } from './credentials';
export {
  type DelegationTemplate,
  DelegationTemplates,
  ProviderBoundaries,
  type ProviderBoundary,
  providerNamespace,
} from './delegation-templates';
export { openDenial, sealDenial } from './denials';
export { derived, derivedAt } from './derived';
export { AwsError, awsError, fail, notImplemented } from './errors';
export { type Exchange, openExchange, sealExchange } from './exchange-tokens';
export { lowerFirst, upperFirst } from './first-letter';
export { postMail } from './inbox';
export { isoTime } from './iso-time';
export { encodedKey, firstParts, joinKeys, withoutFirstParts, withPart } from './key';
export type { KeyUse, ServiceUse } from './key-uses';
export { lateText } from './late-text';
export { isLoopbackHost } from './loopback';
export { checkMfaCode, hasMfaDevice, type MfaDevice, MfaDevices, synchronised } from './mfa';
export { fetchText, post } from './outbound';
export { pageToken, paginate, readPageToken } from './paging';
export { homeRegionOf, type Place, partitionOf, regionsEnabledByDefault } from './place';
export { PreparedJson, PreparedXml } from './prepared';
export { accessKeyOf, type Delegation, type Principal, rootOf, type SessionFacts, servicePrincipal } from './principal';
export { extendedRequestId } from './request-id';
export type { BackoffCurve, RetryPolicy } from './retry';
export { addSamlKey, SamlKeys, samlDecryptionKeys, samlKeysOf } from './saml-keys';
export {
  type Access,
  type CorsVerdict,
  defineOperations,
  defineService,
  type EventHandler,
  io,
  type PageRequest,
  type ServiceDefinition,
  type TargetHandler,
  type WireRules,
} from './service';
export type { SigningKey } from './signing-keys';
export { type ListedTag, tagsOfList, toTagList, underSessionTags } from './tags';
export { TextBytes } from './text-bytes';
export type { MessageAttributes, ScanRange, Tags, Tx } from './tx';
export { parseXml, type XmlNode, XmlSyntaxError } from './xml-parser';
export { escapeXml } from './xml-text';
