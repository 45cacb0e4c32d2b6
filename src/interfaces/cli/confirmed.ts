import { createInterface } from 'node:readline/promises';
import { SettingsError } from '../../settings.js';

/**
 * Asks on the terminal, and takes anything but a yes for a no.
 * @param what what is to be done, as in "whether to …"
 * @throws SettingsError where nobody can be asked
 */
export async function confirmed(question: string, what: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new SettingsError(`Nobody can be asked whether to ${what}; give --yes to say so.`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
