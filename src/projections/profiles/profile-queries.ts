import type { Kysely, Selectable } from 'kysely';
import type { AllProfiles } from '../../application/ports/all-profiles.js';
import type { Position } from '../../application/ports/event-store.js';
import type { KnownProfiles } from '../../application/ports/known-profiles.js';
import type { Vault } from '../../application/ports/vault.js';
import type { ProfileAttributes } from '../../domain/profile/profile.js';
import { PROFILE_IDENTIFIERS } from '../../domain/profile/profile-identifier.js';
import { type Page, type PageRequest, pageOf, positionOf } from '../page.js';
import type { ReadTables } from '../read-tables.js';
import type { ProfilesTable } from './profile-tables.js';
import { identifierHash, openedAttributes } from './sealed-profiles.js';

/** A profile as it stands. */
export interface ProfileView {
  profileId: string;
  attributes: ProfileAttributes;
  /** ISO 8601, UTC. */
  createdAt: string;
  updatedAt: string;
}

/** Which profiles; all that is given has to match. */
export interface ProfileFilter {
  id?: string;
  /** In any case. */
  email?: string;
  phone_number?: string;
  external_id?: string;
}

/** How many profiles are looked through at a time. */
const PAGE_OF_ALL = 500;

export class ProfileQueries implements AllProfiles, KnownProfiles {
  constructor(
    private readonly db: Kysely<ReadTables>,
    private readonly vault: Vault,
  ) {}

  /** Undefined where it was forgotten or never was. */
  async profile(profileId: string): Promise<ProfileView | undefined> {
    const row = await this.db.selectFrom('profiles').selectAll().where('profile_id', '=', profileId).executeTakeFirst();
    if (row === undefined) return undefined;
    const [view] = await this.views([row]);
    return view;
  }

  async createdAfter(position: Position, size: number): Promise<{ profileId: string; position: Position }[]> {
    const rows = await this.db
      .selectFrom('profiles')
      .select(['profile_id', 'position'])
      .where('position', '>', position)
      .orderBy('position')
      .limit(size)
      .execute();
    return rows.map((row) => ({ profileId: row.profile_id, position: Number(row.position) }));
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
    for (const kind of PROFILE_IDENTIFIERS) {
      const value = filter[kind];
      if (value !== undefined) query = query.where(`${kind}_hash`, '=', identifierHash(kind, value, this.vault));
    }
    return this.page(await query.execute(), size);
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
    return this.page(await query.execute(), size);
  }

  async *all(): AsyncGenerator<readonly ProfileView[]> {
    for (let after = -1; ; ) {
      const rows = await this.db
        .selectFrom('profiles')
        .selectAll()
        .where('position', '>', after)
        .orderBy('position')
        .limit(PAGE_OF_ALL)
        .execute();
      if (rows.length > 0) yield await this.views(rows);
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE_OF_ALL) return;
      after = Number(last.position);
    }
  }

  private async page(rows: readonly Row[], size: number): Promise<Page<ProfileView>> {
    const { items, nextCursor } = pageOf(rows, size, (row) => row);
    return { items: await this.views(items), nextCursor };
  }

  private async views(rows: readonly Row[]): Promise<ProfileView[]> {
    const boxes = await this.vault.profiles(rows.map(({ profile_id }) => profile_id));
    return rows.map((row) => ({
      profileId: row.profile_id,
      attributes: openedAttributes(row.profile_id, row.sealed_attributes, boxes),
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }));
  }
}

type Row = Selectable<ProfilesTable>;
