import type { ActionChange } from '../../application/commands/flows.js';
import type { Vault } from '../../application/ports/vault.js';
import { restoreHeaders } from '../../application/sealing/header-values.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import type { PausedStatus } from '../../domain/webhook-action/webhook-action.js';
import { RandomIds } from '../../infrastructure/system/random-ids.js';
import { readSettings, type Settings, SettingsError } from '../../settings.js';
import { checkActionPlace, DEFINITION } from '../http/action-place.js';
import { ApiError } from '../http/api-error.js';
import { givenActionChange } from '../http/given-flow.js';
import { updateFlowActionBody } from '../http/schemas/flow-schemas.js';
import { actionShown } from './action.js';
import { commandLineContext } from './command-line-context.js';
import { flowCommands } from './flow-commands.js';
import { nameOf, readJson, readText, validated } from './given-document.js';
import { headersIn } from './headers-given.js';
import { actionIdIn } from './ids-given.js';
import { type JsonFlag, printResult } from './print-result.js';
import { withExistingUnlocked } from './with-event-store.js';
import { WorkFailed } from './work-failed.js';

export interface ActionFlags extends JsonFlag {
  data?: string;
  name?: string;
  url?: string;
  header?: readonly string[];
  removeHeader?: readonly string[];
  body?: string;
  status?: 'live' | PausedStatus;
  file?: string;
}

/** What an update does, once the secrets that it may stand for can be read. */
type Change = (vault: Vault) => ActionChange;

/** Changes what is given; exit code 1 where the action's URL fails the set-up check, which is said then. */
export async function updateAction(given: string, flags: ActionFlags): Promise<void> {
  const settings = readSettings(flags, process.env);
  const actionId = actionIdIn(given);
  const { file } = flags;
  const place = (pointer: string): string => `${nameOf(file ?? '')}, at ${pointer || 'its beginning'}`;
  const change = file === undefined ? await changeOf(flags) : await changeIn(file, place, actionId, flags, settings);
  const checks = await withExistingUnlocked(settings, async (unlocked) => {
    try {
      const context = commandLineContext(new RandomIds().next());
      return (await flowCommands(settings, unlocked).updateAction(actionId, change(unlocked.vault), context)).result;
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      throw refusal(error, actionId, file === undefined ? undefined : place);
    }
  });
  const failed = checks.find(({ verified }) => !verified);
  const [check] = checks;
  const good = check === undefined || failed !== undefined ? '' : `\nIts URL passed the set-up check: ${check.detail}`;
  printResult(flags, { actionId, checks }, `The action ${actionId} is changed.${good}`);
  if (failed === undefined) return;
  if (!flags.json) process.stderr.write(`Its URL failed the set-up check, so it sends nothing: ${failed.detail}\n`);
  process.exitCode = 1;
}

/** @throws SettingsError where nothing is to change, or an option can't be used */
async function changeOf({ name, url, header = [], removeHeader = [], body, status }: ActionFlags): Promise<Change> {
  const configured = [name, url, body, ...header, ...removeHeader].some((one) => one !== undefined);
  if (!configured && status === undefined) {
    throw new SettingsError(
      'Say what is to change: --name, --url, --header, --remove-header, --body, --status, or --file for a document.',
    );
  }
  const added = headersIn(header);
  const gone = new Set([...Object.keys(added), ...removeHeader].map((one) => one.toLowerCase()));
  const template = body === undefined ? undefined : await readText(body);
  return (vault) => ({
    ...(status === undefined ? {} : { status }),
    ...(configured && {
      configure: (present) => {
        const kept = Object.entries(present.headers).filter(([one]) => !gone.has(one.toLowerCase()));
        return {
          name: name ?? present.name,
          url: url ?? present.url,
          headers: { ...Object.fromEntries(kept), ...restoreHeaders(added, present.headers, vault) },
          body: template ?? present.body,
        };
      },
    }),
  });
}

/** @throws WorkFailed with the places of what is wrong with the document */
async function changeIn(
  file: string,
  place: (pointer: string) => string,
  actionId: string,
  { name, url, header, removeHeader, body, status }: ActionFlags,
  settings: Settings,
): Promise<Change> {
  if ([name, url, header, removeHeader, body, status].some((one) => one !== undefined)) {
    throw new SettingsError('--file holds all that is to change; leave the other options out.');
  }
  const refused = (problems: string): Error => new WorkFailed(problems);
  const { data } = validated(await readJson(file), updateFlowActionBody, place, refused);
  const { definition } = data.attributes;
  for (const [pointer, id] of [
    ['/data/id', data.id],
    [`${DEFINITION}/id`, definition.id ?? actionId],
  ] as const) {
    if (id === actionId) continue;
    throw refused(`${place(pointer)}: The id is '${id}', and not '${actionId}' as in the command.`);
  }
  try {
    checkActionPlace(definition, await actionShown(settings, actionId));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const [{ source }] = error.problems as [ApiError['problems'][number]];
    throw refused(`${place(source !== undefined && 'pointer' in source ? source.pointer : '')}: ${error.message}`);
  }
  return (vault) => givenActionChange(definition, vault);
}

function refusal(error: RuleViolation, actionId: string, place?: (pointer: string) => string): Error {
  if (error.rule === 'action_type_fixed' && place === undefined) {
    return new WorkFailed(`The action ${actionId} sends nothing, so it has none of this; change it with --file.`, {
      cause: error,
    });
  }
  if (error.pointer === '' || place === undefined) return error;
  return new WorkFailed(`${place(DEFINITION + error.pointer)}: ${error.message}`, { cause: error });
}
