import { expect } from 'chai';
import fc from 'fast-check';
import {
  API_SCOPES,
  type ApiKeyCommand,
  type ApiKeyEvent,
  type ApiScope,
  apiKey,
  apiKeyStream,
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
