/** What flows can be triggered by: metrics, lists and segments. */
export interface CatalogTable {
  id: string;
  kind: CatalogKind;
  name: string;
  /** JSON: the `Filter` that a segment's members follow from; null where they are set. */
  definition: string | null;
  /** 1 once every profile that was there has been looked at; 1 of what has no definition. */
  populated: number;
  created_at: string;
  updated_at: string;
  position: number;
}

/** What kind of thing has a name in the catalog. */
export type CatalogKind = 'metric' | 'list' | 'segment';
