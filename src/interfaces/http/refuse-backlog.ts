import type { BackPressure } from '../../application/back-pressure.js';
import { ApiError } from './api-error.js';

/** For routes that take events: refuses while too much waits, before the body is read and anything is recorded. */
export const refuseBacklog = (backPressure: BackPressure) => async (): Promise<void> => {
  const seconds = await backPressure.retryAfter();
  if (seconds === undefined) return;
  const detail = `Request was throttled. Expected available in ${seconds} second${seconds === 1 ? '' : 's'}; more deliveries wait than this server takes on, and nothing of the request was recorded.`;
  throw new ApiError('throttled', { detail, source: { pointer: '/data/' } }, { 'retry-after': String(seconds) });
};
