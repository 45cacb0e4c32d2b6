import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHookledger, type FlowDefinition, type Hookledger, type HookledgerOptions } from '../../../src/index.js';
import type { CertificateAuthority } from '../../support/certificate-authority.js';

/** A hookledger on that folder that reaches receivers of this machine. */
export function openedOn(
  folder: string,
  ca: CertificateAuthority,
  options: HookledgerOptions = {},
): Promise<Hookledger> {
  const extraCa = join(folder, 'ca.pem');
  writeFileSync(extraCa, ca.pem);
  return createHookledger({
    data: folder,
    allowNetworks: ['127.0.0.0/8'],
    allowPorts: '*',
    retryScale: 0,
    extraCa,
    ...options,
  });
}

/** One action that posts to `url` whenever an event of the metric comes. */
export const definitionFor = (metricId: string, url: string): FlowDefinition => ({
  name: 'Thanks',
  trigger: { type: 'metric', id: metricId },
  entryActionId: 'first',
  actions: [
    {
      temporaryId: 'first',
      type: 'send-webhook',
      next: null,
      status: 'live',
      configuration: {
        name: 'Tell the shop',
        url,
        headers: { 'x-shop-key': 'very-secret-value' },
        body: '{"order": {{ event.order_id }}}',
      },
    },
  ],
});

/** A live flow, and what was made for it. */
export async function liveFlow(
  hookledger: Hookledger,
  url: string,
): Promise<{ flowId: string; actionId: string; metricId: string }> {
  const { metricId } = await hookledger.metrics.create('Placed Order');
  const { flowId, actionIds } = await hookledger.flows.create(definitionFor(metricId, url));
  const { position } = await hookledger.flows.changeStatus(flowId, 'live');
  await hookledger.caughtUp(position);
  return { flowId, actionId: actionIds[0] as string, metricId };
}

/** An order that the flow above answers. */
export const order = (id: number, email = 'ana@example.com') => ({
  metricName: 'Placed Order',
  profile: { attributes: { email } },
  properties: { order_id: id },
  uniqueId: `order-${id}`,
});

/** What it throws; fails where it throws nothing. */
export async function caught(run: () => Promise<unknown>): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
}
