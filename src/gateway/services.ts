/** What the gateway keeps of each service once it was called: model, codecs, definition. */
import { loadModel, serviceFacts } from '../api/load';
import type { Operation, Protocol, ServiceModel } from '../api/model';
import { AwsError } from '../kernel/errors';
import type { Registry } from '../kernel/registry';
import type { ServiceDefinition } from '../kernel/service';
import { codecFor, jsonQueryCodecFor } from '../protocol/codec';
import type { Codec } from '../protocol/protocol';
import { prefersJson } from '../protocol/query-json';
import type { Headers } from './request';

export interface Service {
  readonly id: string;
  readonly model: ServiceModel;
  /** Undefined for a service of which only the model is known. */
  readonly definition: ServiceDefinition | undefined;
}

export class Services {
  readonly #registry: Registry;
  readonly #known = new Map<string, Service>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** At once when it was called before. */
  get(id: string): Service | Promise<Service> {
    return this.#known.get(id) ?? this.#load(id);
  }

  /** Undefined when nobody has called it yet. */
  known(id: string): Service | undefined {
    return this.#known.get(id);
  }

  /** SQS always answers in XML here: its JSON of those days had names of its own. */
  codec(service: Service, protocol: Protocol, headers: Headers): Codec {
    const isJson = protocol === 'query' && service.id !== 'sqs' && prefersJson(headers.accept);
    return isJson ? jsonQueryCodecFor(service.model) : codecFor(service.model, protocol);
  }

  async #load(id: string): Promise<Service> {
    if (serviceFacts(id) === undefined) throw dataPlaneNotBuilt(id);
    const definition = this.#registry.has(id) ? await this.#registry.load(id) : undefined;
    const service = { id, model: loadModel(id), definition };
    this.#known.set(id, service);
    return service;
  }
}

/** APIs that users make themselves (execute-api, function URLs) have no model of AWS's. */
function dataPlaneNotBuilt(id: string): AwsError {
  return new AwsError('NotImplemented', `Nuvola does not implement ${id} yet. See /_nuvola/coverage for what is built.`, { status: 501 });
}

/** The operation as the service defines it, where the model does not have it (S3's PostObject). */
export function ownOperation(service: Service, name: string): Operation {
  return {
    name,
    service: service.model,
    method: 'POST',
    uri: '/',
    status: 200,
    input: undefined,
    output: undefined,
    errors: [],
  };
}
