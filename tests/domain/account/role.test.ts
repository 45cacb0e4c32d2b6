import { expect } from 'chai';
import { API_SCOPES } from '../../../src/domain/account/api-key.js';
import {
  mayIssueKeys,
  mayManageMembers,
  mayWriteActions,
  ROLES,
  type Role,
  SCOPES_OF_ROLE,
} from '../../../src/domain/account/role.js';

describe('Roles', () => {
  const those = (may: (role: Role) => boolean): Role[] => ROLES.filter(may);

  it('let owners, admins and managers write webhook actions and issue keys, and owners and admins manage members', () => {
    expect(those(mayWriteActions)).to.deep.equal(['owner', 'admin', 'manager']);
    expect(those(mayIssueKeys)).to.deep.equal(['owner', 'admin', 'manager']);
    expect(those(mayManageMembers)).to.deep.equal(['owner', 'admin']);
  });

  it('give every scope to those, and only reading to analysts and support', () => {
    for (const role of ['owner', 'admin', 'manager'] as const) {
      expect([...SCOPES_OF_ROLE[role]]).to.have.members([...API_SCOPES]);
    }
    for (const role of ['analyst', 'support'] as const) {
      expect([...SCOPES_OF_ROLE[role]]).to.have.members([
        ...['flows:read', 'events:read', 'metrics:read', 'profiles:read'],
        ...['lists:read', 'segments:read', 'catalogs:read', 'audit:read'],
      ]);
    }
  });

  it('let nobody write webhook actions who lacks the scope for it', () => {
    for (const role of ROLES) expect(SCOPES_OF_ROLE[role].has('flows:write'), role).to.equal(mayWriteActions(role));
  });
});
