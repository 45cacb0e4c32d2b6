import type { CommandContext } from '../../application/command-context.js';
import type { FlowCommands } from '../../application/commands/flows.js';
import type { FlowStatus } from '../../domain/flow/flow.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import { RandomIds } from '../../infrastructure/system/random-ids.js';
import { readSettings, type Settings } from '../../settings.js';
import { givenFlow } from '../http/given-flow.js';
import { createFlowBody } from '../http/schemas/flow-schemas.js';
import { commandLineContext } from './command-line-context.js';
import { confirmed } from './confirmed.js';
import { tellFailedChecks } from './failed-checks.js';
import { flowCommands } from './flow-commands.js';
import { nameOf, readJson, validated } from './given-document.js';
import { flowIdIn } from './ids-given.js';
import { type JsonFlag, printResult } from './print-result.js';
import { withExistingUnlocked } from './with-event-store.js';
import { WorkFailed } from './work-failed.js';

type Flags = JsonFlag & { data?: string };

/** Creates a flow, as a draft, from a document as POST /api/flows takes it. @param file a path, or `-` for standard input */
export async function createFlow(file: string, flags: Flags): Promise<void> {
  const settings = readSettings(flags, process.env);
  const place = (pointer: string): string => `${nameOf(file)}, at ${pointer || 'its beginning'}`;
  const body = validated(await readJson(file), createFlowBody, place, (problems) => new WorkFailed(problems));
  const { flowId, actionIds, checks } = await withExistingUnlocked(settings, async (unlocked) => {
    try {
      const context = commandLineContext(new RandomIds().next());
      const definition = givenFlow(body, unlocked.vault);
      return (await flowCommands(settings, unlocked).create(definition, context)).result;
    } catch (error) {
      if (!(error instanceof RuleViolation) || error.pointer === '') throw error;
      // A definition's refusals count from the definition, but for that of the flow's name.
      const outer = error.pointer === '/name' ? '/data/attributes' : '/data/attributes/definition';
      throw new WorkFailed(`${place(outer + error.pointer)}: ${error.message}`, { cause: error });
    }
  });
  printResult(flags, { flowId, actionIds, checks }, flowId);
  tellFailedChecks(checks);
  if (!flags.json) {
    process.stderr.write(`The flow is a draft; set it live with: hookledger flow set ${flowId} live\n`);
  }
}

/** Sets the flow's status and that of its webhook actions; exit code 1 where one of them can't go live. */
export async function setFlowStatus(given: string, status: FlowStatus, flags: Flags): Promise<void> {
  const settings = readSettings(flags, process.env);
  const flowId = flowIdIn(given);
  const { result: checks } = await onFlow(settings, flowId, (flows, context) =>
    flows.changeStatus(flowId, status, context),
  );
  printResult(flags, { flowId, status, checks }, `The flow ${flowId} is ${IN_WORDS[status]}.`);
  if (tellFailedChecks(checks) && status === 'live') process.exitCode = 1;
}

const IN_WORDS: Readonly<Record<FlowStatus, string>> = { draft: 'a draft', manual: 'manual', live: 'live' };

/** Deletes the flow once somebody says yes; what it requested before is still sent. */
export async function deleteFlow(given: string, flags: Flags & { yes?: boolean }): Promise<void> {
  const settings = readSettings(flags, process.env);
  const flowId = flowIdIn(given);
  const sure = flags.yes || (await confirmed(`Delete the flow ${flowId} with its actions?`, 'delete it'));
  if (!sure) {
    printResult(flags, { flowId, deleted: false }, `The flow ${flowId} was left as it is.`);
    return;
  }
  await onFlow(settings, flowId, (flows, context) => flows.delete(flowId, context));
  printResult(flags, { flowId, deleted: true }, `The flow ${flowId} is deleted; deliveries requested before are sent.`);
}

/** @throws WorkFailed where there is no such flow */
async function onFlow<T>(
  settings: Settings,
  flowId: string,
  act: (flows: FlowCommands, context: CommandContext) => Promise<T>,
): Promise<T> {
  try {
    return await withExistingUnlocked(settings, (unlocked) =>
      act(flowCommands(settings, unlocked), commandLineContext(new RandomIds().next())),
    );
  } catch (error) {
    if (!(error instanceof RuleViolation) || error.rule !== 'flow_unknown') throw error;
    throw new WorkFailed(`There is no flow with the id '${flowId}'; hookledger flow list shows all.`, { cause: error });
  }
}
