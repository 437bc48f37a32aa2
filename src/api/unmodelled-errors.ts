/** Errors that AWS answers and its models lack. */
import type { ModelledError, ServiceModel } from './model';

export function unmodelledError(_model: ServiceModel, _code: string): ModelledError | undefined {
  return undefined;
}
export function unmodelledCodes(_model: ServiceModel): readonly string[] {
  return ['AccessDenied'];
}
