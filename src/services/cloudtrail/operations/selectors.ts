/** Event selectors and Insights selectors of trails. */
import type { CloudTrail } from '../../../../generated/api/cloudtrail';
import { defineOperations } from '../../../kernel';
import { tellSelection } from '../delivery';
import { insightsInvalid, insightsOff, invalidCombination, invalidParameter, selectorsInvalid, unsupported } from '../errors';
import { requireOwnTrail, requireTrail } from '../lookup';
import { readAdvanced, readBasic, toAdvanced, toBasic } from '../selector-rules';
import { defaultSelectors } from '../selectors';
import { type InsightSelector, type Trail, Trails } from '../state';

const insightTypes = ['ApiCallRateInsight', 'ApiErrorRateInsight'];
const insightCategories = ['Management', 'Data'];

function toSelectors(trail: Trail) {
  return {
    TrailARN: trail.arn,
    ...(trail.advanced
      ? { AdvancedEventSelectors: trail.advanced.map(toAdvanced) }
      : { EventSelectors: (trail.selectors ?? defaultSelectors).map(toBasic) }),
  };
}

function toInsights({ arn, insights }: Trail) {
  return {
    TrailARN: arn,
    InsightSelectors: insights.map(({ type, categories }) => ({
      InsightType: type,
      ...(categories.length > 0 && { EventCategories: categories }),
    })),
  };
}

type Given = CloudTrail['PutInsightSelectors']['input']['InsightSelectors'][number];

function readInsight({ InsightType: type = '', EventCategories: categories = [] }: Given): InsightSelector {
  if (!insightTypes.includes(type)) throw insightsInvalid(`InsightType is ${insightTypes.join(' or ')}.`);
  if (categories.some((each) => !insightCategories.includes(each))) throw insightsInvalid('EventCategories hold Management and Data.');
  return { type, categories };
}

/** Insights of event data stores, which are not built, or of a trail. */
function trailNameOf(input: { readonly TrailName?: string | undefined; readonly EventDataStore?: string | undefined }): string {
  if (input.TrailName !== undefined && input.EventDataStore !== undefined)
    throw invalidCombination('Specify either TrailName or EventDataStore.');
  if (input.EventDataStore !== undefined) throw unsupported('event data stores');
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

  /** Kept and shown; nothing here looks for unusual activity, so no Insights event ever comes of it. */
  PutInsightSelectors(ctx, input) {
    const before = requireOwnTrail(ctx, trailNameOf(input));
    return toInsights(ctx.tx.put(Trails, { ...before, insights: input.InsightSelectors.map(readInsight) }));
  },

  GetInsightSelectors(ctx, input) {
    const trail = requireTrail(ctx, trailNameOf(input));
    if (trail.insights.length === 0) throw insightsOff(trail.name);
    return toInsights(trail);
  },
});
