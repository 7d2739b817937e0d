import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

/** Who makes the request; the route must not be public. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const { principal } = context.switchToHttp().getRequest<Request>();
  if (!principal) throw new Error('A public route asks for its caller');
  return principal;
});
