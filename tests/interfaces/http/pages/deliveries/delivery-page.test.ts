import { expect } from 'chai';
import { Shop } from '../../../../browser/shop.js';
import { eventually } from '../../../../support/eventually.js';
import { Person } from '../../person.js';

describe('The page of a delivery', () => {
  let shop: Shop;
  let analyst: Person;

  before(async () => {
    shop = await Shop.open(['crm', 'ledger']);
    shop.answers['/crm'] = { status: 410 };
    analyst = await Person.join(shop.server, { email: 'analyst@example.com', role: 'analyst' });
    await analyst.logIn();
  });
  after(() => shop.close());

  const get = async (path: string, status = 200): Promise<string> => {
    const response = await analyst.fetch('GET', path);
    expect(response.status, path).to.equal(status);
    return response.text();
  };

  it('shows a long body by its beginning, and gives it whole as a file', async () => {
    await shop.order('n'.repeat(90_000), 'long@example.com');
    const [id] = await shop.deliveries('ledger', 'succeeded', 1);
    const html = await get(`/deliveries/${id}`);
    expect(Buffer.byteLength(html)).to.be.below(100 * 1024);
    expect(html).to.include('Download it whole').and.not.include('Copy as curl');
    const whole = await analyst.fetch('GET', `/deliveries/${id}/body`);
    expect(whole.headers.get('content-type')).to.equal('application/json; charset=utf-8');
    expect(whole.headers.get('content-disposition')).to.equal(`attachment; filename="${id}.json"`);
    expect(JSON.parse(await whole.text())).to.deep.equal({ order: 'n'.repeat(90_000), to: 'long@example.com' });
  });

  it('says what is gone once its profile is forgotten', async () => {
    await shop.order('private', 'forgotten@example.com');
    const [id] = await shop.deliveries('crm', 'skipped', 2);
    expect(await get(`/deliveries/${id}`)).to.include('forgotten@example.com');
    const attributes = { profile: { data: { type: 'profile', attributes: { email: 'forgotten@example.com' } } } };
    const data = { type: 'data-privacy-deletion-job', attributes };
    const asked = await shop.server.fetch('POST', '/api/data-privacy-deletion-jobs', { body: { data } });
    expect(asked.status).to.equal(202);
    const html = await eventually('the profile is forgotten', async () => {
      const page = await get(`/deliveries/${id}`);
      return page.includes('forgotten@example.com') ? undefined : page;
    });
    expect(html).to.include('forgotten, or without an identifier').and.include('and this body with it');
    expect(html).not.to.include('private').and.not.include('curl -X');
    await get(`/deliveries/${id}/body`, 404);
    const owner = await Person.join(shop.server, { email: 'owner@example.com', role: 'owner' });
    await owner.logIn();
    expect(await (await owner.fetch('GET', `/deliveries/${id}`)).text()).not.to.include('Send again');
  });

  it('is of a subscription where it belongs to the outbound feed', async () => {
    const attributes = { name: 'Ops', url: `${shop.receiver.url}/ops`, events: ['delivery.skipped'] };
    const data = { type: 'feed-subscription', attributes };
    const made = await shop.server.fetch('POST', '/api/hookledger/feed-subscriptions', { body: { data } });
    expect(made.status, await made.clone().text()).to.equal(201);
    const subscription = ((await made.json()) as { data: { id: string } }).data.id;
    await shop.order('told', 'told@example.com');
    const [told] = await eventually('the subscription is told', async () => {
      const { data: all } = await shop.server.get(
        `/api/hookledger/deliveries?filter=equals(action_id,"${subscription}"),equals(status,"succeeded")`,
      );
      return all.length > 0 ? all : undefined;
    });
    const html = await get(`/deliveries/${told?.id}`);
    expect(html).to.include('>Ops<').and.include('of the outbound feed').and.not.include('/flows/');
    expect(await get('/analytics')).to.include('Outbound feed: Ops');
    expect(await get(`/analytics/all?flow=${subscription}`)).to.include('nobody');
  });

  it('names actions that were removed by their ids', async () => {
    const [id] = await shop.deliveries('ledger', 'succeeded', 3);
    const removed = shop.actionIds.get('ledger') as string;
    const response = await shop.server.fetch('DELETE', `/api/flows/${shop.flowId}`);
    expect(response.status).to.equal(204);
    const html = await get(`/deliveries/${id}`);
    expect(html)
      .to.include('</span>, deleted')
      .and.include('</span>, removed;')
      .and.not.include(`/flows/${shop.flowId}/actions/${removed}"`);
  });
});
