import { spawnSync } from 'node:child_process';
import { expect } from 'chai';

describe('The dependency rule', () => {
  it('holds: arrows point inwards, in every module of src', () => {
    const run = spawnSync(
      process.execPath,
      [
        'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
        'src',
        '--config',
        '.dependency-cruiser.cjs',
        '--output-type',
        'json',
      ],
      { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
    );
    const { summary } = JSON.parse(run.stdout) as {
      summary: {
        totalCruised: number;
        totalDependenciesCruised: number;
        violations: { rule: { name: string }; from: string; to: string }[];
      };
    };
    // A cruiser that can't read the TypeScript in use finds nothing and passes.
    expect(summary.totalCruised).to.be.greaterThan(40);
    expect(summary.totalDependenciesCruised).to.be.greaterThan(100);
    expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).to.deep.equal([]);
  });
});
