import { expect } from 'chai';
import { type RunningServer, startServer } from './running-server.js';

describe('The preview of a body', () => {
  let server: RunningServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  interface Preview {
    rendered: string;
    warnings: string[];
    variables: { variable: string; sample: unknown }[];
  }
  const preview = async (attributes: object): Promise<Preview> => {
    const response = await server.fetch('POST', '/api/hookledger/template-previews', {
      body: { data: { type: 'template-preview', attributes } },
    });
    expect(response.status, await response.clone().text()).to.equal(200);
    return ((await response.json()) as { data: { attributes: Preview } }).data.attributes;
  };

  it('shows the body as it would be sent, and what can be copied, each readable as it is listed', async () => {
    const sample = {
      profile: { email: 'ana@example.com', first_name: 'Ana "Ani"', properties: { 'Favourite Colour': 'red' } },
      event: { OrderId: 10248, 'Item Count': 3, Address: { city: 'Bern' }, "It's": 1 },
    };
    const body = `{"n": {{ event.OrderId }}, "by": "{{ first_name }}", "city": {{ event.Address.city }}}`;
    const { rendered, warnings, variables } = await preview({ body, ...sample });
    expect(JSON.parse(rendered)).to.deep.equal({ n: 10248, by: 'Ana "Ani"', city: 'Bern' });
    expect(warnings).to.deep.equal([]);
    const names = variables.map(({ variable }) => variable);
    expect(names).to.include.members([
      'person.email',
      "person|lookup:'Favourite Colour'",
      'event.OrderId',
      "event|lookup:'Item Count'",
      'event.Address.city',
      'event|lookup:"It\'s"',
      'organization.name',
    ]);
    // Each is read back by a body that is made of them all.
    const all = `[${names.map((name) => `{{ ${name} }}`).join(',')}]`;
    expect(JSON.parse((await preview({ body: all, ...sample })).rendered)).to.deep.equal(
      variables.map(({ sample: value }) => value),
    );
  });

  it('warns of what the sample lacks, and of event variables where there is no event', async () => {
    const body = '{"a": {{ person.city }}, "b": "{{ event.OrderId }}"}';
    const forMetric = await preview({ body });
    expect(JSON.parse(forMetric.rendered)).to.deep.equal({ a: null, b: '' });
    expect(forMetric.warnings).to.have.lengthOf(2);
    expect(forMetric.warnings[0]).to.match(/^person\.city \(line 1, column \d+\) is not in the sample/);
    const forList = await preview({ body, trigger_type: 'list' });
    expect(forList.warnings[1]).to.match(/^event\.OrderId .* a flow that a list starts has no event\.$/);
    expect(forList.variables.filter(({ variable }) => variable.startsWith('event'))).to.deep.equal([]);
  });

  it('takes a profile that is known, and records nothing', async () => {
    const created = await server.fetch('POST', '/api/profiles', {
      body: { data: { type: 'profile', attributes: { email: 'berg@example.com' } } },
    });
    const { id } = ((await created.json()) as { data: { id: string } }).data;
    const head = await server.eventStore.headPosition();
    expect((await preview({ body: '{"to": "{{ email }}"}', profile_id: id })).rendered).to.equal(
      '{"to": "berg@example.com"}',
    );
    expect(await server.eventStore.headPosition()).to.equal(head);
  });
});
