import { type Kysely, type Selectable, sql } from 'kysely';
import type { AllProfiles } from '../../application/ports/all-profiles.js';
import type { Position } from '../../application/ports/event-store.js';
import type { KnownProfiles } from '../../application/ports/known-profiles.js';
import type { Vault } from '../../application/ports/vault.js';
import type { ProfileAttributes } from '../../domain/profile/profile.js';
import { PROFILE_IDENTIFIERS, type ProfileIdentifierKind } from '../../domain/profile/profile-identifier.js';
import { type Compared, type Comparison, conditionOn } from '../comparison.js';
import { type Listing, type ListRequest, pageOfList } from '../listing.js';
import type { Page } from '../page.js';
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

/** One in a list or segment. */
export interface MemberView extends ProfileView {
  /** ISO 8601, UTC. */
  joinedAt: string;
}

/** What a profile is found by is hashed in its row; in which order the hashes are says nothing. */
const IDENTIFIERS = {
  email: 'email_hash',
  phone_number: 'phone_number_hash',
  external_id: 'external_id_hash',
} as const;

const PROFILE_LISTING = {
  fields: { ...IDENTIFIERS, id: 'profile_id', created: 'created_at', updated: 'updated_at' },
  position: 'position',
  order: { by: 'created', descending: true },
} as const satisfies Listing<string>;

const MEMBER_LISTING = {
  fields: { profile_id: 'memberships.profile_id', joined_group_at: 'joined_at' },
  position: 'memberships.position',
  order: { by: 'joined_group_at', descending: true },
} as const satisfies Listing<string>;

type IdentifierField = keyof typeof IDENTIFIERS;
type ProfileField = keyof typeof PROFILE_LISTING.fields;
type MemberField = keyof typeof MEMBER_LISTING.fields;

/** A page of profiles: filtered by any field, and sorted by those that are no hashes. */
export type ProfileListRequest = ListRequest<ProfileField, Exclude<ProfileField, IdentifierField>>;
/** The same of those in a list or segment. */
export type MemberListRequest = ListRequest<MemberField | IdentifierField, MemberField>;

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

  /** Newest first unless asked otherwise. @throws InvalidCursor */
  async profiles(request: ProfileListRequest, filter: ProfileFilter = {}): Promise<Page<ProfileView>> {
    let query = this.db.selectFrom('profiles').selectAll();
    if (filter.id !== undefined) query = query.where('profile_id', '=', filter.id);
    for (const kind of PROFILE_IDENTIFIERS) {
      const value = filter[kind];
      if (value !== undefined) query = query.where(`${kind}_hash`, '=', identifierHash(kind, value, this.vault));
    }
    const { items, nextCursor } = await pageOfList(query, PROFILE_LISTING, this.hashed(request), asItIs);
    return { items: await this.views(items), nextCursor };
  }

  /** Those in a list or segment, the last to join first unless asked otherwise. @throws InvalidCursor */
  async membersOf(audienceId: string, request: MemberListRequest): Promise<Page<MemberView>> {
    const { where = [], ...paging } = this.hashed(request);
    const ofMembers: Comparison<MemberField>[] = [];
    for (const { field, ...comparison } of where) {
      if (field === 'profile_id' || field === 'joined_group_at') ofMembers.push({ field, ...comparison });
      else {
        // Few profiles have it: asked for in the joined rows, it would have the database go through all members.
        const [first, ...others] = await this.idsWhere({ field, ...comparison });
        if (first === undefined) return { items: [], nextCursor: undefined };
        ofMembers.push({ field: 'profile_id', operator: 'any', values: [first, ...others] });
      }
    }
    const query = this.db
      .selectFrom('memberships')
      .innerJoin('profiles', 'profiles.profile_id', 'memberships.profile_id')
      .selectAll('profiles')
      .select(['memberships.position', 'joined_at'])
      .where('audience_id', '=', audienceId);
    const { items, nextCursor } = await pageOfList(query, MEMBER_LISTING, { ...paging, where: ofMembers }, asItIs);
    const views = await this.views(items);
    return {
      items: items.map(({ joined_at }, index) => ({ ...(views[index] as ProfileView), joinedAt: joined_at })),
      nextCursor,
    };
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

  private async idsWhere(comparison: Comparison<IdentifierField>): Promise<string[]> {
    const column = sql.ref(IDENTIFIERS[comparison.field]);
    const rows = await this.db
      .selectFrom('profiles')
      .select('profile_id')
      .where(conditionOn(column, comparison))
      .execute();
    return rows.map(({ profile_id }) => profile_id);
  }

  /** What a profile is found by is compared by its hash. */
  private hashed<Field extends string, Sortable extends string>(
    request: ListRequest<Field, Sortable>,
  ): ListRequest<Field, Sortable> {
    const hashOf = (kind: ProfileIdentifierKind, value: Compared) => identifierHash(kind, String(value), this.vault);
    const where = request.where?.map((comparison): Comparison<Field> => {
      const kind = PROFILE_IDENTIFIERS.find((one) => one === comparison.field);
      if (kind === undefined) return comparison;
      const [first, ...others] = comparison.values;
      return { ...comparison, values: [hashOf(kind, first), ...others.map((value) => hashOf(kind, value))] };
    });
    return { ...request, where };
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

const asItIs = <Row>(row: Row): Row => row;
