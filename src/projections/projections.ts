import { activityProjection } from './activity/activity-projection.js';
import { analyticsProjection } from './analytics/analytics-projection.js';
import { catalogProjection } from './catalog/catalog-projection.js';
import { flowProjection } from './flows/flow-projection.js';
import { profileProjection } from './profiles/profile-projection.js';
import type { Projection } from './projection.js';
import { queueProjection } from './queue/queue-projection.js';

/** Every read model. */
export const PROJECTIONS: readonly Projection[] = [
  flowProjection,
  catalogProjection,
  profileProjection,
  queueProjection,
  activityProjection,
  analyticsProjection,
];
