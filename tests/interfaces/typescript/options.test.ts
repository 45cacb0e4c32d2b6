import { expect } from 'chai';
import { createHookledger, type HookledgerOptions, SettingsError } from '../../../src/index.js';
import { settingsOf } from '../../../src/interfaces/typescript/settings-of.js';
import { readSettings } from '../../../src/settings.js';

describe('The options of createHookledger', () => {
  const refused: readonly [what: string, options: HookledgerOptions, sentence: string][] = [
    ['no number of attempts', { concurrency: 0 }, "concurrency is '0'; it takes a whole number from 1 on."],
    [
      'a network that is none',
      { allowNetworks: ['10.0.0.0/8', 'home'] },
      "allowNetworks is '10.0.0.0/8,home'; it takes networks and addresses with commas, such as 10.1.0.0/16,fd12:3456::7.",
    ],
    [
      'another kind of store, without its password',
      { readModels: 'mysql://me:pass@host/db' },
      "readModels is 'mysql://me:…@host/db'; it takes sqlite:PATH or postgres://USER@HOST/DATABASE.",
    ],
    [
      'a short master key, which is not repeated',
      { masterKey: 'secret' },
      'masterKey holds a key of 6 characters; it takes at least 32, such as `openssl rand -base64 32` prints, and earlier keys after commas.',
    ],
    ['a file that is not there', { extraCa: '/nowhere.pem' }, 'extraCa names /nowhere.pem, which does not exist.'],
    ['an empty folder', { data: '' }, 'data is empty; leave it out, or give a value.'],
    [
      'parts that others would have to do on files',
      { roles: ['api'] },
      "roles api leave parts to other processes, and these can't share read models in a file; give readModels a postgres:// URL.",
    ],
    [
      'a variable of the environment that is given',
      { env: { HOOKLEDGER_CONCURRENCY: 'many' } },
      "HOOKLEDGER_CONCURRENCY is 'many'; it takes a whole number from 1 on.",
    ],
  ];
  for (const [what, options, sentence] of refused) {
    it(`are refused for ${what}, in one sentence`, async () => {
      const error = await createHookledger(options).then(
        () => expect.fail('it was opened'),
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(SettingsError);
      expect((error as Error).message).to.equal(sentence);
    });
  }

  it('are refused for one that there is not', async () => {
    const options = { dataDir: '/somewhere' } as HookledgerOptions;
    const error: unknown = await createHookledger(options).catch((reason) => reason);
    expect((error as Error).message).to.match(/^There is no option 'dataDir'; there are data, eventStore, .*\.$/);
  });

  it('say the same as the settings of the server', () => {
    const options: HookledgerOptions = {
      data: '/d',
      eventStore: 'esdb://events:2113',
      readModels: 'postgres://me@db/hookledger',
      masterKey: ['a'.repeat(32), 'b'.repeat(32)],
      organization: 'Northwind',
      roles: ['api', 'worker'],
      concurrency: 3,
      concurrencyPerOrigin: 2,
      allowNetworks: ['10.0.0.0/8'],
      allowPorts: [8443, '9000-9100'],
      retryScale: 0.5,
      klaviyoSignatures: true,
      maxBacklog: 7,
      suspendAfter: 2.5,
      alertFailures: 9,
      alertWindow: 30,
      rateLimit: 0,
      trustedProxies: ['10.0.0.7'],
    };
    const env = {
      HOOKLEDGER_DATA: '/d',
      HOOKLEDGER_EVENT_STORE: 'esdb://events:2113',
      HOOKLEDGER_READ_MODELS: 'postgres://me@db/hookledger',
      HOOKLEDGER_MASTER_KEY: `${'a'.repeat(32)},${'b'.repeat(32)}`,
      HOOKLEDGER_ORGANIZATION: 'Northwind',
      HOOKLEDGER_ROLES: 'api,worker',
      HOOKLEDGER_CONCURRENCY: '3',
      HOOKLEDGER_CONCURRENCY_PER_ORIGIN: '2',
      HOOKLEDGER_ALLOW_NETWORKS: '10.0.0.0/8',
      HOOKLEDGER_ALLOW_PORTS: '8443,9000-9100',
      HOOKLEDGER_RETRY_SCALE: '0.5',
      HOOKLEDGER_KLAVIYO_SIGNATURES: 'on',
      HOOKLEDGER_MAX_BACKLOG: '7',
      HOOKLEDGER_SUSPEND_AFTER: '2.5',
      HOOKLEDGER_ALERT_FAILURES: '9',
      HOOKLEDGER_ALERT_WINDOW: '30',
      HOOKLEDGER_RATE_LIMIT: '0',
      HOOKLEDGER_TRUST_PROXY: '10.0.0.7',
    };
    expect(settingsOf(options)).to.deep.equal(readSettings({}, env));
  });

  it('come before the environment, and the environment counts only where it is given', () => {
    expect(settingsOf({ concurrency: 3, env: { HOOKLEDGER_CONCURRENCY: '5' } }).concurrency).to.equal(3);
    expect(settingsOf({ env: { HOOKLEDGER_CONCURRENCY: '5' } }).concurrency).to.equal(5);
    process.env.HOOKLEDGER_CONCURRENCY = '5';
    try {
      expect(settingsOf({}).concurrency).to.equal(256);
    } finally {
      delete process.env.HOOKLEDGER_CONCURRENCY;
    }
  });
});
