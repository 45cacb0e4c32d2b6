import { Argument, type Command, Option } from 'commander';
import { AS_JSON, collected, command, later, ONE_A_LINE, suggesting } from './define-command.js';

// Written here once more, so that help and completion load nothing; the tests hold them against the domain's.
const FLOW_STATUSES = ['draft', 'manual', 'live'];
const ACTION_STATUSES = ['draft', 'manual', 'live', 'disabled'];
const FEED_EVENT_TYPES = ['delivery.failed', 'delivery.skipped', 'action.suspended', 'action.alert'];

/** What is set up: flows with their actions, what they are started by, and who is told of what becomes of them. */
export function addFlowCommands(root: Command): void {
  const flow = root.command('flow').description('what is sent when something happens');
  command(flow, 'list', 'list the flows, newest first')
    .addOption(new Option('--status <status>', 'only those').choices(FLOW_STATUSES))
    .option(...ONE_A_LINE)
    .action(later(async () => (await import('./flow-look.js')).listFlows));
  command(flow, 'show <id>', 'show a flow: what starts it, for whom, and its chain of actions')
    .option(...AS_JSON)
    .action(later(async () => (await import('./flow-look.js')).showFlow));
  command(flow, 'create <file>', 'create a flow from a document as POST /api/flows takes it; - reads standard input')
    .option(...AS_JSON)
    .action(later(async () => (await import('./flow.js')).createFlow));
  command(
    flow,
    'set <id>',
    'set the status of a flow and of its webhook actions; checks their URLs before they go live',
  )
    .addArgument(new Argument('<status>').choices(FLOW_STATUSES))
    .option(...AS_JSON)
    .action(later(async () => (await import('./flow.js')).setFlowStatus));
  command(flow, 'delete <id>', 'delete a flow with its actions')
    .option('--yes', 'delete it without being asked')
    .option(...AS_JSON)
    .action(later(async () => (await import('./flow.js')).deleteFlow));

  const action = root.command('action').description('the actions of flows');
  command(action, 'show <id>', 'show an action; header values are partially hashed')
    .option(...AS_JSON)
    .action(later(async () => (await import('./action.js')).showAction));
  command(
    action,
    'update <id>',
    'change a webhook action: what is given; checks its URL, with exit code 1 where that fails',
  )
    .option('--name <name>', 'its name, for people')
    .option('--url <url>', 'where it posts')
    .option('--header <name=value>', 'a header; the others stay; may be given often', collected)
    .option('--remove-header <name>', 'a header to take away; may be given often', collected)
    .option('--body <file>', 'the template of its body, from a file; - reads standard input')
    .addOption(new Option('--status <status>', 'whether it sends: only live does').choices(ACTION_STATUSES))
    .option(
      '--file <file>',
      'all of it from a document as PATCH /api/flow-actions/{id} takes it; - reads standard input',
    )
    .option(...AS_JSON)
    .action(later(async () => (await import('./action-update.js')).updateAction));
  command(action, 'set <id>', 'set the status of a webhook action; checks its URL before it goes live')
    .addArgument(new Argument('<status>').choices(ACTION_STATUSES))
    .option(...AS_JSON)
    .action(later(async () => (await import('./action.js')).setActionStatus));
  command(action, 'resume <id>', 'set an action live that was suspended after days of failures; checks its URL before')
    .option(...AS_JSON)
    .action(later(async () => (await import('./action.js')).resumeAction));

  for (const kind of ['metric', 'list', 'segment'] as const) {
    const entries = root.command(kind).description(`${kind}s, which can start flows`);
    command(entries, 'list', `list the ${kind}s, newest first`)
      .option(...ONE_A_LINE)
      .action(later(async () => (await import('./catalog.js')).listCatalog(kind)));
    const create = command(entries, 'create', `make a ${kind}; prints its id`)
      .requiredOption('--name <name>', 'its name')
      .option(...AS_JSON)
      .action(later(async () => (await import('./catalog-create.js')).createCatalogEntry(kind)));
    if (kind !== 'segment') continue;
    create.option(
      '--definition <file>',
      'who is in it: conditions as POST /api/segments takes them; - reads standard input',
    );
  }

  const feed = root.command('feed').description('who is told by webhooks what failed, was skipped or was suspended');
  command(feed, 'list', 'list the subscriptions, newest first; header values are partially hashed')
    .option(...ONE_A_LINE)
    .action(later(async () => (await import('./feed.js')).listSubscriptions));
  command(feed, 'create', 'subscribe, from now on; checks the URL, and prints the signing secret once')
    .requiredOption('--name <name>', 'its name, for people')
    .requiredOption('--url <url>', 'where it is told')
    .addOption(
      suggesting('--event <type>', 'what it is told of; may be given often', FEED_EVENT_TYPES)
        .argParser(collected)
        .makeOptionMandatory(),
    )
    .option('--header <name=value>', 'a header of its requests; may be given often', collected)
    .option('--flow <id>', 'told of this flow alone; may be given often', collected)
    .option('--action <id>', 'told of this webhook action alone; may be given often', collected)
    .option(...AS_JSON)
    .action(later(async () => (await import('./feed.js')).createSubscription));
  command(
    feed,
    'resume <id>',
    'set a subscription live that was suspended after days of failures; checks its URL before',
  )
    .option(...AS_JSON)
    .action(later(async () => (await import('./feed.js')).resumeSubscription));
  command(feed, 'delete <id>', 'end a subscription; what it was not told yet is skipped')
    .option('--yes', 'end it without being asked')
    .option(...AS_JSON)
    .action(later(async () => (await import('./feed.js')).deleteSubscription));
}
