import { readFileSync } from 'node:fs';

/** The package's own description, from where this file is once it is compiled. */
const PACKAGE = new URL('../../package.json', import.meta.url);

/** hookledger's version, such as 0.1.0. */
export const VERSION: string = (JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string }).version;
