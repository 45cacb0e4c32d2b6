import { createHmac, randomBytes } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { attemptHeaders } from '../../../src/application/delivery/attempt-headers.js';
import {
  klaviyoHeaders,
  newSigningSecret,
  standardSignature,
  standardSignatures,
} from '../../../src/application/delivery/signatures.js';
import { checkSigningSecret } from '../../../src/domain/webhook-action/signing-secret.js';

const [OLD, NEW, FOREIGN] = ['o', 'n', 'f'].map((letter) => newSigningSecret(Buffer.alloc(32, letter))) as [
  string,
  string,
  string,
];
const BODY = '{"order":10248,"name":"Zoë 🛒"}';
const IDS = { deliveryId: 'delivery-1', actionId: 'action-1', flowId: 'flow-1' };

describe('A signing secret', () => {
  it('is whsec_ and the base64 of its bytes', () => {
    expect(newSigningSecret(Buffer.from('0123456789abcdefghijklmn'))).to.equal(
      'whsec_MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1u',
    );
  });

  it('has 24 to 64 bytes, and is one that an action takes', () => {
    for (let length = 24; length <= 64; length++) {
      const secret = newSigningSecret(randomBytes(length));
      expect(checkSigningSecret(secret)).to.equal(secret);
    }
    for (const length of [0, 23, 65]) expect(() => newSigningSecret(randomBytes(length))).to.throw(RangeError);
  });
});

describe('A signature of Standard Webhooks', () => {
  it('is that of the specification’s example', () => {
    // Source: the example that Standard Webhooks' reference libraries test themselves by.
    expect(
      standardSignature(
        'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
        'msg_p5jXN8AQM9LWM0D4loKWxJek',
        1_614_265_330,
        '{"test": 2432232314}',
      ),
    ).to.equal('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('is what the library makes, for any id, time and body', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 24, maxLength: 64 }),
        fc.uuid(),
        fc.nat(4_000_000_000),
        fc.string({ unit: 'binary' }),
        (key, id, seconds, body) => {
          const secret = newSigningSecret(Buffer.from(key));
          const expected = new Webhook(secret).sign(id, new Date(seconds * 1000), body);
          expect(standardSignature(secret, id, seconds, body)).to.equal(expected);
        },
      ),
    );
  });

  it('is the right one for each secret, however many there are', () => {
    const secrets = Array.from({ length: 2_500 }, (_, index) => newSigningSecret(Buffer.alloc(24, String(index))));
    for (const secret of [...secrets, ...secrets.slice(0, 10)]) {
      expect(standardSignature(secret, 'a', 1, BODY)).to.equal(new Webhook(secret).sign('a', new Date(1000), BODY));
    }
  });

  it('stands once for each secret, with a space between', () => {
    const both = standardSignatures([NEW, OLD], 'a', 1, BODY);
    expect(both).to.equal(`${standardSignature(NEW, 'a', 1, BODY)} ${standardSignature(OLD, 'a', 1, BODY)}`);
  });
});

describe('A signed request', () => {
  const signed = (secrets: readonly string[], epochMs = Date.now(), klaviyo = false) =>
    attemptHeaders({ 'X-Own': 'x' }, IDS, epochMs, BODY, { secrets, klaviyo });
  const verify = (secret: string, headers: Record<string, string>, body = BODY) =>
    new Webhook(secret).verify(body, headers);

  it('is verified by the standardwebhooks library', () => {
    expect(verify(NEW, signed([NEW]))).to.deep.equal(JSON.parse(BODY));
  });

  it('is refused with another body, id or time, or by another secret', () => {
    const headers = signed([NEW]);
    expect(() => verify(NEW, headers, BODY.replace('10248', '10249'))).to.throw(WebhookVerificationError);
    expect(() => verify(NEW, { ...headers, 'webhook-id': 'delivery-2' })).to.throw(WebhookVerificationError);
    const later = String(Number(headers['webhook-timestamp']) + 1);
    expect(() => verify(NEW, { ...headers, 'webhook-timestamp': later })).to.throw(WebhookVerificationError);
    expect(() => verify(FOREIGN, headers)).to.throw(WebhookVerificationError);
  });

  it('is refused once it is old', () => {
    expect(() => verify(NEW, signed([NEW], Date.now() - 6 * 60_000))).to.throw(WebhookVerificationError, /too old/);
  });

  it('is verified by either secret while two sign, and by no third one', () => {
    const headers = signed([NEW, OLD]);
    expect(headers['webhook-signature']?.split(' ')).to.have.lengthOf(2);
    for (const secret of [NEW, OLD]) expect(verify(secret, headers)).to.deep.equal(JSON.parse(BODY));
    expect(() => verify(FOREIGN, headers)).to.throw(WebhookVerificationError);
  });

  it('has the same id on each attempt and the time of each', () => {
    const [first, second] = [signed([NEW], 1_700_000_000_999), signed([NEW], 1_700_000_060_000)];
    expect([first['webhook-id'], second['webhook-id']]).to.deep.equal(['delivery-1', 'delivery-1']);
    expect(first['webhook-timestamp']).to.equal('1700000000');
    expect(second['webhook-timestamp']).to.equal('1700000060');
    expect(first['webhook-signature']).not.to.equal(second['webhook-signature']);
  });

  it('has no signature without a secret', () => {
    const headers = signed([], 1_700_000_000_000, true);
    expect(headers).to.deep.equal({
      'X-Own': 'x',
      'content-type': 'application/json',
      'user-agent': 'hookledger',
      'x-klaviyo-flow-id': 'flow-1',
      'webhook-id': 'delivery-1',
      'webhook-timestamp': '1700000000',
    });
  });

  it('has Klaviyo’s headers only where they are wanted', () => {
    expect(Object.keys(signed([NEW])).filter((name) => name.startsWith('klaviyo-'))).to.deep.equal([]);
    const headers = signed([NEW, OLD], 1_700_000_000_000, true);
    expect(headers).to.deep.include(klaviyoHeaders(NEW, 'action-1', 1_700_000_000, BODY));
    expect(headers).to.have.property('webhook-signature');
  });
});

describe('The headers of Klaviyo’s system webhooks', () => {
  it('sign the body and the timestamp right behind it, in hexadecimal, by the secret’s text', () => {
    const expected = createHmac('sha256', NEW).update(`${BODY}1700000000`).digest('hex');
    expect(klaviyoHeaders(NEW, 'action-1', 1_700_000_000, BODY)).to.deep.equal({
      'klaviyo-signature': expected,
      'klaviyo-timestamp': '1700000000',
      'klaviyo-webhook-id': 'action-1',
    });
    expect(expected).to.match(/^[0-9a-f]{64}$/);
  });
});
