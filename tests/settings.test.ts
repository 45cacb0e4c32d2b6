import { expect } from 'chai';
import { readSettings, SettingsError } from '../src/settings.js';

describe('The settings of where deliveries may go', () => {
  const read = (env: NodeJS.ProcessEnv) => readSettings({}, env);
  const refusal = (env: NodeJS.ProcessEnv): string => {
    try {
      read(env);
    } catch (error) {
      if (error instanceof SettingsError) return error.message;
      throw error;
    }
    return expect.fail('It should have been refused.');
  };

  it('are public addresses, port 443 and no signatures of Klaviyo unless set', () => {
    for (const env of [{}, { HOOKLEDGER_ALLOW_NETWORKS: '', HOOKLEDGER_ALLOW_PORTS: '' }]) {
      expect(read(env)).to.deep.include({ allowNetworks: [], allowPorts: [], klaviyoSignatures: false });
    }
  });

  it('suspend after five days, and alert at 50 failures within an hour, unless set', () => {
    const DAY = 86_400_000;
    expect(read({})).to.deep.include({ suspendAfterMs: 5 * DAY, alert: { failures: 50, windowMinutes: 60 } });
    expect(read({ HOOKLEDGER_SUSPEND_AFTER: '0.5' }).suspendAfterMs).to.equal(DAY / 2);
    for (const never of ['0', 'never']) {
      expect(read({ HOOKLEDGER_SUSPEND_AFTER: never }).suspendAfterMs, never).to.equal(Number.POSITIVE_INFINITY);
    }
    const alert = { HOOKLEDGER_ALERT_FAILURES: '0', HOOKLEDGER_ALERT_WINDOW: '1440' };
    expect(read(alert).alert).to.deep.equal({ failures: 0, windowMinutes: 1_440 });
    for (const [name, value] of [
      ['HOOKLEDGER_SUSPEND_AFTER', 'soon'],
      ['HOOKLEDGER_SUSPEND_AFTER', '-1'],
      ['HOOKLEDGER_ALERT_FAILURES', '1.5'],
      ['HOOKLEDGER_ALERT_WINDOW', '0'],
      ['HOOKLEDGER_ALERT_WINDOW', '1441'],
    ] as const) {
      expect(refusal({ [name]: value })).to.match(new RegExp(`^${name} is '${value}'; it takes a `));
    }
  });

  const NETWORKS: [given: string, expected: string[]][] = [
    ['10.1.0.0/16', ['10.1.0.0/16']],
    ['10.1.2.3/16', ['10.1.0.0/16']],
    ['127.0.0.1', ['127.0.0.1/32']],
    ['::1', ['::1/128']],
    ['fd12:3456::7, 192.168.0.0/24', ['fd12:3456::7/128', '192.168.0.0/24']],
    ['FD12:3456:0:0::7/32', ['fd12:3456::/32']],
    ['::ffff:127.0.0.1', ['127.0.0.1/32']],
    ['::ffff:10.0.0.0/104', ['10.0.0.0/8']],
    ['::127.0.0.1', ['::7f00:1/128']],
    ['0.0.0.0/0,::/0', ['0.0.0.0/0', '::/0']],
  ];
  for (const [given, expected] of NETWORKS) {
    it(`read the networks ${given}`, () => {
      expect(read({ HOOKLEDGER_ALLOW_NETWORKS: given }).allowNetworks).to.deep.equal(expected);
    });
  }

  const NO_NETWORKS = [
    'localhost',
    '10.0.0.0/33',
    '::1/129',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    '10.0.0.0/a',
    '010.0.0.1',
    '127.1',
    '0x7f000001',
    'fe80::1%eth0',
    '10.0.0.0/8,',
    ',',
    '10.0.0.0/8 192.168.0.0/16',
    '*',
  ];
  for (const given of NO_NETWORKS) {
    it(`refuse the networks ${given}`, () => {
      expect(refusal({ HOOKLEDGER_ALLOW_NETWORKS: given })).to.equal(
        `HOOKLEDGER_ALLOW_NETWORKS is '${given}'; it takes networks and addresses with commas, such as 10.1.0.0/16,fd12:3456::7.`,
      );
    });
  }

  const PORTS: [given: string, expected: { from: number; to: number }[]][] = [
    ['8443', [{ from: 8443, to: 8443 }]],
    [
      '8443,9000-9100',
      [
        { from: 8443, to: 8443 },
        { from: 9000, to: 9100 },
      ],
    ],
    [
      ' 1 - 2 , 65535 ',
      [
        { from: 1, to: 2 },
        { from: 65535, to: 65535 },
      ],
    ],
    ['*', [{ from: 1, to: 65535 }]],
  ];
  for (const [given, expected] of PORTS) {
    it(`read the ports ${given}`, () => {
      expect(read({ HOOKLEDGER_ALLOW_PORTS: given }).allowPorts).to.deep.equal(expected);
    });
  }

  for (const given of ['0', '65536', '-1', '9100-9000', '80-', 'https', '8443,', '*,443', '8443 9000', '1.5']) {
    it(`refuse the ports ${given}`, () => {
      expect(refusal({ HOOKLEDGER_ALLOW_PORTS: given })).to.equal(
        `HOOKLEDGER_ALLOW_PORTS is '${given}'; it takes ports and ranges of ports with commas, such as 8443,9000-9100, or * for all.`,
      );
    });
  }

  it("switch Klaviyo's signatures on and off", () => {
    expect(read({ HOOKLEDGER_KLAVIYO_SIGNATURES: 'on' }).klaviyoSignatures).to.equal(true);
    expect(read({ HOOKLEDGER_KLAVIYO_SIGNATURES: 'off' }).klaviyoSignatures).to.equal(false);
    expect(refusal({ HOOKLEDGER_KLAVIYO_SIGNATURES: 'yes' })).to.equal(
      "HOOKLEDGER_KLAVIYO_SIGNATURES is 'yes'; it takes on or off.",
    );
  });
});
