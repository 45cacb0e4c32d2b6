import { expect } from 'chai';
import fc from 'fast-check';
import { type AudienceCommand, audience, audienceStream } from '../../../src/domain/audience/audience.js';
import { specify } from '../../support/specification.js';
import { describeDeciderLaws } from '../decider-laws.js';

const given = specify(audience);

const create = (kind: 'list' | 'segment', name = 'Newsletter'): AudienceCommand => ({
  type: 'CreateAudience',
  kind,
  name,
});

describe('Audience', () => {
  it('is created as a list or as a segment', () => {
    given()
      .when(create('list'))
      .then({ type: 'ListCreated', data: { name: 'Newsletter' } });
    given()
      .when(create('segment'))
      .then({ type: 'SegmentCreated', data: { name: 'Newsletter' } });
  });

  it('is created once', () => {
    given({ type: 'ListCreated', data: { name: 'Newsletter' } })
      .when(create('list'))
      .thenRefused('audience_exists');
    given({ type: 'SegmentCreated', data: { name: 'Newsletter' } })
      .when(create('segment', 'Other'))
      .thenRefused('audience_exists');
  });

  it('needs a name', () => {
    for (const name of ['', ' ', '\n']) {
      given().when(create('list', name)).thenRefused('audience_name_missing', '/name');
      given().when(create('segment', name)).thenRefused('audience_name_missing', '/name');
    }
  });

  it('has a stream that tells lists from segments', () => {
    expect(audienceStream('list', '7')).to.equal('list-7');
    expect(audienceStream('segment', '7')).to.equal('segment-7');
  });

  const step = fc.record({
    type: fc.constant('CreateAudience' as const),
    kind: fc.constantFrom('list' as const, 'segment' as const),
    name: fc.oneof(fc.string(), fc.constant(' ')),
  });
  describeDeciderLaws(audience, step, (command) => command);
});
