/** Profiles that were not forgotten. */
export interface ProfilesTable {
  profile_id: string;
  /** Keyed hashes, to be found by. */
  email_hash: string | null;
  phone_number_hash: string | null;
  external_id_hash: string | null;
  /** JSON, sealed by the profile's own key: `ProfileAttributes`. */
  sealed_attributes: string;
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
