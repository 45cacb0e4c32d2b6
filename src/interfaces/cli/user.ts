import { text } from 'node:stream/consumers';
import { readMembers } from '../../application/queries/members.js';
import { normalEmail, userIdOf } from '../../domain/account/email.js';
import { mayWriteActions, ROLES, type Role } from '../../domain/account/role.js';
import { readSettings, SettingsError } from '../../settings.js';
import { memberByEmail } from './member-by-email.js';
import { type JsonFlag, printResult } from './print-result.js';
import { withAccounts, withExistingAccounts } from './with-accounts.js';

type Flags = JsonFlag & { data?: string };

/** Makes a member. Without a password it prints, alone on standard output, the path of the page where they set one. */
export async function createUser(
  flags: Flags & { email: string; role: string; passwordStdin?: boolean },
): Promise<void> {
  const settings = readSettings(flags, process.env);
  if (!ROLES.includes(flags.role as Role)) {
    throw new SettingsError(`--role is '${flags.role}'; it takes one of ${ROLES.join(', ')}.`);
  }
  // The line's end is the terminal's, or echo's, and no part of the password.
  const password = flags.passwordStdin ? (await text(process.stdin)).replace(/\r?\n$/, '') : undefined;
  const given = { email: flags.email, role: flags.role as Role, ...(password === undefined ? {} : { password }) };
  const { token } = await withAccounts(
    settings,
    async ({ members, context }) => (await members.createUser(given, context)).result,
  );
  const email = normalEmail(flags.email);
  if (token === undefined) printResult(flags, { email, role: given.role }, `${email} is ${given.role} and can log in.`);
  else {
    const path = `/password/${token}`;
    printResult(flags, { email, role: given.role, path }, path);
    process.stderr.write(
      `${email} is ${given.role}. Within a day, they set their password at that path of the server; it works once.\n`,
    );
  }
  if (!mayWriteActions(given.role)) return;
  process.stderr.write(
    `Writing webhook actions takes two-step authentication too: hookledger user two-step --email ${email}\n`,
  );
}

export async function listUsers(flags: Flags): Promise<void> {
  const settings = readSettings(flags, process.env);
  const listed = await withExistingAccounts(settings, ({ aggregates }) => readMembers(aggregates));
  for (const member of listed) {
    const { email, role, status, twoStep, hasPassword, userId } = member;
    const notes = [
      status === 'invited' ? `invited until ${member.expiresAt}` : `two-step ${twoStep ? 'on' : 'off'}`,
      ...(status === 'member' && !hasPassword ? ['no password yet'] : []),
    ];
    process.stdout.write(
      flags.json ? `${JSON.stringify(member)}\n` : `${email}  ${role}  ${notes.join(', ')}  ${userId}\n`,
    );
  }
}

/** Prints what authenticator apps take (as a QR code or as it is) on the first line, and a recovery code on each other. */
export async function switchTwoStepOn(flags: Flags & { email: string }): Promise<void> {
  const settings = readSettings(flags, process.env);
  const { url, recoveryCodes } = await withExistingAccounts(settings, async (accounts) => {
    const { userId } = await memberByEmail(accounts, flags.email);
    return (await accounts.twoStep.switchOnFromShell(userId, accounts.context)).result;
  });
  printResult(flags, { url, recoveryCodes }, [url, ...recoveryCodes].join('\n'));
  process.stderr.write(
    'Two-step authentication is on. Add the address to an authenticator app, and keep the recovery codes; each works once.\n',
  );
}

/** Prints, alone on standard output, the path of the page where the member sets a new password. */
export async function resetPassword(flags: Flags & { email: string }): Promise<void> {
  const settings = readSettings(flags, process.env);
  const { token, expiresAt } = await withExistingAccounts(settings, async (accounts) => {
    const { userId } = await memberByEmail(accounts, flags.email);
    return (await accounts.members.offerPasswordReset(userId, accounts.context)).result;
  });
  const path = `/password/${token}`;
  printResult(flags, { path, expiresAt }, path);
  process.stderr.write(`They set their password at that path of the server; it works once, until ${expiresAt}.\n`);
}

/** Removes the member, or withdraws the invitation. */
export async function removeUser(flags: Flags & { email: string }): Promise<void> {
  const settings = readSettings(flags, process.env);
  const { email, status } = await withExistingAccounts(settings, async (accounts) => {
    const userId = userIdOf(flags.email);
    const { email, status } = await memberByEmail(accounts, flags.email, ['member', 'invited']);
    if (status === 'invited') await accounts.members.withdrawInvitation(userId, accounts.context);
    else await accounts.members.remove(userId, accounts.context);
    return { email, status };
  });
  if (flags.json) process.stdout.write(`${JSON.stringify({ email, removed: status })}\n`);
  else if (status === 'invited') process.stderr.write(`The invitation of ${email} was withdrawn.\n`);
  else process.stderr.write(`${email} is no member any more.\n`);
}
