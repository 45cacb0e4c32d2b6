/** What flows can be triggered by: metrics, lists and segments. */
export interface CatalogTable {
  id: string;
  kind: CatalogKind;
  name: string;
  created_at: string;
  updated_at: string;
  position: number;
}

/** What kind of thing has a name in the catalog. */
export type CatalogKind = 'metric' | 'list' | 'segment';
