import { expect } from 'chai';
import fc from 'fast-check';
import { apiKeyStream } from '../../../../src/domain/account/api-key.js';
import { userStream } from '../../../../src/domain/account/user.js';
import { audienceStream } from '../../../../src/domain/audience/audience.js';
import { deliveryStream } from '../../../../src/domain/delivery/delivery.js';
import { dateScheduleStream } from '../../../../src/domain/flow/date-schedule.js';
import { flowStream } from '../../../../src/domain/flow/flow.js';
import { flowEntryStream } from '../../../../src/domain/flow/flow-entry.js';
import { journeyStream } from '../../../../src/domain/journey/journey.js';
import { metricStream } from '../../../../src/domain/metric/metric.js';
import { catalogItemStream } from '../../../../src/domain/product/catalog-item.js';
import { catalogVariantStream } from '../../../../src/domain/product/catalog-variant.js';
import { profileStream } from '../../../../src/domain/profile/profile.js';
import { profileIdentifierStream } from '../../../../src/domain/profile/profile-identifier.js';
import { triggerStream } from '../../../../src/domain/trigger/trigger.js';
import { webhookActionStream } from '../../../../src/domain/webhook-action/webhook-action.js';
import { StreamNames } from '../../../../src/infrastructure/event-store/eventstoredb/stream-names.js';
import { NotStorable } from '../../../../src/infrastructure/event-store/storable.js';

const names = new StreamNames();

describe('Names of streams on EventStoreDB', () => {
  const id = '0190b6a2-0000-7000-8000-000000000001';
  const ofDomain: readonly [stream: string, category: string][] = [
    [apiKeyStream(id), 'hookledger.apiKey'],
    [audienceStream('list', id), 'hookledger.list'],
    [audienceStream('segment', id), 'hookledger.segment'],
    [catalogItemStream(id), 'hookledger.catalogItem'],
    [catalogVariantStream(id), 'hookledger.catalogVariant'],
    [dateScheduleStream(id), 'hookledger.dateSchedule'],
    [deliveryStream(id), 'hookledger.delivery'],
    [flowStream(id), 'hookledger.flow'],
    [flowEntryStream('flow', 'profile'), 'hookledger.flowEntry'],
    [journeyStream(id), 'hookledger.journey'],
    [metricStream(id), 'hookledger.metric'],
    [profileStream(id), 'hookledger.profile'],
    [profileIdentifierStream('email', 'ana@example.com'), 'hookledger.profileIdentifier'],
    [triggerStream(id), 'hookledger.trigger'],
    [userStream(id), 'hookledger.user'],
    [webhookActionStream(id), 'hookledger.webhookAction'],
  ];
  for (const [stream, category] of ofDomain) {
    it(`puts ${stream} into $ce-${category}`, () => {
      const onServer = names.onServer(stream);
      expect(onServer.slice(0, onServer.indexOf('-'))).to.equal(category);
      expect(names.ours(onServer)).to.equal(stream);
    });
  }

  const words = fc.constantFrom('webhook', 'webhookAction', 'action', 'api', 'key', 'apiKey', 'profile', '-', '-', '7');
  const name = fc.oneof(
    fc.array(words, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')),
    fc.string({ unit: 'grapheme', minLength: 1 }),
  );

  it('finds every name again, and gives no two the same', () => {
    fc.assert(
      fc.property(name, name, (one, other) => {
        const [first, second] = [onServer(one), onServer(other)];
        if (first !== undefined) expect(names.ours(first)).to.equal(one);
        if (first !== undefined && one !== other) expect(first).to.not.equal(second);
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes nothing for ours that it would not write itself', () => {
    fc.assert(
      fc.property(name, (theirs) => {
        const ours = names.ours(`hookledger.${theirs}`);
        if (ours !== undefined && onServer(ours) !== undefined)
          expect(names.onServer(ours)).to.equal(`hookledger.${theirs}`);
        expect(names.ours(theirs.replace(/^hookledger\./, ''))).to.equal(undefined);
      }),
    );
  });

  it('refuses a name that another one has on the server, and says which', () => {
    expect(() => names.onServer('webhookAction-7')).to.throw(NotStorable, /"webhook-action-7"/);
    expect(() => names.onServer('')).to.throw(NotStorable);
    expect(() => names.onServer('line\nbreak')).to.throw(NotStorable);
  });
});

function onServer(stream: string): string | undefined {
  try {
    return names.onServer(stream);
  } catch (error) {
    expect(error).to.be.instanceOf(NotStorable);
    return undefined;
  }
}
