/** What the operations are grouped by, in the order in which somebody new meets them. */
export const OPENAPI_TAGS: readonly { name: string; description: string }[] = [
  { name: 'Flows', description: "Flows with their trigger and their webhook actions, and trying out an action's body" },
  { name: 'Flow Actions', description: 'One action of a flow, and the secret that its requests are signed with' },
  { name: 'Events', description: 'Reports of what happened; each starts the flows that its metric triggers' },
  { name: 'Metrics', description: 'The names under which events were reported' },
  { name: 'Profiles', description: 'The people whom events are about' },
  { name: 'Lists', description: 'Groups of profiles; to join one triggers flows' },
  { name: 'Segments', description: 'Groups of profiles, kept by callers; to be added to one triggers flows' },
  { name: 'Catalogs', description: 'Items and variants; a price that drops and a stock that runs low trigger flows' },
  { name: 'Data Privacy', description: 'Forgetting a profile for good' },
  { name: 'Deliveries', description: 'What became of each webhook: the activity log, the queues, and sending again' },
  {
    name: 'Outbound feed',
    description: "Being told, by webhooks of one's own, what failed, was skipped or suspended; docs/feed.md says how",
  },
  { name: 'Analytics', description: 'Counts of deliveries' },
  { name: 'Streams', description: 'What was recorded about any one thing, for auditors' },
  { name: 'Sessions', description: 'Logging in and out' },
  { name: 'Two-step authentication', description: "One's own; who writes webhook actions has to have it on" },
  { name: 'Members', description: 'Who belongs to the installation, with what role' },
  { name: 'API keys', description: 'The keys of programs, issued and revoked by users' },
  { name: 'Operations', description: 'What load balancers and monitoring systems ask for, without a key' },
];
