const CUT = '[redacted]';

/** Longer texts are cut first: what follows takes time that grows with their length, and no log needs more. */
const MAX_LENGTH = 8_000;

/**
 * What gives itself away as a secret inside of a sentence, and what stands in its place. Rather too much than too little:
 * a log has to say what failed, not with what.
 */
const SECRETS: readonly [pattern: RegExp, replacement: string][] = [
  // A connection string's or URL's user and password; up to the last @, since passwords hold all that URLs shouldn't.
  [/\b([a-z][a-z\d+.-]{0,20}:\/\/)\S*@/gi, `$1${CUT}@`],
  // Query strings and fragments, of whole URLs and of paths alone.
  [/(\/[^\s?#"'<>]{0,500})[?#][^\s"'<>]+/g, `$1?${CUT}`],
  // The header, however it is written down, with all that follows on its line.
  [/\b((?:proxy-)?authorization["']?\s*[:=]\s*)[^\r\n]+/gi, `$1${CUT}`],
  [/\b((?:set-)?cookie["']?\s*[:=]\s*)[^\r\n]+/gi, `$1${CUT}`],
  // Schemes of that header that stand by themselves.
  [/\b(Klaviyo-API-Key|Bearer|Basic|Digest)(\s+)[^\s"',;]+/gi, `$1$2${CUT}`],
  // Standard Webhooks' signing secrets, hookledger's keys and Klaviyo's.
  [/\b(whsec_|hk_|pk_)[A-Za-z0-9+/=_-]+/g, `$1${CUT}`],
  // password=…, "secret": "…" and the like, as connection strings and JSON have them.
  [
    /((?:password|passwd|pwd|passphrase|secret|token|api[-_]?key)["']?\s*[:=]\s*)(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,;&}]+)/gi,
    `$1${CUT}`,
  ],
];

/** A text as it may be logged. */
export function cutSecrets(text: string): string {
  const short = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
  return SECRETS.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), short);
}
