import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { WirecaseError, type User } from '@wirecase/contract';
import { Users } from '@wirecase/store';
import { SetupToken } from '../access/setup-token.ts';
import { Settings } from '../settings.ts';

/** There is no default account (RELIABILITY 7.1): the first one comes from a one-time token, or unattended from the environment. */
@Injectable()
export class FirstAdmin implements OnApplicationBootstrap {
  private readonly logger = new Logger('Setup');

  constructor(
    private readonly settings: Settings,
    private readonly users: Users,
    private readonly token: SetupToken,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (await this.users.hasAdmin()) return this.token.remove();
    const { adminPassword } = this.settings.config;
    if (adminPassword === null) return this.token.offer();
    await this.users.createFirstAdmin('admin', adminPassword);
    await this.token.remove();
    this.logger.log('The user admin was made with the password of WIRECASE_ADMIN_PASSWORD');
  }

  async create(token: string, name: string, password: string): Promise<User> {
    if (await this.users.hasAdmin()) throw new WirecaseError('setup.done', 'Log in, or ask an administrator for an account.');
    if (!(await this.token.isRight(token))) {
      throw new WirecaseError(
        'setup.bad-token',
        'Use the link that the server printed when it started last; restart it to see the link again.',
      );
    }
    const user = await this.users.createFirstAdmin(name, password);
    await this.token.remove();
    return user;
  }
}
