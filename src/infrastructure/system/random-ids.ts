import { randomUUID } from 'node:crypto';
import { injectable } from 'inversify';
import type { Ids } from '../../application/ports/ids.js';

@injectable()
export class RandomIds implements Ids {
  next(): string {
    return randomUUID();
  }

  random(): number {
    return Math.random();
  }
}
