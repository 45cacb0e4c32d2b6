import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import fc from 'fast-check';
import { curlOf } from '../../../../../src/interfaces/http/pages/deliveries/curl.js';

/** What a shell makes of a command: the arguments that curl would get. */
function argumentsIn(command: string, variables: Record<string, string>): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }\n${command}`;
  const output = execFileSync('/bin/sh', ['-c', script], { env: variables, encoding: 'utf8' });
  return output.split('\0').slice(0, -1);
}

describe('An attempt as a curl command', () => {
  it('means to a shell what was sent, whatever the body and the values are', () => {
    const text = fc.string({ unit: 'binary' }).filter((one) => !one.includes('\0'));
    fc.assert(
      fc.property(text, fc.string({ unit: 'grapheme-ascii' }), (body, value) => {
        const headers = { 'x-plain': value, "x-odd'`$!name": '•••sha256:1', 'content-type': 'application/json' };
        const command = curlOf({ url: "https://example.com/a'b?c=$d", headers, body }, new Set(["x-odd'`$!name"]));
        expect(argumentsIn(command, { X_ODD____NAME: 's e"cret' })).to.deep.equal([
          ...['-X', 'POST', '-H', `x-plain: ${value}`, '-H', `x-odd'\`$!name: s e"cret`],
          ...['-H', 'content-type: application/json', '--data-raw', body, "https://example.com/a'b?c=$d"],
        ]);
      }),
      { numRuns: 50 },
    );
  });

  it('leaves out what belongs to one time, and what curl says of itself', () => {
    const headers = {
      'user-agent': 'hookledger',
      'webhook-timestamp': '1',
      'webhook-signature': 'v1,x',
      '1-key': '•••',
    };
    const command = curlOf({ url: 'https://example.com/', headers, body: '{}' }, new Set(['1-key']));
    expect(command).to.equal(
      `curl -X POST \\\n  -H '1-key: '"$_1_KEY" \\\n  --data-raw '{}' \\\n  'https://example.com/'`,
    );
  });
});
