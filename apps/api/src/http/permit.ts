import { SetMetadata, applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiCookieAuth, ApiExtension } from '@nestjs/swagger';
import type { Permission } from '@wirecase/contract';

export const permitKey = 'wirecase:permission';
export const beforeSetupKey = 'wirecase:before-setup';

/**
 * Says what a route needs. A route without it is refused by the guard, keeps the application from starting and fails a test.
 * The OpenAPI document carries the permission as `x-permission`.
 */
export function Permit(permission: Permission): MethodDecorator {
  const decorators = [SetMetadata(permitKey, permission), ApiExtension('x-permission', permission)];
  if (permission !== 'public') decorators.push(ApiBearerAuth('key'), ApiCookieAuth('session'));
  return applyDecorators(...decorators);
}

/** Lets a public route answer while the first administrator is still to be made. */
export const AnswersBeforeSetup = () => SetMetadata(beforeSetupKey, true);
