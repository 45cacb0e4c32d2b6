import { connect, type Socket } from 'node:net';

/** What came back on a connection until the server closed it. */
export interface Closed {
  text: string;
  /** Of each answer, in order. */
  statuses: number[];
}

/** A TCP connection on which bytes are sent as they are: what an HTTP library would refuse to send. */
export class RawConnection {
  #text = '';
  readonly #closed: Promise<void>;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1').on('data', (text: string) => {
      this.#text += text;
    });
    // The server may cut the connection while there is more to be sent.
    socket.on('error', () => {});
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  static open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      socket.once('error', reject);
      socket.once('connect', () => resolve(new RawConnection(socket)));
    });
  }

  send(text: string): void {
    this.socket.write(text, 'latin1');
  }

  /** Sends a byte every `everyMs` milliseconds until the server closes the connection. */
  async drip(text: string, everyMs: number): Promise<Closed> {
    let at = 0;
    const timer = setInterval(() => this.send(text[at++ % text.length] ?? ''), everyMs);
    try {
      return await this.untilClosed();
    } finally {
      clearInterval(timer);
    }
  }

  /** Resolves once the server has closed the connection; the test's own time limit is for where it never does. */
  async untilClosed(): Promise<Closed> {
    await this.#closed;
    const statuses = [...this.#text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
    return { text: this.#text, statuses };
  }

  /** Reads nothing any more, so that the server can't get rid of its answers. */
  stopReading(): void {
    this.socket.pause();
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** Sends a request as it stands there, without waiting for anything, and reads until the server closes. */
export async function sendRaw(url: string, text: string): Promise<Closed> {
  const connection = await RawConnection.open(url);
  connection.send(text);
  return connection.untilClosed();
}
