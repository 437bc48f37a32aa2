/** RequestFacts over a GatewayRequest: what handlers may know of the HTTP request, made only when they ask. */
import type { FormCheck, RequestFacts } from '../kernel/context';
import type { GatewayRequest, Headers } from './request';
import { isSecure, sourceIpOf } from './stated';

export class RequestView implements RequestFacts {
  readonly id: string;
  readonly protocol: string;
  signature: { readonly version: 'v4' | 'v4a' | 'v2'; readonly presigned: boolean; readonly accessKeyId: string } | undefined;
  checkForm: FormCheck | undefined;
  readonly #request: GatewayRequest;
  readonly #publicUrl: string | undefined;

  constructor(request: GatewayRequest, id: string, protocol: string, publicUrl: string | undefined) {
    this.#request = request;
    this.id = id;
    this.protocol = protocol;
    this.#publicUrl = publicUrl;
    this.signature = undefined;
    this.checkForm = undefined;
  }

  get baseUrl(): string {
    return this.#publicUrl ?? this.#request.baseUrl;
  }
  get host(): string {
    return this.#request.host;
  }
  get sourceIp(): string {
    return sourceIpOf(this.#request);
  }
  get userAgent(): string {
    return this.#request.headers['user-agent'] ?? '';
  }
  get secure(): boolean {
    return isSecure(this.#request);
  }
  get headers(): Headers {
    return this.#request.headers;
  }
  get target(): string {
    return this.#request.target;
  }
  get method(): string {
    return this.#request.method;
  }
}
