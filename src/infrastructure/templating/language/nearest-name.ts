/** `did you mean` for a name that isn't known: the known name with the fewest changed letters, up to half of them. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const wanted = name.slice(0, 40);
  let nearest: string | undefined;
  let fewest = Math.ceil(wanted.length / 2) + 1;
  for (const candidate of known) {
    const changes = changesBetween(wanted, candidate);
    if (changes < fewest && changes < Math.max(wanted.length, candidate.length)) {
      fewest = changes;
      nearest = candidate;
    }
  }
  return nearest;
}

/** Levenshtein's distance. */
function changesBetween(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}
