/** Profiles that were not forgotten. */
export interface ProfilesTable {
  profile_id: string;
  /** In lower case, to be found by; as it was given it stands in the attributes. */
  email: string | null;
  phone_number: string | null;
  external_id: string | null;
  /** JSON: `ProfileAttributes`. */
  attributes: string;
  created_at: string;
  updated_at: string;
  position: number;
}

/** Who is in which list or segment now. */
export interface MembershipsTable {
  audience_id: string;
  profile_id: string;
  joined_at: string;
  position: number;
}
