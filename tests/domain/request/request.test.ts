import { expect } from 'chai';
import fc from 'fast-check';
import { fold } from '../../../src/domain/kernel/decider.js';
import {
  type RequestCommand,
  type RequestEvent,
  recordedResult,
  request,
  requestIdOf,
  requestPartId,
  requestStream,
} from '../../../src/domain/request/request.js';
import { specify, violationOf } from '../../support/specification.js';
import { describeDeciderLaws } from '../decider-laws.js';

const given = specify(request);

const begin = (fingerprint: string): RequestCommand => ({ type: 'BeginRequest', fingerprint });
const complete = (fingerprint: string): RequestCommand => ({ type: 'CompleteRequest', fingerprint, result: { id: 7 } });
const begun = (fingerprint: string): RequestEvent => ({ type: 'RequestBegun', data: { fingerprint } });
const completed = (fingerprint: string): RequestEvent => ({
  type: 'RequestCompleted',
  data: { fingerprint, result: { id: 7 } },
});

describe('Request', () => {
  it('is begun once, and completed once, with what came of it', () => {
    given().when(begin('a')).then(begun('a'));
    given(begun('a')).when(begin('a')).then();
    given(begun('a')).when(complete('a')).then(completed('a'));
    given().when(complete('a')).then(completed('a'));
    given(completed('a'))
      .when({ type: 'CompleteRequest', fingerprint: 'a', result: { id: 8 } })
      .then();
    given(begun('a'), completed('a')).when(begin('a')).then();
  });

  it('is completed without what came of it, where that is not to be kept', () => {
    given()
      .when({ type: 'CompleteRequest', fingerprint: 'a' })
      .then({ type: 'RequestCompleted', data: { fingerprint: 'a' } });
  });

  it('has a key that is of use for no other request', () => {
    for (const history of [[begun('a')], [completed('a')], [begun('a'), completed('a')]]) {
      for (const command of [begin('b'), complete('b')]) {
        given(...history)
          .when(command)
          .thenRefused('idempotency_key_reused');
      }
    }
  });

  it('tells what came of it to the same request alone', () => {
    const state = (...history: RequestEvent[]) => fold(request, history);
    expect(recordedResult(state(), 'a')).to.equal(undefined);
    expect(recordedResult(state(begun('a')), 'a')).to.equal(undefined);
    expect(recordedResult(state(completed('a')), 'a')).to.deep.equal({ result: { id: 7 } });
    expect(
      recordedResult(state({ type: 'RequestCompleted', data: { fingerprint: 'a', result: null } }), 'a'),
    ).to.deep.equal({ result: null });
    const shownOnce = state({ type: 'RequestCompleted', data: { fingerprint: 'a' } });
    expect(violationOf(() => recordedResult(shownOnce, 'a')).rule).to.equal('idempotency_key_used');
    for (const other of [state(begun('a')), state(completed('a')), shownOnce]) {
      expect(violationOf(() => recordedResult(other, 'b')).rule).to.equal('idempotency_key_reused');
    }
  });

  it('has an id that follows from caller and key, and never changes', () => {
    expect(requestIdOf('caller', 'key')).to.equal(requestIdOf('caller', 'key'));
    const ids = [
      requestIdOf('caller', 'key'),
      requestIdOf('other', 'key'),
      requestIdOf('caller', 'other'),
      requestPartId('caller', 'key'),
    ];
    expect(new Set(ids).size).to.equal(4);
    expect(requestStream('7')).to.equal('request-7');
  });

  const fingerprints = fc.constantFrom('a', 'b');
  describeDeciderLaws(request, fc.oneof(fingerprints.map(begin), fingerprints.map(complete)), (command) => command);
});
