import { NotStorable, plainText } from '../storable.js';

/** What the names of all our streams begin with on the server, unless set otherwise: the one thing to filter by. */
export const DEFAULT_PREFIX = 'hookledger.';

/**
 * Categories of more than one word. The server takes what stands before a name's first '-' for its category (`$ce-…`, the
 * stream of all events of a category, is made by that), so these words are joined there: `webhook-action-7` stands in
 * `hookledger.webhookAction-7` and can be followed in `$ce-hookledger.webhookAction`.
 */
const CATEGORIES_OF_WORDS = [
  'webhook-action',
  'profile-identifier',
  'api-key',
  'catalog-item',
  'catalog-variant',
  'flow-entry',
  'date-schedule',
] as const;

const JOINED: readonly (readonly [ours: string, theirs: string])[] = CATEGORIES_OF_WORDS.map((category) => [
  `${category}-`,
  `${category.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())}-`,
]);

/** Our names of streams, and those on the server. */
export class StreamNames {
  constructor(readonly prefix: string = DEFAULT_PREFIX) {}

  /** @throws NotStorable where the name isn't plain text, or another one already stands under that name on the server */
  onServer(stream: string): string {
    plainText(stream, "a stream's name");
    for (const [ours, theirs] of JOINED) {
      if (stream.startsWith(ours)) return this.prefix + theirs + stream.slice(ours.length);
      if (stream.startsWith(theirs)) {
        throw new NotStorable(
          `${JSON.stringify(stream)} can't be a stream's name: on the server that is the stream ${JSON.stringify(ours + stream.slice(theirs.length))}.`,
        );
      }
    }
    return this.prefix + stream;
  }

  /** The other way round; undefined where the stream isn't one of ours. */
  ours(onServer: string): string | undefined {
    if (!onServer.startsWith(this.prefix) || onServer.length === this.prefix.length) return undefined;
    const name = onServer.slice(this.prefix.length);
    for (const [ours, theirs] of JOINED) {
      if (name.startsWith(theirs)) return ours + name.slice(theirs.length);
      // Nobody of us writes there: it would be taken for the other.
      if (name.startsWith(ours)) return undefined;
    }
    return name;
  }
}
