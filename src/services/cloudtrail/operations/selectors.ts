/** Event selectors of trails. */
import type { CloudTrail } from '../../../../generated/api/cloudtrail';
import { defineOperations } from '../../../kernel';
import { tellSelection } from '../delivery';
import { insightsOff, invalidCombination, invalidParameter, selectorsInvalid, unsupported } from '../errors';
import { insteadOfLake } from '../instead';
import { requireOwnTrail, requireTrail } from '../lookup';
import { readAdvanced, readBasic, toAdvanced, toBasic } from '../selector-rules';
import { defaultSelectors } from '../selectors';
import { type Trail, Trails } from '../state';

function toSelectors(trail: Trail) {
  return {
    TrailARN: trail.arn,
    ...(trail.advanced
      ? { AdvancedEventSelectors: trail.advanced.map(toAdvanced) }
      : { EventSelectors: (trail.selectors ?? defaultSelectors).map(toBasic) }),
  };
}

/** Insights of event data stores, which are not built, or of a trail. */
function trailNameOf(input: { readonly TrailName?: string | undefined; readonly EventDataStore?: string | undefined }): string {
  if (input.TrailName !== undefined && input.EventDataStore !== undefined)
    throw invalidCombination('Specify either TrailName or EventDataStore.');
  if (input.EventDataStore !== undefined) throw unsupported('event data stores', insteadOfLake);
  if (input.TrailName === undefined) throw invalidParameter('TrailName or EventDataStore is needed.');
  return input.TrailName;
}

export const selectorOperations = defineOperations<CloudTrail>()({
  PutEventSelectors(ctx, { TrailName, EventSelectors, AdvancedEventSelectors }) {
    const before = requireOwnTrail(ctx, TrailName);
    if ((EventSelectors === undefined) === (AdvancedEventSelectors === undefined))
      throw selectorsInvalid('Specify either EventSelectors or AdvancedEventSelectors.');
    const selectors = EventSelectors && readBasic(EventSelectors);
    const advanced = AdvancedEventSelectors && readAdvanced(AdvancedEventSelectors);
    const trail = ctx.tx.put(Trails, { ...before, selectors, advanced });
    tellSelection(ctx.tx, trail, before);
    return toSelectors(trail);
  },

  GetEventSelectors: (ctx, { TrailName }) => toSelectors(requireTrail(ctx, TrailName)),

  /** Nothing here looks for unusual activity: PutInsightSelectors is not built, so no trail has any. */
  GetInsightSelectors(ctx, input): never {
    throw insightsOff(requireTrail(ctx, trailNameOf(input)).name);
  },
});
