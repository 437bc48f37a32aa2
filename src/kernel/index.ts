/** The one door through which services see the platform. */
export { AwsError, fail, notImplemented, type AwsErrorOptions } from './errors';
export { collection, counter, type Collection, type Counter, type Key, type KeyPart } from './collection';
export { partitionOf, type Place, type Scope } from './place';
export type { AccessNeed, Principal } from './principal';
export type { ScanRange, SendOptions, Tags, Tx } from './tx';
export type { CallOptions, IoContext, RequestFacts, TxContext } from './context';
export type { RequestBody, ResponseBody } from './body';
export type { BlobRef, BlobStore, BlobWriter } from '../store/blob-store';
export {
  defineOperations,
  defineService,
  io,
  type Access,
  type Delivery,
  type EventHandler,
  type IoOperation,
  type Operation,
  type Operations,
  type Reconciler,
  type ServiceDefinition,
  type TargetHandler,
  type WireRules,
} from './service';
