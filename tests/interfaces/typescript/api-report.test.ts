import { spawnSync } from 'node:child_process';
import { expect } from 'chai';

describe('The public surface', () => {
  it('is what etc/hookledger.api.md says, and all of it is documented', function () {
    this.timeout(60_000);
    const { stderr, status } = spawnSync(process.execPath, ['tools/api-docs/report.js'], { encoding: 'utf8' });
    expect(stderr).to.equal('');
    expect(status).to.equal(0);
  });
});
