// Compares the public surface of the built package with etc/hookledger.api.md, which is under review. `--write` takes over what
// is there now. Ends with 1 where they differ, or where something public is undocumented.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const root = fileURLToPath(new URL('../../', import.meta.url));
const report = 'hookledger.api.md';
const write = process.argv.includes('--write');

const config = ExtractorConfig.prepare({
  configObject: {
    projectFolder: root,
    mainEntryPointFilePath: `${root}dist/src/index.d.ts`,
    compiler: {
      overrideTsconfig: {
        compilerOptions: {
          module: 'nodenext',
          moduleResolution: 'nodenext',
          target: 'esnext',
          lib: ['esnext'],
          types: ['node'],
          strict: true,
          skipLibCheck: true,
        },
        files: ['dist/src/index.d.ts'],
      },
    },
    apiReport: {
      enabled: true,
      reportFileName: report,
      reportFolder: `${root}etc`,
      reportTempFolder: `${root}dist/api-report`,
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    // The same on every machine.
    newlineKind: 'lf',
  },
  configObjectFullPath: undefined,
  packageJsonFullPath: `${root}package.json`,
  packageJson: JSON.parse(readFileSync(`${root}package.json`, 'utf8')),
});

// Comments are TypeDoc's, which knows `@throws` followed by a class, and release tags are not in use.
const QUIET = new Set(['ae-missing-release-tag', 'console-compiler-version-notice', 'console-preamble']);

/** All that is exported by name, and each member of what only this interface has; a field of a view may speak for itself. */
const isUndocumented = ({ messageId, text, sourceFilePath = '' }) =>
  messageId === 'ae-undocumented' &&
  (/"[A-Z]\w*"/.test(text) || (sourceFilePath.includes('/interfaces/typescript/') && !text.includes('"name"')));

const faults = [];
const { apiReportChanged } = Extractor.invoke(config, {
  localBuild: write,
  typescriptCompilerFolder: undefined,
  messageCallback: (message) => {
    message.handled = true;
    const { messageId, text, sourceFilePath, sourceFileLine, logLevel } = message;
    if (isUndocumented(message)) faults.push(`${messageId}: ${text} (${sourceFilePath}:${sourceFileLine})`);
    else if (logLevel === 'error' && !QUIET.has(messageId) && !messageId.startsWith('console-api-report'))
      faults.push(text);
  },
});

for (const fault of faults) process.stderr.write(`${fault}\n`);
if (apiReportChanged && !write) {
  process.stderr.write(
    `The public surface is not what etc/${report} says. Look whether that is meant, then take it over: npm run api\n`,
  );
}
process.exitCode = faults.length > 0 || (apiReportChanged && !write) ? 1 : 0;
