import { expect } from 'chai';
import fc from 'fast-check';
import { fold } from '../../../src/domain/kernel/decider.js';
import {
  type ProfileAttributes,
  type ProfileCommand,
  type ProfileEvent,
  profile,
  profileStream,
} from '../../../src/domain/profile/profile.js';
import { json, jsonObject, propertyName, throughJson } from '../../support/arbitraries.js';
import { specify } from '../../support/specification.js';
import { describeDeciderLaws, play } from '../decider-laws.js';

const given = specify(profile);

const ann: ProfileAttributes = {
  email: 'ann@example.com',
  first_name: 'Ann',
  properties: { plan: 'gold', points: 7 },
  location: { city: 'Bern', country: 'CH' },
};

const create = (attributes = ann): ProfileCommand => ({ type: 'CreateProfile', attributes });
const change = (attributes: ProfileAttributes, removedProperties?: readonly string[]): ProfileCommand => ({
  type: 'ChangeProfile',
  attributes,
  ...(removedProperties === undefined ? {} : { removedProperties }),
});
const join = (kind: 'list' | 'segment', audienceId = 'vip'): ProfileCommand => ({
  type: 'JoinAudience',
  kind,
  audienceId,
});
const leave = (kind: 'list' | 'segment', audienceId = 'vip'): ProfileCommand => ({
  type: 'LeaveAudience',
  kind,
  audienceId,
});
const forget: ProfileCommand = { type: 'ForgetProfile' };

const created = (attributes = ann): ProfileEvent => ({ type: 'ProfileCreated', data: { attributes } });
const changed = (attributes: ProfileAttributes, removedProperties?: readonly string[]): ProfileEvent => ({
  type: 'ProfileChanged',
  data: removedProperties === undefined ? { attributes } : { attributes, removedProperties },
});
const joinedList = (audienceId = 'vip'): ProfileEvent => ({ type: 'ProfileJoinedList', data: { audienceId } });
const leftList = (audienceId = 'vip'): ProfileEvent => ({ type: 'ProfileLeftList', data: { audienceId } });
const forgotten: ProfileEvent = { type: 'ProfileForgotten', data: {} };

const attributesAfter = (...events: readonly ProfileEvent[]): ProfileAttributes => fold(profile, events).attributes;
const membershipsAfter = (...events: readonly ProfileEvent[]): object => fold(profile, events).memberships;

/** As it comes from a request: `__proto__` is a property like any other there. */
const parsed = (text: string): ProfileAttributes => JSON.parse(text) as ProfileAttributes;

describe('Profile', () => {
  it('is created once', () => {
    given().when(create()).then(created());
    given().when(create({})).then(created({}));
    given(created()).when(create()).thenRefused('profile_exists');
    given(created(), forgotten).when(create()).thenRefused('profile_exists');
  });

  it('must exist before anything else can be done with it', () => {
    for (const command of [change({ first_name: 'A' }), join('list'), leave('segment'), forget]) {
      given().when(command).thenRefused('profile_unknown');
    }
  });

  describe('changed', () => {
    it('records the attributes that differ, and no others', () => {
      given(created())
        .when(change({ first_name: 'Anna', email: 'ann@example.com' }))
        .then(changed({ first_name: 'Anna' }));
      given(created())
        .when(change({ last_name: 'Lee' }))
        .then(changed({ last_name: 'Lee' }));
    });

    it('adds nothing where nothing differs', () => {
      given(created()).when(change({})).then();
      given(created()).when(change(ann)).then();
      given(created())
        .when(change({ properties: { points: 7, plan: 'gold' } }))
        .then();
      given(created())
        .when(change({ properties: { points: 7 } }))
        .then();
      given(created())
        .when(change({ properties: {} }))
        .then();
      given(created())
        .when(change({ location: { city: 'Bern' } }))
        .then();
    });

    it('merges properties and location key by key, and replaces other attributes', () => {
      const change: ProfileAttributes = {
        first_name: 'Anna',
        properties: { points: 8, shoe: { size: 40 } },
        location: { city: 'Basel' },
      };
      expect(attributesAfter(created(), changed(change))).to.deep.equal({
        email: 'ann@example.com',
        first_name: 'Anna',
        properties: { plan: 'gold', points: 8, shoe: { size: 40 } },
        location: { city: 'Basel', country: 'CH' },
      });
    });

    it('merges one level deep', () => {
      const before = created({ properties: { shoe: { size: 40, width: 'C' } } });
      expect(attributesAfter(before, changed({ properties: { shoe: { size: 41 } } }))).to.deep.equal({
        properties: { shoe: { size: 41 } },
      });
    });

    it('takes null for a value of its own', () => {
      given(created())
        .when(change({ first_name: null, properties: { plan: null }, location: null }))
        .then(changed({ first_name: null, properties: { plan: null }, location: null }));
      expect(
        attributesAfter(created(), changed({ first_name: null, properties: { plan: null }, location: null })),
      ).to.deep.equal({
        email: 'ann@example.com',
        first_name: null,
        properties: { plan: null, points: 7 },
        location: null,
      });
    });

    it('replaces a location that is no object, and by one that is none', () => {
      expect(attributesAfter(created({ location: 'Bern' }), changed({ location: { city: 'Bern' } }))).to.deep.equal({
        location: { city: 'Bern' },
      });
      expect(attributesAfter(created(), changed({ location: ['Bern'] }))).to.deep.include({ location: ['Bern'] });
    });

    it('removes properties that are there', () => {
      given(created())
        .when(change({}, ['plan', 'unknown']))
        .then(changed({}, ['plan']));
      given(created())
        .when(change({}, ['unknown', 'toString', '__proto__']))
        .then();
      given(created({ email: 'ann@example.com' }))
        .when(change({}, ['plan']))
        .then();
      expect(attributesAfter(created(), changed({}, ['plan']))).to.deep.equal({ ...ann, properties: { points: 7 } });
    });

    it('leaves everything but the properties alone where it removes properties', () => {
      const before: ProfileAttributes = { plan: 'silver', location: 'Bern', properties: { plan: 'gold' } };
      expect(attributesAfter(created(before), changed({}, ['plan']))).to.deep.equal({
        plan: 'silver',
        location: 'Bern',
        properties: {},
      });
    });

    it('removes what is set and removed at once', () => {
      given(created())
        .when(change({ properties: { plan: 'silver' } }, ['plan']))
        .then(changed({ properties: { plan: 'silver' } }, ['plan']));
      given(created())
        .when(change({ properties: { hat: 1, shoe: 2 } }, ['hat']))
        .then(changed({ properties: { hat: 1, shoe: 2 } }, ['hat']));
      given(created())
        .when(change({ properties: { hat: 1 } }, ['hat']))
        .then();
      expect(attributesAfter(created(), changed({ properties: { plan: 'silver' } }, ['plan']))).to.deep.include({
        properties: { points: 7 },
      });
    });

    it('takes names that objects inherit for names like any other', () => {
      for (const text of [
        '{"__proto__":{}}',
        '{"__proto__":{"admin":true}}',
        '{"__proto__":1}',
        '{"constructor":"x"}',
        '{"toString":null}',
        '{"properties":{"__proto__":{"admin":true}}}',
        '{"properties":{"constructor":1,"hasOwnProperty":2}}',
        '{"location":{"__proto__":1}}',
      ]) {
        const attributes = parsed(text);
        given(created({})).when(change(attributes)).then(changed(attributes));
        given(created({}), changed(attributes)).when(change(attributes)).then();
        given(created(attributes)).when(change(attributes)).then();
        const after = attributesAfter(created({}), changed(attributes));
        expect(JSON.stringify(after)).to.equal(text);
        expect('admin' in {}, 'every object would be an admin').to.equal(false);
      }
    });

    it('removes a property that is called like an inherited one', () => {
      const before = parsed('{"properties":{"__proto__":1,"a":2}}');
      given(created(before))
        .when(change({}, ['__proto__']))
        .then(changed({}, ['__proto__']));
      expect(attributesAfter(created(before), changed({}, ['__proto__']))).to.deep.equal({ properties: { a: 2 } });
    });
  });

  describe('in lists and segments', () => {
    it('joins and leaves, by kind', () => {
      given(created()).when(join('list')).then(joinedList());
      given(created())
        .when(join('segment'))
        .then({ type: 'ProfileJoinedSegment', data: { audienceId: 'vip' } });
      given(created(), joinedList()).when(leave('list')).then(leftList());
      given(created(), { type: 'ProfileJoinedSegment', data: { audienceId: 'vip' } })
        .when(leave('segment'))
        .then({ type: 'ProfileLeftSegment', data: { audienceId: 'vip' } });
    });

    it('joins only what it is not in, and leaves only what it is in', () => {
      given(created(), joinedList()).when(join('list')).then();
      given(created(), joinedList()).when(join('list', 'other')).then(joinedList('other'));
      given(created()).when(leave('list')).then();
      given(created(), joinedList(), leftList()).when(leave('list')).then();
      given(created(), joinedList(), leftList()).when(join('list')).then(joinedList());
    });

    it('counts how often it joined', () => {
      expect(membershipsAfter(created(), joinedList())).to.deep.equal({ vip: { member: true, joins: 1 } });
      expect(membershipsAfter(created(), joinedList(), leftList())).to.deep.equal({ vip: { member: false, joins: 1 } });
      expect(membershipsAfter(created(), joinedList(), leftList(), joinedList(), joinedList('new'))).to.deep.equal({
        vip: { member: true, joins: 2 },
        new: { member: true, joins: 1 },
      });
    });

    it('takes ids that objects inherit for ids like any other', () => {
      for (const id of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '']) {
        given(created()).when(leave('list', id)).then();
        given(created()).when(join('list', id)).then(joinedList(id));
        given(created(), joinedList(id)).when(join('list', id)).then();
        given(created(), joinedList(id)).when(leave('list', id)).then(leftList(id));
        expect(Object.entries(membershipsAfter(created(), joinedList(id), leftList(id), joinedList(id)))).to.deep.equal(
          [[id, { member: true, joins: 2 }]],
        );
      }
    });
  });

  describe('forgotten', () => {
    it('once', () => {
      given(created(), joinedList()).when(forget).then(forgotten);
      given(created(), forgotten).when(forget).then();
    });

    it('leaves nothing of it in the state', () => {
      expect(fold(profile, [created(), joinedList(), forgotten])).to.deep.equal({
        status: 'forgotten',
        attributes: {},
        memberships: {},
      });
    });

    it('does nothing more', () => {
      for (const command of [change({ first_name: 'A' }), join('list'), leave('list')]) {
        given(created(), joinedList(), forgotten).when(command).thenRefused('profile_forgotten');
      }
    });
  });

  it('has a stream of its own', () => {
    expect(profileStream('7')).to.equal('profile-7');
  });

  const attributes: fc.Arbitrary<ProfileAttributes> = fc
    .record(
      {
        known: fc.record(
          { email: fc.string(), properties: jsonObject, location: fc.oneof(jsonObject, json) },
          { requiredKeys: [] },
        ),
        others: jsonObject,
      },
      { requiredKeys: ['known', 'others'] },
    )
    .map(({ known, others: { email, phone_number, external_id, properties, location, ...others } }) => ({
      ...others,
      ...known,
    }));
  const audience = {
    kind: fc.constantFrom('list' as const, 'segment' as const),
    audienceId: propertyName,
  };
  const changing = fc.record(
    {
      type: fc.constant('ChangeProfile' as const),
      attributes,
      removedProperties: fc.array(propertyName, { maxLength: 3 }),
    },
    { requiredKeys: ['type', 'attributes'] },
  );
  const step: fc.Arbitrary<ProfileCommand> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ type: fc.constant('CreateProfile' as const), attributes }) },
    { weight: 8, arbitrary: changing },
    { weight: 8, arbitrary: fc.record({ type: fc.constant('JoinAudience' as const), ...audience }) },
    { weight: 8, arbitrary: fc.record({ type: fc.constant('LeaveAudience' as const), ...audience }) },
    { weight: 1, arbitrary: fc.constant(forget) },
  );
  describeDeciderLaws(profile, step, (command) => command);

  it('changes to what was asked for, and to nothing new when asked again', () => {
    fc.assert(
      fc.property(attributes, changing, (before, command) => {
        const state = fold(profile, [created(before)]);
        const removed = command.removedProperties ?? [];
        const expected: Record<string, unknown> = Object.fromEntries([
          ...Object.entries(before),
          ...Object.entries(command.attributes),
        ]);
        for (const key of ['properties', 'location']) {
          const parts = [before[key], command.attributes[key]];
          if (parts.every((part) => typeof part === 'object' && part !== null && !Array.isArray(part))) {
            expected[key] = Object.fromEntries(parts.flatMap((part) => Object.entries(part as object)));
          }
        }
        if (expected.properties !== undefined) {
          expected.properties = Object.fromEntries(
            Object.entries(expected.properties as object).filter(([name]) => !removed.includes(name)),
          );
        }
        const after = fold(profile, throughJson(profile.decide(command, state)), state);
        expect(after.attributes).to.deep.equal(expected);
        expect(profile.decide(command, after)).to.deep.equal([]);
      }),
      { numRuns: 500 },
    );
  });

  it('alternates between joining and leaving each list or segment', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (commands) => {
        const within = new Set<string>();
        for (const event of play(profile, commands, (command) => command).events) {
          if (!('audienceId' in event.data)) continue;
          const joins = event.type.startsWith('ProfileJoined');
          expect(within.has(event.data.audienceId)).to.equal(!joins);
          if (joins) within.add(event.data.audienceId);
          else within.delete(event.data.audienceId);
        }
      }),
    );
  });
});
