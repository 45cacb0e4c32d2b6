import { expect } from 'chai';
import fc from 'fast-check';
import { csvLine } from '../../../../../src/interfaces/http/pages/analytics/csv.js';

/** A line as RFC 4180, section 2, reads it. */
function parse(line: string): string[] {
  const cells: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  for (;;) {
    const found = cell.exec(line);
    if (found === null) throw new Error(`No CSV from ${cell.lastIndex} on: ${line}`);
    const [, quoted, plain, end] = found;
    cells.push(quoted === undefined ? (plain as string) : quoted.replaceAll('""', '"'));
    if (end === '\r\n') return cells;
  }
}

describe('A line of a CSV', () => {
  it('is read back as it was, whatever stands in its cells', () => {
    const text = fc.string({ unit: fc.constantFrom(...'a",;\r\n =@-+\t\'é') });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (cells) => {
        const guarded = cells.map((cell) => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell));
        expect(parse(csvLine(cells))).to.deep.equal(guarded);
      }),
    );
  });

  it('holds nothing that a spreadsheet takes for a formula', () => {
    for (const formula of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', "=cmd|' /C calc'!A0"]) {
      const [cell] = parse(csvLine([formula]));
      expect(cell, formula).to.equal(`'${formula}`);
    }
    expect(csvLine([-5, 'a=b', null, 0])).to.equal('-5,a=b,,0\r\n');
  });
});
