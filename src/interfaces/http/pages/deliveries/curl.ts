/** What curl sends by itself, or what has to be made anew for each request. */
const LEFT_OUT: ReadonlySet<string> = new Set(['user-agent', 'webhook-timestamp', 'webhook-signature']);

/**
 * An attempt as a command for a POSIX shell. Values that are secret stand in variables of the shell, which whoever runs it sets.
 * @param secret names of headers whose values aren't shown
 */
export function curlOf(
  { url, headers, body }: { url: string; headers: Readonly<Record<string, string>>; body: string },
  secret: ReadonlySet<string>,
): string {
  const lines = Object.entries(headers)
    .filter(([name]) => !LEFT_OUT.has(name))
    .map(([name, value]) =>
      secret.has(name) ? `-H ${quoted(`${name}: `)}"$${variableOf(name)}"` : `-H ${quoted(`${name}: ${value}`)}`,
    );
  return ['curl -X POST', ...lines, `--data-raw ${quoted(body)}`, quoted(url)].join(' \\\n  ');
}

/** Within single quotes a shell reads everything as it is but for the single quote. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** `x-api-key` as `X_API_KEY`. */
const variableOf = (header: string): string =>
  header
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '_')
    .replace(/^(?=\d)/, '_');
