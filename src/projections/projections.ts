import { accessProjection } from './access/access-projection.js';
import { activityProjection } from './activity/activity-projection.js';
import { analyticsProjection } from './analytics/analytics-projection.js';
import { catalogProjection } from './catalog/catalog-projection.js';
import { feedProjection } from './feed/feed-projection.js';
import { flowProjection } from './flows/flow-projection.js';
import { healthProjection } from './health/health-projection.js';
import { journeyProjection } from './journeys/journey-projection.js';
import { productProjection } from './products/product-projection.js';
import { profileProjection } from './profiles/profile-projection.js';
import type { Projection } from './projection.js';
import { queueProjection } from './queue/queue-projection.js';
import { sampleProjection } from './samples/sample-projection.js';

/** How projections share transactions in one file: what deliveries wait for at once, what people look at in bulk. */
export const LANES_OF_ONE_PROCESS: readonly (readonly Projection[])[] = [
  [
    flowProjection,
    feedProjection,
    catalogProjection,
    accessProjection,
    profileProjection,
    journeyProjection,
    queueProjection,
  ],
  [activityProjection, analyticsProjection, healthProjection, productProjection, sampleProjection],
];

/** Every read model. */
export const PROJECTIONS: readonly Projection[] = LANES_OF_ONE_PROCESS.flat();

/** How they are shared out where several processes keep them: each lane is led by one of them. */
export const LANES_OF_MANY_PROCESSES: readonly (readonly Projection[])[] = [
  [queueProjection],
  [flowProjection, feedProjection, catalogProjection, accessProjection, profileProjection, journeyProjection],
  [activityProjection, analyticsProjection, healthProjection, productProjection, sampleProjection],
];
