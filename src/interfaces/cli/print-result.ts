export interface JsonFlag {
  json?: boolean;
}

/** Tells on standard output what was done: as one JSON object for programs, or as a sentence for people. */
export function printResult({ json }: JsonFlag, result: object, sentence: string): void {
  process.stdout.write(`${json ? JSON.stringify(result) : sentence}\n`);
}
