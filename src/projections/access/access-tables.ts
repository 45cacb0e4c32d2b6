/** The keys of programs, without what it takes to use them. */
export interface ApiKeysTable {
  key_id: string;
  name: string;
  /** JSON: a list. */
  scopes: string;
  /** Null where the machine's operator made it. */
  issuer_id: string | null;
  issued_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  revoked_at: string | null;
  position: number;
}
