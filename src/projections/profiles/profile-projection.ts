import type { Kysely, Transaction } from 'kysely';
import type { ProfileBoxes, Vault } from '../../application/ports/vault.js';
import { type ProfileEvent, profile } from '../../domain/profile/profile.js';
import type { ProfileIdentifierKind } from '../../domain/profile/profile-identifier.js';
import { evolveRows } from '../evolve-rows.js';
import { handling, idOf, type ProjectedEvent, type Projection } from '../projection.js';
import type { ReadTables } from '../read-tables.js';
import type { MembershipsTable, ProfilesTable } from './profile-tables.js';
import { identifierHash, openedAttributes } from './sealed-profiles.js';

const PROFILE = 'profile-';

export const profileProjection: Projection = {
  name: 'profiles',
  version: 3,
  tables: ['profiles', 'memberships'],
  handles: handling(
    'ProfileCreated',
    'ProfileChanged',
    'ProfileForgotten',
    'ProfileJoinedList',
    'ProfileLeftList',
    'ProfileJoinedSegment',
    'ProfileLeftSegment',
  ),
  opens: handling('ProfileCreated', 'ProfileChanged'),
  async create(db: Kysely<ReadTables>) {
    await db.schema
      .createTable('profiles')
      .addColumn('profile_id', 'text', (column) => column.primaryKey())
      .addColumn('email_hash', 'text')
      .addColumn('phone_number_hash', 'text')
      .addColumn('external_id_hash', 'text')
      .addColumn('sealed_attributes', 'text', (column) => column.notNull())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'text', (column) => column.notNull())
      .addColumn('position', 'bigint', (column) => column.notNull())
      .execute();
    for (const column of ['email_hash', 'phone_number_hash', 'external_id_hash', 'position']) {
      await db.schema.createIndex(`profiles_by_${column}`).on('profiles').column(column).execute();
    }
    for (const column of ['created_at', 'updated_at']) {
      await db.schema.createIndex(`profiles_by_${column}`).on('profiles').columns([column, 'position']).execute();
    }
    await db.schema
      .createTable('memberships')
      .addColumn('audience_id', 'text', (column) => column.notNull())
      .addColumn('profile_id', 'text', (column) => column.notNull())
      .addColumn('joined_at', 'text', (column) => column.notNull())
      .addColumn('position', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('memberships_pk', ['audience_id', 'profile_id'])
      .execute();
    await db.schema
      .createIndex('memberships_in_order')
      .on('memberships')
      .columns(['audience_id', 'joined_at', 'position'])
      .execute();
    await db.schema.createIndex('memberships_of_profile').on('memberships').column('profile_id').execute();
  },
  async apply(events: readonly ProjectedEvent[], transaction: Transaction<ReadTables>, vault: Vault) {
    const ofProfiles = events.filter((event) => !('audienceId' in event.data));
    const boxes = await vault.profiles(ofProfiles.map((event) => idOf(PROFILE, event)));
    await evolveRows(transaction, ofProfiles, {
      table: 'profiles',
      key: 'profile_id',
      keyOf: (event) => idOf(PROFILE, event),
      evolve: (row, event) => evolveProfile(row, event, boxes, vault),
    });
    await applyMemberships(events, transaction);
  },
};

function evolveProfile(
  row: ProfilesTable | undefined,
  event: ProjectedEvent,
  boxes: ProfileBoxes,
  vault: Vault,
): ProfilesTable | undefined {
  if (row === undefined && event.type !== 'ProfileCreated') return undefined;
  if (event.type === 'ProfileForgotten') return undefined;
  const profileId = idOf(PROFILE, event);
  const before = row === undefined ? {} : openedAttributes(profileId, row.sealed_attributes, boxes);
  // The domain knows how attributes are merged; of its state only they matter here.
  const { attributes } = profile.evolve(
    { status: 'known', attributes: before, memberships: {} },
    event as ProfileEvent,
  );
  const hashOf = (kind: ProfileIdentifierKind): string | null => {
    const value = attributes[kind];
    return value == null ? null : identifierHash(kind, value, vault);
  };
  return {
    profile_id: profileId,
    email_hash: hashOf('email'),
    phone_number_hash: hashOf('phone_number'),
    external_id_hash: hashOf('external_id'),
    sealed_attributes: boxes.seal(profileId, JSON.stringify(attributes)),
    created_at: row?.created_at ?? event.metadata.time,
    updated_at: event.metadata.time,
    position: row?.position ?? event.position,
  };
}

/** The last word of a batch on each membership counts, so that each is written once. */
async function applyMemberships(
  events: readonly ProjectedEvent[],
  transaction: Transaction<ReadTables>,
): Promise<void> {
  const members = new Map<string, MembershipsTable | { audience_id: string; profile_id: string }>();
  const forgotten = new Set<string>();
  for (const event of events) {
    const profile_id = idOf(PROFILE, event);
    switch (event.type) {
      case 'ProfileJoinedList':
      case 'ProfileJoinedSegment': {
        const { audienceId: audience_id } = event.data;
        const row = { audience_id, profile_id, joined_at: event.metadata.time, position: event.position };
        members.set(`${audience_id}/${profile_id}`, row);
        break;
      }
      case 'ProfileLeftList':
      case 'ProfileLeftSegment':
        members.set(`${event.data.audienceId}/${profile_id}`, { audience_id: event.data.audienceId, profile_id });
        break;
      case 'ProfileForgotten':
        forgotten.add(profile_id);
        break;
      default:
    }
  }
  if (forgotten.size > 0)
    await transaction
      .deleteFrom('memberships')
      .where('profile_id', 'in', [...forgotten])
      .execute();
  const joined: MembershipsTable[] = [];
  for (const member of members.values()) {
    if ('joined_at' in member && !forgotten.has(member.profile_id)) joined.push(member);
    else {
      const { audience_id, profile_id } = member;
      await transaction
        .deleteFrom('memberships')
        .where('audience_id', '=', audience_id)
        .where('profile_id', '=', profile_id)
        .execute();
    }
  }
  if (joined.length === 0) return;
  await transaction
    .insertInto('memberships')
    .values(joined)
    .onConflict((conflict) =>
      conflict.columns(['audience_id', 'profile_id']).doUpdateSet((eb) => ({
        joined_at: eb.ref('excluded.joined_at'),
        position: eb.ref('excluded.position'),
      })),
    )
    .execute();
}
