import { expect } from 'chai';
import fc from 'fast-check';
import {
  API_SCOPES,
  type ApiKeyCommand,
  type ApiKeyEvent,
  type ApiScope,
  apiKey,
  apiKeyStream,
  isUsable,
  isUseNews,
} from '../../../src/domain/account/api-key.js';
import { fold } from '../../../src/domain/kernel/decider.js';
import { specify } from '../../support/specification.js';
import { describeDeciderLaws, play } from '../decider-laws.js';

const given = specify(apiKey);

const issue = (changes: { name?: string; scopes?: readonly ApiScope[] } = {}): ApiKeyCommand => ({
  type: 'IssueApiKey',
  name: 'Shop',
  scopes: ['events:write', 'flows:read'],
  secretSha256: 'ab12',
  ...changes,
});
const revoke: ApiKeyCommand = { type: 'RevokeApiKey' };
const issued: ApiKeyEvent = {
  type: 'ApiKeyIssued',
  data: { name: 'Shop', scopes: ['events:write', 'flows:read'], secretSha256: 'ab12' },
};
const revoked: ApiKeyEvent = { type: 'ApiKeyRevoked', data: {} };

describe('ApiKey', () => {
  it('is issued with a name, scopes and the hash of its secret', () => {
    given().when(issue()).then(issued);
    expect(fold(apiKey, [issued])).to.deep.equal({ status: 'active', ...issued.data });
  });

  it('has each scope once', () => {
    given()
      .when(issue({ scopes: ['events:write', 'flows:read', 'events:write'] }))
      .then(issued);
  });

  it('needs a name and a scope', () => {
    given()
      .when(issue({ name: ' ' }))
      .thenRefused('api_key_name_missing', '/name');
    given()
      .when(issue({ scopes: [] }))
      .thenRefused('api_key_scopes_missing', '/scopes');
  });

  it('is issued once', () => {
    given(issued).when(issue()).thenRefused('api_key_exists');
    given(issued, revoked).when(issue()).thenRefused('api_key_exists');
  });

  it('is revoked once, if it was issued, and keeps its name', () => {
    given(issued).when(revoke).then(revoked);
    given(issued, revoked).when(revoke).then();
    given().when(revoke).then();
    expect(fold(apiKey, [issued, revoked])).to.deep.equal({ ...issued.data, status: 'revoked' });
  });

  it('may have an issuer and an end', () => {
    const ends = { issuerId: 'ana', expiresAt: '2026-06-01T00:00:00.000Z' };
    const event: ApiKeyEvent = {
      type: 'ApiKeyIssued',
      data: { name: 'Shop', scopes: ['events:write', 'flows:read'], secretSha256: 'ab12', ...ends },
    };
    given()
      .when({ ...issue(), ...ends } as ApiKeyCommand)
      .then(event);
    const state = fold(apiKey, [event]);
    expect(state).to.deep.include(ends);
    expect(isUsable(state, '2026-05-31T23:59:59.999Z')).to.equal(true);
    expect(isUsable(state, '2026-06-01T00:00:00.000Z')).to.equal(false);
  });

  it('works from its issue until it is revoked, where it has no end', () => {
    expect(isUsable(fold(apiKey, []), '2026-01-01T00:00:00.000Z')).to.equal(false);
    expect(isUsable(fold(apiKey, [issued]), '2099-01-01T00:00:00.000Z')).to.equal(true);
    expect(isUsable(fold(apiKey, [issued, revoked]), '2026-01-01T00:00:00.000Z')).to.equal(false);
  });

  it('records its use at most once an hour, while it is active', () => {
    const used = (at: string): ApiKeyEvent => ({ type: 'ApiKeyUsed', data: { at } });
    const use = (at: string): ApiKeyCommand => ({ type: 'RecordApiKeyUse', at });
    const first = used('2026-01-01T10:00:00.000Z');
    given(issued).when(use('2026-01-01T10:00:00.000Z')).then(first);
    given(issued, first).when(use('2026-01-01T10:59:59.999Z')).then();
    given(issued, first).when(use('2026-01-01T11:00:00.000Z')).then(used('2026-01-01T11:00:00.000Z'));
    given(issued, revoked).when(use('2026-01-01T10:00:00.000Z')).then();
    given().when(use('2026-01-01T10:00:00.000Z')).then();
    const state = fold(apiKey, [issued, first]);
    expect(state).to.deep.equal({ status: 'active', ...issued.data, lastUsedAt: '2026-01-01T10:00:00.000Z' });
    expect(isUseNews(state, '2026-01-01T10:59:59.999Z')).to.equal(false);
    expect(isUseNews(state, '2026-01-01T11:00:00.000Z')).to.equal(true);
  });

  it('has a stream of its own', () => {
    expect(apiKeyStream('7')).to.equal('api-key-7');
  });

  const step: fc.Arbitrary<ApiKeyCommand> = fc.oneof(
    fc.record({
      type: fc.constant('IssueApiKey' as const),
      name: fc.string(),
      scopes: fc.array(fc.constantFrom(...API_SCOPES), { maxLength: 5 }),
      secretSha256: fc.string(),
    }),
    fc.constant(revoke),
    fc.record({
      type: fc.constant('RecordApiKeyUse' as const),
      at: fc.constantFrom('2026-01-01T10:00:00.000Z', '2026-01-01T10:30:00.000Z', '2026-01-01T11:30:00.000Z'),
    }),
  );
  describeDeciderLaws(apiKey, step, (command) => command);

  it('is never active again after it was revoked', () => {
    fc.assert(
      fc.property(fc.array(step), (commands) => {
        const { events } = play(apiKey, commands, (command) => command);
        const revocation = events.findIndex(({ type }) => type === 'ApiKeyRevoked');
        if (revocation !== -1) expect(revocation).to.equal(events.length - 1);
      }),
    );
  });
});
