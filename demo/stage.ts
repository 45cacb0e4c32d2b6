import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventCreateQueryV2ResourceObjectAttributes } from 'klaviyo-api';
import { CertificateAuthority } from '../tests/support/certificate-authority.js';
import { takeDataFolder } from './data-folder.js';
import { within } from './demo-failure.js';
import { feed } from './feed.js';
import { northwindEvents, northwindProfiles } from './northwind.js';
import { type DemoReceiver, startReceivers, stopReceivers } from './receivers.js';
import { createApiKey, createOwner, HookledgerServer } from './server.js';
import { SHOP_SCOPES, Shop } from './shop.js';

const SETUP_SECONDS = 60;
const ORDER = 'Placed Order';
const ORDER_LINE = 'Ordered Product';

/** Everything that a run of the demo needs, standing and connected. */
export interface Stage {
  dataDir: string;
  /** Where the API key stands, so that commands can take it from there. */
  keyPath: string;
  /** Who can log in to the dashboard; undefined where nobody was made. */
  owner: { email: string; password: string } | undefined;
  server: HookledgerServer;
  shop: Shop;
  receivers: readonly DemoReceiver[];
  events: readonly EventCreateQueryV2ResourceObjectAttributes[];
  /** Members to be of the list that starts a flow. */
  profileIds: readonly string[];
  /** Lets the customers join the list, which starts a flow for each. */
  joinList(): Promise<void>;
  /** Deliveries that the events and the list start: what the flows make of them. */
  expectedDeliveries: number;
}

/**
 * Starts receivers and server, and sets up the shop: metrics, profiles, flows, list. What was started is given to `cleanUp`,
 * which takes it down again in the reverse order, also where the rest can't be started.
 */
export async function setStage(
  dataDir: string,
  retryScale: number,
  cleanUp: AsyncDisposableStack,
  say: (sentence: string) => void,
  { withOwner = false } = {},
): Promise<Stage> {
  cleanUp.defer(takeDataFolder(dataDir));

  say('Making a certificate authority and four HTTPS receivers on this machine …');
  const ca = await CertificateAuthority.create();
  const { receivers, partnerGoesDown } = await startReceivers(ca);
  cleanUp.defer(() => stopReceivers(receivers));
  cleanUp.defer(partnerGoesDown);
  const list = Object.values(receivers) as DemoReceiver[];
  const caPath = join(dataDir, 'receivers-ca.pem');
  writeFileSync(caPath, ca.pem);

  say('Starting hookledger …');
  const key = await createApiKey(dataDir, SHOP_SCOPES);
  const keyPath = join(dataDir, 'api-key');
  writeFileSync(keyPath, `${key}\n`, { mode: 0o600 });
  const owner = withOwner
    ? { email: 'owner@northwind.example', password: randomBytes(9).toString('base64url') }
    : undefined;
  if (owner !== undefined) await createOwner(dataDir, owner.email, owner.password);
  const server = await HookledgerServer.start(dataDir, {
    HOOKLEDGER_RETRY_SCALE: String(retryScale),
    HOOKLEDGER_EXTRA_CA: caPath,
    HOOKLEDGER_ALLOW_NETWORKS: '127.0.0.0/8,::1/128',
    HOOKLEDGER_ALLOW_PORTS: list.map(({ port }) => port).join(','),
    HOOKLEDGER_ORGANIZATION: 'Northwind Traders',
    // All is sent as fast as it goes, by one key.
    HOOKLEDGER_RATE_LIMIT: '0',
  });
  // Where it has to be stopped here, something else went wrong, and that is what people need to know.
  cleanUp.defer(() => server.stop().catch(() => {}));

  say('Setting up the shop by the klaviyo-api SDK: 93 profiles, a list, three flows …');
  const shop = new Shop(server.url, key);
  const setUp = async () => {
    const [placedOrder, orderedProduct] = await Promise.all([shop.createMetric(ORDER), shop.createMetric(ORDER_LINE)]);
    const profileIds: string[] = [];
    await feed(northwindProfiles(), async (profile, index) => {
      profileIds[index] = await shop.createProfile(profile);
    });
    const wholesaleList = await shop.createList('Wholesale');
    await shop.createFlows({ placedOrder, orderedProduct, wholesaleList }, receivers);
    await partnerGoesDown();
    return { profileIds, wholesaleList };
  };
  const { profileIds, wholesaleList } = await within(
    SETUP_SECONDS,
    Promise.race([setUp(), server.died]),
    `Profiles, list and flows could not be set up within ${SETUP_SECONDS} seconds.`,
  );

  const events = northwindEvents();
  const orders = events.filter(({ metric }) => metric.data.attributes.name === ORDER).length;
  return {
    ...{ dataDir, keyPath, owner, server, shop, receivers: list, events, profileIds },
    joinList: () => shop.addToList(wholesaleList, profileIds),
    // An order goes to two receivers, an order's line and a new member of the list to one.
    expectedDeliveries: 2 * orders + (events.length - orders) + profileIds.length,
  };
}
