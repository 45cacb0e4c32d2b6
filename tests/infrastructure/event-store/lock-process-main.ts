import { DatabaseSync } from 'node:sqlite';

/** A process of its own that locks a file, says so, and holds it until its input ends: `PATH`. */
const db = new DatabaseSync(process.argv[2] as string);
db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
process.stdout.write('locked\n');
process.stdin.resume().on('end', () => db.close());
