/**
 * JSON text that depends on the value alone: no space, and the keys of each object in the order of their UTF-16 code units,
 * at every depth (RFC 8785). Stores keep a value as they like, and give back its keys in any order.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = value as Readonly<Record<string, unknown>>;
  const texts: string[] = [];
  // What is undefined has no place in JSON, and none in what a store keeps.
  for (const key of Object.keys(fields).sort()) {
    if (fields[key] !== undefined) texts.push(`${JSON.stringify(key)}:${canonicalJson(fields[key])}`);
  }
  return `{${texts.join(',')}}`;
}
