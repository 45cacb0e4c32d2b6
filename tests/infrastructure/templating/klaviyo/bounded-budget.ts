import { TemplateError } from '../../../../src/application/ports/template-engine.js';
import type { Budget } from '../../../../src/infrastructure/templating/values/value.js';

/** So much work and so long a text, and no more. */
export class BoundedBudget implements Budget {
  constructor(
    private units = 10_000_000,
    private readonly longestText = 1_048_576,
  ) {}

  get left(): number {
    return this.units;
  }

  charge(units: number): void {
    this.units -= units;
    if (this.units < 0) {
      throw new TemplateError('limit', 'too much work');
    }
  }

  chargeText(length: number): void {
    if (length > this.longestText) {
      throw new TemplateError('limit', 'too long a text');
    }
  }
}
