const LINE_FEED = 0x0a;

export interface Line {
  /** Without the line break; undefined where there are more bytes than may be. */
  bytes: Buffer | undefined;
  /** Whether a line break follows: the last line may have none. */
  ended: boolean;
}

/** The lines of an input, in memory that no line can make grow past the limit. */
export async function* linesOf(input: NodeJS.ReadableStream, maxBytes: number): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let length = 0;
  const add = (part: Buffer): void => {
    length += part.length;
    if (length > maxBytes) parts = [];
    else parts.push(part);
  };
  const take = (ended: boolean): Line => {
    const bytes = length > maxBytes ? undefined : Buffer.concat(parts);
    parts = [];
    length = 0;
    return { bytes, ended };
  };
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk);
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
      add(bytes.subarray(start, end));
      yield take(true);
      start = end + 1;
    }
    add(bytes.subarray(start));
  }
  if (length > 0) yield take(false);
}
