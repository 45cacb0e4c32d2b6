import { expect } from 'chai';

/** What came back for a page. */
export interface Seen {
  status: number;
  headers: Headers;
  location: string | null;
  html: string;
}

/** A browser as far as pages go: it keeps cookies and doesn't follow redirects. */
export class PageBrowser {
  readonly #cookies = new Map<string, string>();

  constructor(private readonly url: string) {}

  /** Of the session, as the browser sends it; empty where there is none. */
  get cookie(): string {
    return [...this.#cookies].find(([name]) => name.endsWith('hookledger_session'))?.join('=') ?? '';
  }

  set cookie(cookie: string) {
    const [name = '', value = ''] = cookie.split('=');
    this.#cookies.set(name, value);
  }

  get = (path: string, headers: Record<string, string> = {}): Promise<Seen> => this.#request(path, { headers });

  post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Seen> =>
    this.#request(path, {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: this.url, ...headers },
    });

  async #request(path: string, init: RequestInit & { headers: Record<string, string> }): Promise<Seen> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(this.url + path, {
      ...init,
      headers: { ...init.headers, ...(cookie === '' ? {} : { cookie }) },
      redirect: 'manual',
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (set.includes('Max-Age=0')) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    const { status, headers } = response;
    return { status, headers, location: headers.get('location'), html: await response.text() };
  }
}

export const alertIn = (html: string): string | undefined => /role="alert">([^<]*)</.exec(html)?.[1];
export const titleIn = (html: string): string | undefined => /<h1>([^<]*)</.exec(html)?.[1];

/** Fields that are typed into; what is chosen stands inside of its own label. */
const TYPED_INTO = /<input (?![^>]*type="(?:radio|checkbox|hidden)")[^>]*>/g;

/**
 * What holds for each page: nothing runs or is styled in it but what comes from this server's files, and the browser is told
 * so; ids are unique, and every field has its label and the words that describe it.
 */
export function expectSafePage({ headers, html }: Seen): void {
  expect(headers.get('content-type')).to.equal('text/html; charset=utf-8');
  expect(headers.get('content-security-policy')).to.include("default-src 'none'").and.not.include('unsafe');
  expect(headers.get('cache-control')).to.equal('no-store');
  expect(headers.get('referrer-policy')).to.equal('strict-origin');
  expect(html).to.match(/^<!doctype html>\n<html lang="en"(?: data-theme="(?:light|dark)")?>/);
  expect(html).to.match(/<title>[^<]+<\/title>/);
  const files = /<script src="\/assets\/[a-z.-]+\?v=[0-9a-f]{16}" (?:defer|type="module")><\/script>/g;
  expect(html.replace(files, '')).not.to.match(/<script|<style|\sstyle=|\son[a-z]+=|hx-on|javascript:/i);
  const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id as string);
  expect(new Set(ids).size).to.equal(ids.length);
  for (const [input] of html.matchAll(TYPED_INTO)) {
    expect(input).to.match(/ autocomplete="(username|current-password|new-password|one-time-code|off)"/);
    expect(html).to.include(`<label for="${/ id="([^"]+)"/.exec(input)?.[1]}">`);
    for (const id of (/ aria-describedby="([^"]+)"/.exec(input)?.[1] ?? '').split(' ').filter(Boolean)) {
      expect(ids).to.include(id);
    }
  }
}
