import { expect } from 'chai';
import { crossOriginRefusal, foreignOrigin } from '../../../../src/interfaces/http/safety/cross-origin.js';

type Headers = Record<string, string>;

const SESSION = { cookie: 'hookledger_session=abc' };

const request = (headers: Headers, { method = 'POST', protocol = 'https', host = 'hooks.example' } = {}) => ({
  method,
  protocol,
  host,
  headers,
});

describe('A request of a session that changes something', () => {
  const rows: [what: string, headers: Headers, allowed: boolean][] = [
    ['comes from a page of this server', { 'sec-fetch-site': 'same-origin' }, true],
    ['comes from the address bar', { 'sec-fetch-site': 'none' }, true],
    ['comes from a page of another site', { 'sec-fetch-site': 'cross-site' }, false],
    ['comes from a page of a neighbouring name', { 'sec-fetch-site': 'same-site' }, false],
    ['says something unknown', { 'sec-fetch-site': 'same-galaxy' }, false],
    ['contradicts itself', { 'sec-fetch-site': 'cross-site', origin: 'https://hooks.example' }, false],
    ['names this origin', { origin: 'https://hooks.example' }, true],
    ['names this origin in capitals', { origin: 'https://HOOKS.example' }, true],
    ['names another', { origin: 'https://evil.example' }, false],
    ['names one that begins like this', { origin: 'https://hooks.example.evil.example' }, false],
    ['names another scheme', { origin: 'http://hooks.example' }, false],
    ['names another port', { origin: 'https://hooks.example:8443' }, false],
    ['comes from a sandbox or a file', { origin: 'null' }, false],
    ['says nothing', {}, false],
  ];
  for (const [what, headers, allowed] of rows) {
    it(`is ${allowed ? 'taken' : 'refused'} where it ${what}`, () => {
      expect(crossOriginRefusal(request({ ...SESSION, ...headers })) === undefined).to.equal(allowed);
    });
  }

  it('is recognised by either name of the cookie, among others', () => {
    for (const cookie of [
      '__Host-hookledger_session=abc',
      'a=b; hookledger_session=abc',
      'a=b;hookledger_session = abc',
    ]) {
      expect(crossOriginRefusal(request({ cookie }))).to.be.a('string');
    }
  });
});

describe('A request that no other site could have sent in the name of somebody', () => {
  const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };

  it('is taken: without a session', () => {
    expect(crossOriginRefusal(request({ ...foreign, cookie: 'theme=hookledger_session' }))).to.equal(undefined);
    expect(crossOriginRefusal(request(foreign))).to.equal(undefined);
  });

  it('is taken: with a key', () => {
    expect(crossOriginRefusal(request({ ...SESSION, ...foreign, authorization: 'Klaviyo-API-Key x' }))).to.equal(
      undefined,
    );
  });

  it('is taken: one that changes nothing', () => {
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      expect(crossOriginRefusal(request({ ...SESSION, ...foreign }, { method }))).to.equal(undefined);
    }
    for (const method of ['PUT', 'PATCH', 'DELETE', 'TRACE']) {
      expect(crossOriginRefusal(request({ ...SESSION, ...foreign }, { method }))).to.be.a('string');
    }
  });
});

describe('A request for what needs no session but its own pages, such as a log-in', () => {
  it('is refused from other sites, and taken from pages of this one and from programs', () => {
    expect(foreignOrigin(request({ origin: 'https://evil.example' }))).to.be.a('string');
    expect(foreignOrigin(request({ 'sec-fetch-site': 'same-site' }))).to.be.a('string');
    expect(foreignOrigin(request({ origin: 'https://hooks.example' }))).to.equal(undefined);
    expect(foreignOrigin(request({}))).to.equal(undefined);
  });
});
