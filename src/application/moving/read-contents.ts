import { BEFORE_ALL, type EventStore, type Position, type RecordedEvent } from '../ports/event-store.js';
import { ContentsDigest } from './contents-digest.js';

export interface ContentsReport {
  /** Events that are as they have to be: all, or those before the first that isn't. */
  events: number;
  streams: number;
  /** The last of their positions. */
  position: Position;
  /** The digest of these events. */
  contents: string;
  /** The first event that doesn't follow from those before it. */
  broken?: { position: Position; problem: string };
}

/**
 * Walks a whole store that has no hash chain of its own, and checks what every store promises: positions rise, and each
 * stream's revisions count from 0 without a gap. It remembers a number for each stream, which is all that grows.
 */
export async function readContents(
  eventStore: Pick<EventStore, 'readAll'>,
  onProgress: (events: number) => void = () => {},
): Promise<ContentsReport> {
  const digest = new ContentsDigest();
  const revisions = new Map<string, number>();
  let events = 0;
  let position = BEFORE_ALL;
  const report = (): ContentsReport => ({ events, streams: revisions.size, position, contents: digest.text });
  for await (const batch of eventStore.readAll()) {
    for (const event of batch) {
      const problem = problemOf(event, position, revisions.get(event.stream) ?? -1);
      if (problem !== undefined) return { ...report(), broken: { position: event.position, problem } };
      digest.add(event);
      revisions.set(event.stream, event.revision);
      position = event.position;
      events++;
    }
    onProgress(events);
  }
  return report();
}

function problemOf(event: RecordedEvent, after: Position, newest: number): string | undefined {
  const { stream, revision, position } = event;
  if (position <= after) return `it comes after position ${after}`;
  if (revision === newest + 1) return undefined;
  return newest < 0
    ? `the stream '${stream}' begins with revision ${revision}, not with 0`
    : `revision ${revision} of the stream '${stream}' comes after revision ${newest}`;
}
