import { type Command, Option } from 'commander';

/** A command below another one that works on the data of `--data`. */
export const command = (parent: Command, usage: string, description: string): Command =>
  parent
    .command(usage)
    .description(description)
    .option('--data <dir>', 'the folder of the data; a new one is set up by itself (HOOKLEDGER_DATA, .hookledger)');

/** For an option that may be given more than once. */
export const collected = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

export const ONE_A_LINE = ['--json', 'one JSON object a line'] as const;
export const AS_JSON = ['--json', 'as one JSON object'] as const;

/** An option whose values a shell completes; the command itself checks what is given. */
export function suggesting(flags: string, description: string, values: readonly string[]): Option {
  const option = new Option(flags, description);
  option.argChoices = [...values];
  return option;
}

/** A command's code is loaded when the command is given: most need little of the program, and `serve` all of it. */
export const later =
  <Given extends unknown[]>(load: () => Promise<(...given: Given) => Promise<void>>) =>
  async (...given: Given): Promise<void> =>
    (await load())(...given);
