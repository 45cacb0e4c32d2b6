import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { HttpAnswer } from './receiver.js';

/** What the child is asked, and what it says; see receiver-process-main.ts. */
export type ReceiverQuestion = 'counts' | 'stop';
export type ReceiverMessage = ReceiverListening | ReceiverCounts;
export interface ReceiverListening {
  url: string;
  /** The certificate authority's certificate, PEM. */
  caPem: string;
}
export interface ReceiverCounts {
  received: number;
  /** How many different `webhook-id`s there were. */
  webhookIds: number;
}

/** A receiver in a process of its own, so that it takes no time from the one that is measured. */
export class ReceiverProcess {
  private constructor(
    readonly url: string,
    readonly caPem: string,
    readonly pid: number,
    private readonly child: ChildProcess,
  ) {}

  /** @param answer what each request is answered; 200 unless given */
  static async start(answer: HttpAnswer = { status: 200 }): Promise<ReceiverProcess> {
    const main = fileURLToPath(new URL('./receiver-process-main.js', import.meta.url));
    const child = fork(main, [JSON.stringify(answer)], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const { url, caPem } = (await nextMessage(child)) as ReceiverListening;
    return new ReceiverProcess(url, caPem, child.pid as number, child);
  }

  async counts(): Promise<ReceiverCounts> {
    this.child.send('counts' satisfies ReceiverQuestion);
    return (await nextMessage(this.child)) as ReceiverCounts;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.send('stop' satisfies ReceiverQuestion);
    await exited;
  }
}

async function nextMessage(child: ChildProcess): Promise<ReceiverMessage> {
  const ended = new AbortController();
  try {
    return await Promise.race([
      once(child, 'message', { signal: ended.signal }).then(([message]) => message as ReceiverMessage),
      once(child, 'exit', { signal: ended.signal }).then(([code]) => {
        throw new Error(`The receiver's process ended with ${code} before it answered.`);
      }),
    ]);
  } finally {
    ended.abort();
  }
}
