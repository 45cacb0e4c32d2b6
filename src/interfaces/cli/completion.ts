import type { Command } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A command as a shell completes it. */
interface Completed {
  /** The words that lead to it, each after a blank; empty for the program itself. */
  path: string;
  commands: readonly Word[];
  options: readonly CompletedOption[];
  /** What its arguments can be, where they are one of a few. */
  values: readonly string[];
}

interface Word {
  word: string;
  description: string;
}

interface CompletedOption extends Word {
  takesValue: boolean;
  choices: readonly string[];
}

/** The script by which the shell completes the program's commands, options and values; made of the program's own tree. */
export function completionScript(root: Command, shell: Shell): string {
  const all = everyCommand(root, '');
  switch (shell) {
    case 'bash':
      return bash(all);
    case 'zsh':
      return zsh(all);
    case 'fish':
      return fish(all);
  }
}

function everyCommand(command: Command, path: string): Completed[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command).filter((sub) => sub.name() !== 'help');
  const options = help.visibleOptions(command).map((option) => ({
    word: option.long ?? option.flags,
    description: option.description,
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? [],
  }));
  const own = {
    path,
    commands: commands.map((sub) => ({ word: sub.name(), description: sub.description() })),
    options,
    values: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  };
  return [own, ...commands.flatMap((sub) => everyCommand(sub, `${path} ${sub.name()}`))];
}

const wordsOf = ({ commands, options, values }: Completed): string[] => [
  ...commands.map(({ word }) => word),
  ...values,
  ...options.map(({ word }) => word),
];

/** `' flow list --status'` of each option that takes a value. */
const valued = (all: readonly Completed[]): { at: string; choices: readonly string[] }[] =>
  all.flatMap(({ path, options }) =>
    options.filter(({ takesValue }) => takesValue).map(({ word, choices }) => ({ at: `${path} ${word}`, choices })),
  );

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The lines of a `case` of bash and zsh that follow the words from the program to the command that is given. */
const pathsOf = (all: readonly Completed[]): string =>
  all
    .filter(({ path }) => path !== '')
    .map(({ path }) => quoted(path))
    .join('|');

function bash(all: readonly Completed[]): string {
  const values = valued(all).map(({ at, choices }) =>
    choices.length > 0
      ? `    ${quoted(at)}) COMPREPLY=($(compgen -W ${quoted(choices.join(' '))} -- "$cur")); return ;;`
      : // Without an answer, bash offers the names of files.
        `    ${quoted(at)}) return ;;`,
  );
  const words = all.map((one) => `    ${quoted(one.path)}) words=${quoted(wordsOf(one).join(' '))} ;;`);
  return `# Completion of hookledger in bash: source <(hookledger completion bash)
_hookledger() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} at='' words='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at \${COMP_WORDS[i]}" in
      ${pathsOf(all)}) at="$at \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$at $prev" in
${values.join('\n')}
  esac
  case "$at" in
${words.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _hookledger hookledger
`;
}

function zsh(all: readonly Completed[]): string {
  const values = valued(all).map(({ at, choices }) =>
    choices.length > 0
      ? `    (${quoted(at)}) compadd -- ${choices.map(quoted).join(' ')}; return ;;`
      : `    (${quoted(at)}) _files; return ;;`,
  );
  const entry = ({ word, description }: Word): string => quoted(`${word}:${description.replaceAll(':', '\\:')}`);
  const words = all.map((one) => {
    const described = [...one.commands, ...one.options].map(entry);
    return `    (${quoted(one.path)}) words_here=(${[...one.values.map(quoted), ...described].join(' ')}) ;;`;
  });
  return `#compdef hookledger
# Completion of hookledger in zsh, after compinit: source <(hookledger completion zsh)
_hookledger() {
  local -a words_here
  local at='' i
  for ((i = 2; i < CURRENT; i++)); do
    case "$at $words[i]" in
      (${pathsOf(all)}) at="$at $words[i]" ;;
    esac
  done
  case "$at $words[CURRENT-1]" in
${values.join('\n')}
  esac
  case "$at" in
${words.join('\n')}
  esac
  _describe 'hookledger' words_here || _files
}
if [[ $funcstack[1] == _hookledger ]]; then _hookledger "$@"; else compdef _hookledger hookledger; fi
`;
}

function fish(all: readonly Completed[]): string {
  const lines = all.flatMap(({ path, commands, options, values }) => {
    const begin = `complete -c hookledger -n ${fishQuoted(`__hookledger_at ${fishQuoted(path)}`)}`;
    return [
      ...commands.map(({ word, description }) => `${begin} -f -a ${word} -d ${fishQuoted(description)}`),
      ...values.map((value) => `${begin} -f -a ${value}`),
      ...options.map(({ word, description, takesValue, choices }) => {
        const value = choices.length > 0 ? ` -x -a ${fishQuoted(choices.join(' '))}` : takesValue ? ' -r' : ' -f';
        return `${begin} -l ${word.replace(/^--/, '')}${value} -d ${fishQuoted(description)}`;
      }),
    ];
  });
  const paths = all.filter(({ path }) => path !== '').map(({ path }) => fishQuoted(path));
  return `# Completion of hookledger in fish: hookledger completion fish | source
function __hookledger_at
    set -l at ''
    for word in (commandline -opc)[2..]
        switch "$at $word"
            case ${paths.join(' ')}
                set at "$at $word"
        end
    end
    test "$at" = "$argv[1]"
end
${lines.join('\n')}
`;
}

const fishQuoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
