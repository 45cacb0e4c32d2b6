import { EventStoreDBClient } from '@eventstore/db-client';
import { expect } from 'chai';
import { newEvent } from '../../../contract/new-event.js';
import { Opened } from './opened.js';

/* What other programs see, such as the server's own interface and its projections: read by the client package itself. */
describe("Hookledger's events on EventStoreDB, to others", () => {
  const opened = new Opened();
  afterEach(() => opened.end());

  it('are JSON, with correlation and causation where the server looks for them', async () => {
    const server = await opened.server();
    const client = EventStoreDBClient.connectionString(server.url);
    const event = newEvent({ type: 'WebhookActionConfigured', data: { url: 'https://receiver.example/hooks' } });
    const { position } = await opened.store(server.url).append('webhook-action-7', 'no-stream', [event]);
    const [read] = await Array.fromAsync(client.readStream('hookledger.webhookAction-7'));
    await client.dispose();
    const { correlationId, causationId, actor, time, schemaVersion } = event.metadata;
    expect(read?.event).to.deep.include({
      id: event.id,
      type: 'WebhookActionConfigured',
      isJson: true,
      data: event.data,
      metadata: { $correlationId: correlationId, $causationId: causationId, actor, time, schemaVersion },
    });
    expect(Number(read?.event?.position?.commit)).to.equal(position);
  });
});
