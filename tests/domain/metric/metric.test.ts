import { expect } from 'chai';
import fc from 'fast-check';
import {
  type MetricCommand,
  type MetricEvent,
  metric,
  metricIdOf,
  metricStream,
} from '../../../src/domain/metric/metric.js';
import { specify } from '../../support/specification.js';
import { describeDeciderLaws } from '../decider-laws.js';

const given = specify(metric);

const create = (name: string): MetricCommand => ({ type: 'CreateMetric', name });
const created = (name: string): MetricEvent => ({ type: 'MetricCreated', data: { name } });

describe('Metric', () => {
  it('is created once', () => {
    given().when(create('Placed Order')).then(created('Placed Order'));
    given(created('Placed Order')).when(create('Placed Order')).then();
  });

  it('needs a name', () => {
    for (const name of ['', ' ', '\t\n']) given().when(create(name)).thenRefused('metric_name_missing', '/name');
  });

  it('has a name of at most 128 characters', () => {
    given()
      .when(create('x'.repeat(128)))
      .then(created('x'.repeat(128)));
    given()
      .when(create('x'.repeat(129)))
      .thenRefused('metric_name_too_long', '/name');
  });

  it('has an id that follows from its name and never changes', () => {
    expect(metricIdOf('Placed Order')).to.equal('a591cafa-fbbf-5e8c-ad88-42a1c9c47b22');
    expect(metricIdOf('Placed order')).not.to.equal(metricIdOf('Placed Order'));
  });

  it('has a stream of its own', () => {
    expect(metricStream('7')).to.equal('metric-7');
  });

  describeDeciderLaws(
    metric,
    fc.oneof(fc.string(), fc.string({ minLength: 127, maxLength: 130 })).map(create),
    (c) => c,
  );
});
