import { expect } from 'chai';
import type { Hookledger } from '../../../src/index.js';
import { CertificateAuthority } from '../../support/certificate-authority.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { caught, openedOn } from './opened.js';

describe('templates.preview', () => {
  const folder = temporaryFolder();
  let hookledger: Hookledger;

  before(async () => {
    hookledger = await openedOn(folder.path, await CertificateAuthority.create(), { organization: 'Northwind' });
  });
  after(async () => {
    await hookledger.close();
    folder.remove();
  });

  it('renders a body with a sample, says what the sample lacks, and records nothing', async () => {
    const before = await hookledger.position();
    const { rendered, warnings, variables } = await hookledger.templates.preview({
      body: '{"n": {{ event.n }}, "to": "{{ person.email }}", "from": "{{ organization.name }}", "in": {{ person.city }}}',
      profile: { email: 'ana@example.com' },
      event: { n: 7 },
    });
    expect(JSON.parse(rendered)).to.deep.equal({ n: 7, to: 'ana@example.com', from: 'Northwind', in: null });
    expect(warnings).to.have.lengthOf(1);
    expect(warnings[0]).to.match(/^person\.city .* is not in the sample/);
    expect(variables).to.deep.include({ variable: 'event.n', sample: 7 });
    expect(await hookledger.position()).to.equal(before);
  });

  it('takes a profile that is known, and what is given goes before what is known of it', async () => {
    const { profileId, position } = await hookledger.profiles.create({ email: 'ana@example.com', first_name: 'Ana' });
    await hookledger.caughtUp(position);
    const { rendered } = await hookledger.templates.preview({
      body: '["{{ person.email }}", "{{ person.first_name }}"]',
      triggerType: 'list',
      profileId,
      profile: { first_name: 'Ani' },
    });
    expect(JSON.parse(rendered)).to.deep.equal(['ana@example.com', 'Ani']);
  });

  it('says what is wrong, and where', async () => {
    const preview = (request: Parameters<Hookledger['templates']['preview']>[0]) =>
      caught(() => hookledger.templates.preview(request));
    const broken = await preview({ body: '{"n": {{ event.n|uper }}}' });
    expect(broken).to.include({ rule: 'body_not_rendered', pointer: '/body' });
    expect((broken as Error).message).to.match(/^The body can't be rendered \(line 1, column \d+\): /);
    expect(await preview({ body: '{}', profileId: 'none' })).to.include({
      rule: 'profile_unknown',
      pointer: '/profileId',
    });
    expect(await preview({ body: '{}', profile: { email: 'x' } })).to.include({
      rule: 'input_invalid',
      pointer: '/profile/email',
    });
  });
});
