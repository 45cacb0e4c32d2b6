import type { Kysely, Selectable } from 'kysely';
import type { ProfileAttributes } from '../../domain/profile/profile.js';
import { type Page, type PageRequest, pageOf, positionOf } from '../page.js';
import type { ReadTables } from '../read-tables.js';
import type { ProfilesTable } from './profile-tables.js';

export interface ProfileView {
  profileId: string;
  attributes: ProfileAttributes;
  /** ISO 8601, UTC. */
  createdAt: string;
  updatedAt: string;
}

export interface ProfileFilter {
  id?: string;
  /** In any case. */
  email?: string;
  phone_number?: string;
  external_id?: string;
}

export class ProfileQueries {
  constructor(private readonly db: Kysely<ReadTables>) {}

  /** Undefined where it was forgotten or never was. */
  async profile(profileId: string): Promise<ProfileView | undefined> {
    const row = await this.db.selectFrom('profiles').selectAll().where('profile_id', '=', profileId).executeTakeFirst();
    return row && profileView(row);
  }

  /** Newest first. @throws InvalidCursor */
  async profiles({ size, cursor }: PageRequest, filter: ProfileFilter = {}): Promise<Page<ProfileView>> {
    let query = this.db
      .selectFrom('profiles')
      .selectAll()
      .orderBy('position', 'desc')
      .limit(size + 1);
    if (cursor !== undefined) query = query.where('position', '<', positionOf(cursor));
    if (filter.id !== undefined) query = query.where('profile_id', '=', filter.id);
    if (filter.email !== undefined) query = query.where('email', '=', filter.email.toLowerCase());
    if (filter.phone_number !== undefined) query = query.where('phone_number', '=', filter.phone_number);
    if (filter.external_id !== undefined) query = query.where('external_id', '=', filter.external_id);
    return pageOf(await query.execute(), size, profileView);
  }

  /** Those in a list or segment, the last to join first. @throws InvalidCursor */
  async membersOf(audienceId: string, { size, cursor }: PageRequest): Promise<Page<ProfileView>> {
    let query = this.db
      .selectFrom('memberships')
      .innerJoin('profiles', 'profiles.profile_id', 'memberships.profile_id')
      .selectAll('profiles')
      .select('memberships.position')
      .where('audience_id', '=', audienceId)
      .orderBy('memberships.position', 'desc')
      .limit(size + 1);
    if (cursor !== undefined) query = query.where('memberships.position', '<', positionOf(cursor));
    return pageOf(await query.execute(), size, profileView);
  }
}

const profileView = (row: Selectable<ProfilesTable>): ProfileView => ({
  profileId: row.profile_id,
  attributes: JSON.parse(row.attributes),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
