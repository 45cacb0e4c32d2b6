import { relative } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { styleText } from 'node:util';
import { feed } from './feed.js';
import { LivePanel, type Progress, panelLines, progressLine } from './panel.js';
import type { Stage } from './stage.js';
import { NO_TOTALS } from './totals.js';

/** The first retry comes within ten milliseconds, the 17th after a minute or two: ten hours in the time of a coffee. */
export const LIVE_RETRY_SCALE = 0.002;

const LINE_EVERY_SECONDS = 5;

/** Feeds the events at a steady pace and shows what becomes of them, until `signal` aborts. */
export async function runLive(stage: Stage, perSecond: number, signal: AbortSignal): Promise<void> {
  const { shop, events, receivers, server, joinList } = stage;
  const terminal = process.stdout;
  const panel = terminal.isTTY ? new LivePanel(terminal) : undefined;
  terminal.write(whereToLook(stage));

  let sent = 0;
  const feeding = (async () => {
    await joinList();
    const send = async (event: (typeof events)[number]): Promise<void> => {
      await shop.sendEvent(event);
      sent++;
    };
    await feed(events, send, { perSecond, signal });
  })();

  const showing = (async () => {
    let totals = NO_TOTALS;
    let last = '';
    for (let second = 0; !signal.aborted; second++) {
      totals = await shop.totals();
      const progress: Progress = {
        ...{ sent, toSend: events.length, totals, receivers, perSecond },
        now: whatHappensNow(sent, events.length, totals.waiting),
        example: retriedDelivery(stage),
      };
      if (panel !== undefined) panel.draw(panelLines(progress));
      else if (second % LINE_EVERY_SECONDS === 0) {
        const line = progressLine(progress);
        if (line !== last) terminal.write(`${line}\n`);
        last = line;
      }
      await wait(1000, undefined, { signal }).catch(() => {});
    }
  })();

  await Promise.race([Promise.all([feeding, showing]), server.died]);
}

function whereToLook({ server, dataDir, keyPath, owner }: Stage): string {
  const folder = relative(process.cwd(), dataDir) || '.';
  const key = relative(process.cwd(), keyPath);
  const gray = (text: string): string => styleText('gray', text);
  return `
${styleText('bold', 'hookledger is up')}, and Northwind's shop begins to send its orders. ${styleText('bold', 'Ctrl-C stops everything.')}

  ${server.url}/   ${gray(`the dashboard: log in as ${owner?.email} with the password`)} ${owner?.password}
  ${server.url}/docs   ${gray('the API, described')}
  ${folder}   ${gray('its data: events.db is the truth, read.db can be built again, server.log')}

${gray('  In another terminal:')}
  curl -H "Authorization: Klaviyo-API-Key $(cat ${key})" ${server.url}/api/hookledger/analytics
  npx hookledger history delivery-… --data ${folder}
  npx hookledger projections status --data ${folder}
  npx hookledger verify --data ${folder}

`;
}

function whatHappensNow(sent: number, toSend: number, waiting: number): string {
  const faster = 1 / LIVE_RETRY_SCALE;
  if (sent < toSend) return `Retries run ${faster} times faster than in earnest, so that you see their end.`;
  if (waiting > 0)
    return `All events are sent; the deliveries still waiting are retried, ${faster} times faster than in earnest.`;
  return 'All is sent, and every delivery has come to its end. The server stays up until Ctrl-C.';
}

/** A delivery with a story: the receiver that heals got it at the third attempt or later. */
function retriedDelivery({ receivers }: Stage): string | undefined {
  for (const { end, server } of receivers) {
    if (end !== 'succeeded' || server === undefined) continue;
    for (const [id, attempts] of server.receivedById) if (attempts >= 3) return id;
  }
  return undefined;
}
