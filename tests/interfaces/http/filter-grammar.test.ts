import { expect } from 'chai';
import fc from 'fast-check';
import { FilterUnreadable, readFilter } from '../../../src/interfaces/http/filter-grammar.js';

/** One condition as text: operator, field, values. */
const read = (text: string) => readFilter(text).map(({ operator, field, values }) => [operator, field, ...values]);

describe("A filter's grammar", () => {
  it('reads texts, bare words, times and lists', () => {
    for (const [text, ...conditions] of [
      ['equals(name,"Placed Order")', ['equals', 'name', 'Placed Order']],
      ["equals(name,'it\\'s')", ['equals', 'name', "it's"]],
      ['equals(name,"a \\"b\\", (c)")', ['equals', 'name', 'a "b", (c)']],
      ['equals(name,Placed Order)', ['equals', 'name', 'Placed Order']],
      ['equals(item.id,$custom:::$default:::A)', ['equals', 'item.id', '$custom:::$default:::A']],
      ['greater-than(created,2026-07-15T00:00:00+02:00)', ['greater-than', 'created', '2026-07-15T00:00:00+02:00']],
      ['any(id,["a","b"])', ['any', 'id', 'a', 'b']],
      ['any(id, [ a , b ] )', ['any', 'id', 'a', 'b']],
      ['equals(a,1),equals(b,2)', ['equals', 'a', '1'], ['equals', 'b', '2']],
      [
        ' and( equals(a,1) , and(equals(b,2)) ), equals(c,3) ',
        ['equals', 'a', '1'],
        ['equals', 'b', '2'],
        ['equals', 'c', '3'],
      ],
    ] as [string, ...string[][]][]) {
      expect(read(text), text).to.deep.equal(conditions);
    }
  });

  it('says where it can no longer be read', () => {
    for (const [text, character] of [
      ['', 1],
      ['name is x', 6],
      ['equals(name', 12],
      ['equals(name)', 12],
      ['equals(name,"x"', 16],
      ['equals(name,"x"),', 18],
      ['equals(name,"x") equals(name,"y")', 18],
      ['equals(,x)', 8],
      ['equals(name,)', 13],
      ['any(id,[])', 9],
      ['any(id,["a")', 12],
      ['and()', 5],
      ['equals(name,"x))', 13],
    ] as [string, number][]) {
      expect(() => readFilter(text), text).to.throw(FilterUnreadable, `from character ${character} on`);
    }
  });

  it('has neither or(…) nor not(…), and no text that JSON would not have', () => {
    expect(() => readFilter('or(equals(a,1),equals(b,2))')).to.throw(FilterUnreadable, "'or'");
    expect(() => readFilter('not(equals(a,1))')).to.throw(FilterUnreadable, "'not'");
    expect(() => readFilter('equals(a,"\\x")')).to.throw(FilterUnreadable, 'as JSON has it');
  });

  it('reads any text that is written as JSON', () =>
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (values) => {
        const [condition] = readFilter(`any(name,${JSON.stringify(values)})`);
        expect(condition).to.deep.equal({ operator: 'any', field: 'name', values, isList: true });
      }),
    ));

  it('reads or refuses whatever it is given', () =>
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'andequls(),"\'[]\\ 1') }), (text) => {
        try {
          expect(readFilter(text)).to.not.deep.equal([]);
        } catch (error) {
          expect(error).to.be.instanceOf(FilterUnreadable);
        }
      }),
      { numRuns: 1_000 },
    ));
});
