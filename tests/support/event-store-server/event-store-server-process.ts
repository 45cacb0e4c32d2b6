import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const MAIN = 'dist/tests/support/event-store-server/event-store-server-main.js';

export interface EventStoreServerProcess {
  /** esdb://127.0.0.1:PORT?tls=false */
  readonly url: string;
  readonly child: ChildProcess;
  /** Drops all connections; the data stay. */
  dropConnections(): void;
  end(): Promise<void>;
}

/** Starts the server as a process of its own, and waits until it listens. */
export async function startEventStoreServerProcess(port = 0): Promise<EventStoreServerProcess> {
  const child = spawn(process.execPath, [MAIN, '--port', String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^listening on (esdb:\S+)$/.exec(line)?.[1];
    if (url === undefined) continue;
    return {
      url,
      child,
      dropConnections: () => void child.kill('SIGUSR2'),
      end: async () => {
        child.kill('SIGKILL');
        await exited;
      },
    };
  }
  throw new Error('The event store server ended before it listened.');
}
