import { Injectable } from '@nestjs/common';
import { WirecaseError, type User } from '@wirecase/contract';
import { Users } from '@wirecase/store';
import { LoginLimiter } from '../access/login-limiter.ts';

/** Checks passwords, slowly for who guesses. An unknown, a disabled and a wrong name or password look and last the same. */
@Injectable()
export class Logins {
  constructor(
    private readonly users: Users,
    private readonly limiter: LoginLimiter,
  ) {}

  async check(name: string, password: string, address: string): Promise<User> {
    this.limiter.attempt(name, address);
    const user = await this.users.login(name, password);
    if (!user) throw new WirecaseError('auth.failed', 'Check both; after five failures in a row you have to wait.');
    this.limiter.succeeded(name, address);
    return user;
  }
}
