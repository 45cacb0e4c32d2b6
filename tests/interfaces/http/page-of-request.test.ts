import { expect } from 'chai';
import type { FastifyRequest } from 'fastify';
import { pageOfRequest } from '../../../src/interfaces/http/page-of-request.js';

const pageOf = (page: string | string[] | undefined): string =>
  pageOfRequest({ headers: { 'x-hookledger-page': page } } as unknown as FastifyRequest);

describe('The page that a request was made for', () => {
  it('is a path of this site', () => {
    for (const page of ['/', '/flows/1/actions/2?tab=body#end', '/a%20b', `/${'x'.repeat(1_999)}`]) {
      expect(pageOf(page)).to.equal(page);
    }
  });

  it('is the first one where what is given could lead elsewhere', () => {
    for (const page of [
      undefined,
      '',
      'flows',
      'https://elsewhere.example/',
      '//elsewhere.example',
      '/\\elsewhere.example',
      '/flows//elsewhere.example',
      'javascript:alert(1)',
      '/a b',
      '/\t/elsewhere.example',
      '/é',
      `/${'x'.repeat(2_000)}`,
      ['/a', '/b'],
    ]) {
      expect(pageOf(page), String(page)).to.equal('/');
    }
  });
});
