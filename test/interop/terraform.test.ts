/** Terraform on one configuration of many modules: applied, unchanged in a second plan, as it should be in each of them, and destroyed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloudtrail } from './terraform/cloudtrail';
import { credentials } from './terraform/credentials';
import { dynamodb } from './terraform/dynamodb';
import { iam } from './terraform/iam';
import { organizations } from './terraform/organizations';
import { policies } from './terraform/policies';
import { s3 } from './terraform/s3';
import type { Cloud, Scenario } from './terraform/scenario';
import { sns } from './terraform/sns';
import { sqs } from './terraform/sqs';
import { sts } from './terraform/sts';
import { providerMirror, TerraformWorkspace } from './terraform/workspace';

const scenarios = [s3, sqs, sns, sts, cloudtrail, iam, credentials, organizations, dynamodb, policies];
const mirror = providerMirror();
const patience = 300_000;

describe.skipIf(mirror === undefined)(
  'Terraform: every scenario, as a module of one configuration (needs terraform and its AWS provider in a local mirror)',
  () => {
    let terraform: TerraformWorkspace;
    let outputs: Awaited<ReturnType<TerraformWorkspace['apply']>>;
    const cloudFor = ({ account }: Scenario): Cloud => ({ server: terraform.server, config: terraform.server.config(account) });

    beforeAll(async () => {
      terraform = await TerraformWorkspace.open(mirror as string, scenarios);
      outputs = await terraform.apply();
    }, patience);
    afterAll(() => terraform?.[Symbol.asyncDispose]());

    it('finds nothing to change in a second plan', () => terraform.planNothing(), patience);

    it.each(scenarios.map((scenario) => [scenario.what, scenario] as const))('applies %s', async (_what, scenario) => {
      expect(outputs).toHaveProperty(scenario.name);
      await scenario.check({ ...cloudFor(scenario), outputs: outputs[scenario.name] ?? {} });
    });

    describe('destroyed', () => {
      beforeAll(() => terraform.destroy(), patience);

      it.each(scenarios.map((scenario) => [scenario.what, scenario] as const))('leaves nothing of %s', (_what, scenario) =>
        scenario.checkGone?.(cloudFor(scenario)),
      );
    });
  },
);
