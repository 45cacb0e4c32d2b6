import QRCode from 'qrcode';
import { z } from 'zod';
import { sessionOf } from '../authentication.js';
import { commandContextOf } from '../command-context-of.js';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { sendResource } from '../json-api.js';
import { below } from '../refusals.js';
import { oneTimeCodeField, passwordField } from '../schemas/account-fields.js';
import { nothing, resourceAnswer } from '../schemas/answers.js';
import { document, resource } from '../schemas/fields.js';
import { withExample } from '../schemas/with-example.js';

const codeBody = withExample(document(resource('two-step', z.strictObject({ code: oneTimeCodeField }))), {
  data: { type: 'two-step', attributes: { code: '{one_time_code}' } },
});
const switchOffBody = withExample(
  document(resource('two-step', z.strictObject({ password: passwordField, code: oneTimeCodeField }))),
  { data: { type: 'two-step', attributes: { password: '{password}', code: '{one_time_code}' } } },
);

const preparedAttributes = z.object({
  secret: z.string(),
  otpauth_url: z.string(),
  qr: z.string().describe('The address as a QR code, in SVG'),
});
const recoveryAttributes = z.object({ recovery_codes: z.array(z.string()) });
const recoveryAnswer = resourceAnswer('two-step', recoveryAttributes);

/** One's own two-step authentication. Seeds and recovery codes are answered with once. */
export function twoStepRoutes(app: HttpServer, { twoStep }: HttpDependencies): void {
  const tags = ['Two-step authentication'];
  const config = { session: true, refusalsAt: below('/data/attributes') };

  app.post(
    '/api/hookledger/two-step',
    {
      config: { repeats: 'by-nature', ...config, answers: { 201: resourceAnswer('two-step', preparedAttributes) } },
      schema: {
        tags,
        operationId: 'prepareTwoStep',
        summary: 'Make a new seed for an authenticator app; it counts once a code confirmed it',
      },
    },
    async (request, reply) => {
      const { userId } = sessionOf(request);
      const { secret, url } = (await twoStep.prepare(userId, commandContextOf(request))).result;
      const qr = await QRCode.toString(url, { type: 'svg' });
      const attributes: z.infer<typeof preparedAttributes> = { secret, otpauth_url: url, qr };
      return sendResource(request, reply.code(201), { type: 'two-step', id: userId, attributes });
    },
  );

  app.post(
    '/api/hookledger/two-step/confirm',
    {
      config: { repeats: 'by-nature', ...config, answers: { 200: recoveryAnswer } },
      schema: {
        tags,
        operationId: 'switchTwoStepOn',
        summary: 'Switch it on, by a code of the app; ends all other sessions',
        body: codeBody,
      },
    },
    async (request, reply) => {
      const { userId, sessionSha256 } = sessionOf(request);
      const { code } = request.body.data.attributes;
      const { result } = await twoStep.switchOn(userId, code, commandContextOf(request), sessionSha256);
      return sendResource(request, reply, recoveryResource(userId, result.recoveryCodes));
    },
  );

  app.post(
    '/api/hookledger/two-step/recovery-codes',
    {
      config: { repeats: 'by-nature', ...config, answers: { 200: recoveryAnswer } },
      schema: { tags, operationId: 'renewRecoveryCodes', summary: 'Replace the recovery codes', body: codeBody },
    },
    async (request, reply) => {
      const { userId } = sessionOf(request);
      const { code } = request.body.data.attributes;
      const { result } = await twoStep.renewRecoveryCodes(userId, code, commandContextOf(request));
      return sendResource(request, reply, recoveryResource(userId, result.recoveryCodes));
    },
  );

  // No DELETE: what proves that it may be switched off is in a body, which a DELETE should not have (RFC 9110, section 9.3.5).
  app.post(
    '/api/hookledger/two-step/switch-off',
    {
      config: { repeats: 'by-nature', ...config, answers: { 204: nothing('It is off') } },
      schema: {
        tags,
        operationId: 'switchTwoStepOff',
        summary: 'Switch it off; ends all other sessions',
        body: switchOffBody,
      },
    },
    async (request, reply) => {
      const { userId, sessionSha256 } = sessionOf(request);
      const { password, code } = request.body.data.attributes;
      await twoStep.switchOff(userId, password, code, commandContextOf(request), sessionSha256);
      return reply.code(204).send();
    },
  );
}

function recoveryResource(userId: string, codes: readonly string[]) {
  const attributes: z.infer<typeof recoveryAttributes> = { recovery_codes: [...codes] };
  return { type: 'two-step', id: userId, attributes };
}
