import { stripVTControlCharacters, styleText } from 'node:util';
import type { DemoReceiver } from './receivers.js';
import type { Totals } from './totals.js';

/** What the demo shows of itself while it runs. */
export interface Progress {
  sent: number;
  toSend: number;
  perSecond: number;
  totals: Totals;
  receivers: readonly DemoReceiver[];
  /** One sentence about what happens now. */
  now: string;
  /** A delivery whose history is worth a look. */
  example: string | undefined;
}

const BAR = 40;
const count = new Intl.NumberFormat('en-US').format;

/** One line that says it all, for logs. */
export function progressLine({ sent, toSend, totals }: Pick<Progress, 'sent' | 'toSend' | 'totals'>): string {
  const { requested, succeeded, waiting, failed, skipped } = totals;
  const deliveries = `${count(requested)} requested, ${count(succeeded)} succeeded, ${count(waiting)} waiting`;
  return `${count(sent)} of ${count(toSend)} events sent · deliveries: ${deliveries}, ${count(failed)} failed, ${count(skipped)} skipped`;
}

/** The block that is redrawn in place. */
export function panelLines({ sent, toSend, perSecond, totals, receivers, now, example }: Progress): string[] {
  const filled = Math.round((sent / toSend) * BAR);
  const bar = styleText('green', '█'.repeat(filled)) + styleText('gray', '░'.repeat(BAR - filled));
  return [
    `  ${bold('Events')}      ${bar}  ${count(sent)} of ${count(toSend)} · ${perSecond} a second`,
    '',
    `  ${bold('Deliveries')}  ${DELIVERY_COLUMNS.map(([name]) => name.padStart(10)).join('')}`,
    `              ${DELIVERY_COLUMNS.map(([name, style]) => figure(totals[name], style)).join('')}`,
    '',
    `  ${bold('Receivers')}   ${styleText('gray', '     POSTs  webhooks')}`,
    ...receivers.map(receiverLine),
    '',
    `  ${now}`,
    ...(example === undefined ? [] : [styleText('gray', `  A history to look at: delivery-${example}`)]),
  ];
}

const bold = (text: string): string => styleText('bold', text);

type Style = Parameters<typeof styleText>[0];
const DELIVERY_COLUMNS: readonly (readonly [keyof Totals, Style])[] = [
  ['requested', 'bold'],
  ['succeeded', 'green'],
  ['waiting', 'yellow'],
  ['failed', 'red'],
  ['skipped', 'magenta'],
  ['attempts', 'reset'],
];

const figure = (value: number, style: Style): string => {
  const text = count(value).padStart(10);
  return value === 0 ? styleText('gray', text) : styleText(style, text);
};

function receiverLine({ name, character, server }: DemoReceiver): string {
  const [posts, webhooks] = [server?.received ?? 0, server?.receivedById.size ?? 0];
  return `  ${name.padEnd(12)}${count(posts).padStart(10)}${count(webhooks).padStart(10)}  ${styleText('gray', character)}`;
}

/** Draws lines in place of those it drew before, as far as the terminal can. */
export class LivePanel {
  #drawn: readonly string[] = [];

  constructor(private readonly terminal: NodeJS.WriteStream) {
    // What was drawn is wrapped anew now, so that its height isn't known any more: begin below it.
    terminal.on('resize', () => {
      this.#drawn = [];
    });
  }

  draw(lines: readonly string[]): void {
    const up = this.#height(this.#drawn);
    const rows = this.terminal.rows ?? 24;
    // Higher than the screen it can't be redrawn, since what has scrolled away is out of reach.
    const fits = this.#height(lines) < rows && up < rows;
    const back = up > 0 && fits ? `\x1b[${up}A` : '';
    // Each line is overwritten and its rest cleared, since clearing the block first would flicker.
    this.terminal.write(`${back}${lines.map((line) => `${line}\x1b[K\n`).join('')}\x1b[J`);
    this.#drawn = lines;
  }

  #height(lines: readonly string[]): number {
    const columns = this.terminal.columns ?? 80;
    return lines.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(stripVTControlCharacters(line).length / columns)),
      0,
    );
  }
}
