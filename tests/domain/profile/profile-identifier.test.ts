import { expect } from 'chai';
import fc from 'fast-check';
import {
  identifiersOf,
  PROFILE_IDENTIFIERS,
  type ProfileIdentifierCommand,
  type ProfileIdentifierEvent,
  profileIdentifier,
  profileIdentifierStream,
} from '../../../src/domain/profile/profile-identifier.js';
import { specify } from '../../support/specification.js';
import { describeDeciderLaws, play } from '../decider-laws.js';

const given = specify(profileIdentifier);

const claim = (profileId: string, kind: ProfileIdentifierCommand['kind'] = 'email'): ProfileIdentifierCommand => ({
  type: 'ClaimIdentifier',
  kind,
  profileId,
});
const release = (profileId: string): ProfileIdentifierCommand => ({
  type: 'ReleaseIdentifier',
  kind: 'email',
  profileId,
});
const claimed = (profileId: string): ProfileIdentifierEvent => ({
  type: 'ProfileIdentifierClaimed',
  data: { kind: 'email', profileId },
});
const released = (profileId: string): ProfileIdentifierEvent => ({
  type: 'ProfileIdentifierReleased',
  data: { kind: 'email', profileId },
});

describe('ProfileIdentifier', () => {
  it('is claimed by one profile', () => {
    given().when(claim('ann')).then(claimed('ann'));
    given(claimed('ann')).when(claim('ann')).then();
    given(claimed('ann')).when(claim('bob')).thenRefused('identifier_taken', '/email');
    given(claimed('ann')).when(claim('bob', 'phone_number')).thenRefused('identifier_taken', '/phone_number');
  });

  it('is released by the profile that holds it, and by no other', () => {
    given(claimed('ann')).when(release('ann')).then(released('ann'));
    given(claimed('ann')).when(release('bob')).then();
    given().when(release('ann')).then();
    given(claimed('ann'), released('ann')).when(release('ann')).then();
  });

  it('can be claimed by another one once it is released', () => {
    given(claimed('ann'), released('ann')).when(claim('bob')).then(claimed('bob'));
    given(claimed('ann'), released('ann'), claimed('bob')).when(claim('ann')).thenRefused('identifier_taken', '/email');
  });

  describe('its stream', () => {
    it('is the same for an e-mail address in any case', () => {
      expect(profileIdentifierStream('email', 'Ann@Example.COM')).to.equal(
        profileIdentifierStream('email', 'ann@example.com'),
      );
    });

    it('is another one for an external id in another case', () => {
      expect(profileIdentifierStream('external_id', 'A1')).not.to.equal(profileIdentifierStream('external_id', 'a1'));
    });

    it('is another one for another kind', () => {
      const streams = PROFILE_IDENTIFIERS.map((kind) => profileIdentifierStream(kind, '41790000000'));
      expect(new Set(streams).size).to.equal(3);
    });

    it('does not show the identifier, and never changes', () => {
      expect(profileIdentifierStream('email', 'ann@example.com')).to.equal(
        'profile-identifier-e528a51f-b6e0-5f0a-9c2f-072f61827eb3',
      );
    });
  });

  it('is found in attributes, in the order in which they decide which profile is meant', () => {
    expect(
      identifiersOf({ email: 'ann@example.com', first_name: 'Ann', phone_number: '+41790000000', external_id: '7' }),
    ).to.deep.equal([
      { kind: 'external_id', value: '7' },
      { kind: 'email', value: 'ann@example.com' },
      { kind: 'phone_number', value: '+41790000000' },
    ]);
  });

  it('is not an empty one', () => {
    expect(identifiersOf({})).to.deep.equal([]);
    expect(identifiersOf({ email: '', properties: { email: 'ann@example.com' } })).to.deep.equal([]);
  });

  const step: fc.Arbitrary<ProfileIdentifierCommand> = fc.record({
    type: fc.constantFrom('ClaimIdentifier', 'ReleaseIdentifier'),
    kind: fc.constant('email' as const),
    profileId: fc.constantFrom('ann', 'bob', ''),
  });
  describeDeciderLaws(profileIdentifier, step, (command) => command);

  it('belongs to at most one profile at any time', () => {
    fc.assert(
      fc.property(fc.array(step), (commands) => {
        const holders = new Set<string>();
        for (const { type, data } of play(profileIdentifier, commands, (command) => command).events) {
          if (type === 'ProfileIdentifierClaimed') holders.add(data.profileId);
          else expect(holders.delete(data.profileId)).to.equal(true);
          expect(holders.size).to.be.at.most(1);
        }
      }),
    );
  });
});
