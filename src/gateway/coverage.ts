/** Which operations are built, of those the models know. */
import { loadModel, serviceIds } from '../api/load';
import type { Registry } from '../kernel/registry';

interface ServiceCoverage {
  readonly service: string;
  readonly name: string;
  readonly built: readonly string[];
  readonly missing: readonly string[];
}

/** Of one service, or of all that have a model. Loads the code of services that have any. */
export async function coverage(registry: Registry, service?: string): Promise<ServiceCoverage[]> {
  const ids = service === undefined ? serviceIds() : serviceIds().filter((id) => id === service);
  return Promise.all(ids.map((id) => coverageOf(registry, id)));
}

async function coverageOf(registry: Registry, id: string): Promise<ServiceCoverage> {
  const model = loadModel(id);
  const operations = registry.has(id) ? (await registry.load(id)).operations : {};
  return {
    service: id,
    name: model.fullName,
    built: model.operationNames.filter((name) => name in operations),
    missing: model.operationNames.filter((name) => !(name in operations)),
  };
}
