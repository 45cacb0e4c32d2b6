/** A metric as an expression asks for it, and the labels that it goes by. */
export interface Selected {
  metric: string;
  labels: readonly string[];
}

/** Words of PromQL that stand where a metric's name might. Source: prometheus.io/docs/prometheus/latest/querying. */
const WORDS = new Set(['and', 'or', 'unless', 'group_left', 'group_right', 'bool', 'offset']);

/**
 * The metrics that a PromQL expression selects, and the labels by which it groups and matches. A reader of what the expressions of ops/
 * are made of, not of all PromQL: it takes strings and ranges out first, then tells names by what follows them.
 */
export function selectedBy(expression: string): { selected: Selected[]; groupedBy: string[] } {
  const plain = expression.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').replaceAll(/\[[^\]]*\]/g, '');
  const groupedBy: string[] = [];
  const rest = plain.replaceAll(
    /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g,
    (_all, names: string) => {
      for (const name of names.split(',')) groupedBy.push(name.trim());
      return '';
    },
  );
  const selected: Selected[] = [];
  for (const [, metric = '', call, matchers = ''] of rest.matchAll(
    /(?<![\w:$.])([a-zA-Z_:][\w:]*)\s*(\()?(?:\{([^}]*)\})?/g,
  )) {
    if (call !== undefined || WORDS.has(metric)) continue;
    const labels = [...matchers.matchAll(/([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label);
    selected.push({ metric, labels });
  }
  return { selected, groupedBy };
}
