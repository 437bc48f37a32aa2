/** The codec of a service in one of its protocols. */
import type { Protocol, ServiceModel } from '../api/model';
import { jsonCodec } from './json';
import type { Codec } from './protocol';
import { ec2Codec, queryCodec } from './query';
import { answeringInJson } from './query-json';
import { restJsonCodec } from './rest-json';
import { restXmlCodec } from './rest-xml';
import { rpcCborCodec } from './rpc-cbor';

const builders: Readonly<Record<Protocol, (model: ServiceModel) => Codec>> = {
  json: jsonCodec,
  query: queryCodec,
  ec2: ec2Codec,
  'rest-json': restJsonCodec,
  'rest-xml': restXmlCodec,
  'smithy-rpc-v2-cbor': rpcCborCodec,
};

const codecs = new WeakMap<ServiceModel, Map<Protocol, Codec>>();

/** One codec per model and protocol, built on first use; what it compiles per shape lives as long as the model. */
export function codecFor(model: ServiceModel, protocol: Protocol): Codec {
  let known = codecs.get(model);
  if (known === undefined) codecs.set(model, (known = new Map()));
  let codec = known.get(protocol);
  if (codec === undefined) known.set(protocol, (codec = builders[protocol](model)));
  return codec;
}

const inJson = new WeakMap<Codec, Codec>();

/** The codec of a service in the query protocol, for callers that want its answers in JSON. */
export function jsonQueryCodecFor(model: ServiceModel): Codec {
  const codec = codecFor(model, 'query');
  let known = inJson.get(codec);
  if (known === undefined) inJson.set(codec, (known = answeringInJson(codec)));
  return known;
}
