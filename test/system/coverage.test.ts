/** docs/coverage.md, and what a cloud answers, are what the sources say. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { services } from '../../generated/services';
import { loadModel, serviceIds } from '../../src/api/load';
import { coverage } from '../../src/gateway/coverage';
import { Registry } from '../../src/kernel/registry';

const page = readFileSync(new URL('../../docs/coverage.md', import.meta.url), 'utf8');

it('the page lists every service, and the operations built of those known (npm run generate writes it)', async () => {
  const all = await coverage(new Registry(services));
  expect(all.map(({ service }) => service)).toEqual(serviceIds());
  for (const { service, name, built, missing } of all) {
    expect(built.length + missing.length).toBe(loadModel(service).operationNames.length);
    if (built.length === 0) expect(page).toContain(`${service} (${missing.length})`);
    else {
      expect(page).toContain(`| [${name}](#${service}) | ${built.length} | ${built.length + missing.length} |`);
      expect(page).toContain(`**${name}** (\`${service}\`): ${built.join(', ')}.`);
    }
  }
  const built = all.reduce((sum, each) => sum + each.built.length, 0);
  const known = all.reduce((sum, each) => sum + each.built.length + each.missing.length, 0);
  expect(page).toContain(
    `**${built} of ${known} operations** in ${all.filter((each) => each.built.length > 0).length} of ${all.length} services.`,
  );
});
