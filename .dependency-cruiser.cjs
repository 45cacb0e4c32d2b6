/** The dependency rule (docs/architecture.md): arrows point inwards. tests/architecture.test.ts runs it. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: allowed },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    only(
      'domain-is-pure',
      '^src/domain',
      ['^src/domain', '^node_modules/zod/', '^(node:)?crypto$'],
      'The domain knows itself (and zod) alone: no I/O, no clock, no randomness. Hashing is pure: see the next rule.',
    ),
    {
      name: 'domain-hashes-in-one-place',
      comment: 'Name-based ids need SHA-1, digests a comparison that takes the same time; nothing else in the domain needs Node.',
      severity: 'error',
      from: { path: '^src/domain', pathNot: '^src/domain/kernel/(uuid-v5|same-digest)\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    only('application-knows-the-domain', '^src/application', ['^src/application', '^src/domain', '^(node:)?crypto$'], ''),
    only(
      'ports-know-the-domain',
      '^src/application/ports',
      ['^src/application/ports', '^src/domain'],
      'A port is written in the words of the domain and of other ports.',
    ),
    only(
      'projections-know-events-and-ports',
      '^src/projections',
      ['^src/projections', '^src/application/(ports|sealing)', '^src/domain', '^node_modules/(kysely|zod)/'],
      '',
    ),
    {
      name: 'infrastructure-does-not-know-interfaces',
      severity: 'error',
      from: { path: '^src/infrastructure' },
      to: { path: ['^src/interfaces', '^src/container\\.ts$', '^src/application/commands', '^src/application/delivery'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
