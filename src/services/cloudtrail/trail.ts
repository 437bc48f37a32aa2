/** How CloudTrail's own operations count in CloudTrail: as management events, all of them. */
import type { TrailRules } from '../../kernel';

const trailType = 'AWS::CloudTrail::Trail';

export const trail: TrailRules = { named: { name: trailType, trailName: trailType, resourceId: trailType, trailNameList: trailType } };
