// Writes pages of all public types to docs/api/. Ends with 1 where TypeDoc has something to say against them.
import { fileURLToPath } from 'node:url';
import { Application } from 'typedoc';

const root = fileURLToPath(new URL('../../', import.meta.url));

const app = await Application.bootstrap({
  entryPoints: [`${root}src/index.ts`],
  tsconfig: fileURLToPath(new URL('tsconfig.json', import.meta.url)),
  name: 'hookledger',
  readme: `${root}docs/embedding.md`,
  // What is only named by a public type, such as the table that a status comes of, is no part of the API.
  validation: { notExported: false, invalidLink: true },
  excludePrivate: true,
  excludeExternals: true,
  disableSources: true,
});
const project = await app.convert();
if (project === undefined) process.exit(1);
app.validate(project);
await app.generateDocs(project, `${root}docs/api`);
if (app.logger.hasErrors()) process.exitCode = 1;
