import { TOTP } from 'otpauth';
import { userContext } from '../../../src/application/commands/user-context.js';
import type { Role } from '../../../src/domain/account/role.js';
import { type Document, OPERATOR, type RunningServer } from './running-server.js';

export const PASSWORD = 'four words nobody joins';

const STEP_MS = 30_000;

/** A member of the installation with a browser: a cookie at the most, and the headers that browsers send. */
export class Person {
  cookie: string | undefined;
  secret: string | undefined;
  recoveryCodes: readonly string[] = [];
  #codesUsed = 0;

  private constructor(
    private readonly server: RunningServer,
    readonly userId: string,
    readonly email: string,
    /** As the server sees it, behind a proxy that it trusts. */
    private readonly address: string | undefined,
  ) {}

  static async join(
    server: RunningServer,
    { email, role, address }: { email: string; role: Role; address?: string },
  ): Promise<Person> {
    const { result } = await server.members.createUser({ email, role, password: PASSWORD }, OPERATOR);
    return new Person(server, result.userId, email, address);
  }

  /** Another browser of theirs, or a thief's, with that cookie or none. */
  browser(cookie?: string): Person {
    const other = new Person(this.server, this.userId, this.email, this.address);
    other.cookie = cookie;
    return other;
  }

  get context() {
    return userContext(this.userId, this.email, 'test');
  }

  async switchTwoStepOn(): Promise<void> {
    const { secret } = (await this.server.twoStep.prepare(this.userId, this.context)).result;
    this.secret = secret;
    this.#codesUsed = 0;
    const on = await this.server.twoStep.switchOn(this.userId, this.code(), this.context);
    this.recoveryCodes = on.result.recoveryCodes;
  }

  /** The code that the app shows now; each call goes on to the next step, since a code works once. Two work at one time. */
  code(): string {
    const steps = this.#codesUsed++;
    return this.codeAt(this.server.clock.now() + steps * STEP_MS);
  }

  codeAt(timestamp: number): string {
    return new TOTP({ secret: this.secret as string }).generate({ timestamp });
  }

  /** To be called when time went on, so that there are new codes. */
  waited(): void {
    this.#codesUsed = 0;
  }

  /** Over HTTP; keeps the cookie. */
  async logIn({ password = PASSWORD, code }: { password?: string; code?: string } = {}): Promise<Response> {
    const given = code ?? (this.secret === undefined ? undefined : this.code());
    const attributes = { email: this.email, password, ...(given === undefined ? {} : { code: given }) };
    return this.fetch('POST', '/api/hookledger/session', { data: { type: 'session', attributes } });
  }

  /** A request as this server's own pages make it; takes over the cookie that the answer sets. */
  async fetch(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Response> {
    const response = await fetch(this.server.url + path, {
      method,
      headers: {
        origin: this.server.url,
        'sec-fetch-site': 'same-origin',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.cookie === undefined ? {} : { cookie: this.cookie }),
        ...(this.address === undefined ? {} : { 'x-forwarded-for': this.address }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      this.cookie = pair.endsWith('=') ? undefined : pair;
    }
    return response;
  }

  async document(method: string, path: string, body?: object): Promise<Document> {
    return (await (await this.fetch(method, path, body)).json()) as Document;
  }
}
