import { expect } from 'chai';
import fc from 'fast-check';
import { type AudienceCommand, audience, audienceStream } from '../../../src/domain/audience/audience.js';
import type { Condition, Filter } from '../../../src/domain/filter/filter.js';
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

  const definition: Filter = {
    conditionGroups: [
      {
        conditions: [
          { type: 'profile-property', property: 'plan', filter: { type: 'string', operator: 'equals', value: 'gold' } },
        ],
      },
    ],
  };
  const defined: AudienceCommand = { type: 'CreateAudience', kind: 'segment', name: 'Gold', definition };

  it('may be a segment whose members follow from conditions, that make sense and are about profiles', () => {
    given()
      .when(defined)
      .then({ type: 'SegmentCreated', data: { name: 'Gold', definition } });
    given()
      .when({ ...defined, kind: 'list' })
      .thenRefused('list_defined', '/definition');
    given()
      .when({ ...defined, definition: { conditionGroups: [] } })
      .thenRefused('filter_invalid', '/definition/condition_groups');
    const condition: Condition = {
      type: 'metric-property',
      metricId: 'm',
      field: '$value',
      filter: { type: 'existence', operator: 'is-set' },
    };
    given()
      .when({ ...defined, definition: { conditionGroups: [{ conditions: [condition] }] } })
      .thenRefused('filter_invalid', '/definition/condition_groups/0/conditions/0');
  });

  it('is populated once, and only where it has conditions', () => {
    const finish: AudienceCommand = { type: 'FinishPopulating' };
    const created = { type: 'SegmentCreated' as const, data: { name: 'Gold', definition } };
    given(created).when(finish).then({ type: 'SegmentPopulated', data: {} });
    given(created, { type: 'SegmentPopulated', data: {} }).when(finish).then();
    given({ type: 'SegmentCreated', data: { name: 'Gold' } })
      .when(finish)
      .then();
    given().when(finish).then();
  });

  it('has a stream that tells lists from segments', () => {
    expect(audienceStream('list', '7')).to.equal('list-7');
    expect(audienceStream('segment', '7')).to.equal('segment-7');
  });

  const step: fc.Arbitrary<AudienceCommand> = fc.oneof(
    fc.record({
      type: fc.constant('CreateAudience' as const),
      kind: fc.constantFrom('list' as const, 'segment' as const),
      name: fc.oneof(fc.string(), fc.constant(' ')),
    }),
    fc.constantFrom(defined, { type: 'FinishPopulating' as const }),
  );
  describeDeciderLaws(audience, step, (command) => command);
});
