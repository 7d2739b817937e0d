import { Component, computed, inject, resource, signal } from '@angular/core';
import { FormField, form, minLength, required, submit } from '@angular/forms/signals';
import { type Problem, type Role, type UpdateUserRequest, type User, roles } from '@wirecase/contract';
import { problemOf } from '../api/problem.ts';
import { SettingsApi } from '../api/settings-api.ts';
import { Notices } from '../app/notices.ts';
import { SessionStore } from '../app/session-store.ts';
import { formatAgo } from '../format/time.ts';
import { Confirm } from '../ui/confirm.ts';
import { Icon } from '../ui/icon.ts';
import { IconButton } from '../ui/icon-button.ts';
import { PasswordPrompt } from '../ui/password-prompt.ts';
import { ProblemNote } from '../ui/problem-note.ts';

const empty: { name: string; password: string; role: Role } = { name: '', password: '', role: 'analyst' };

/** What each role may do, in a line. */
const roleWords: Record<Role, string> = {
  viewer: 'sees captures, flows and alerts',
  analyst: 'also packets, uploads, retry and delete',
  admin: 'also users and everyone’s keys',
};

@Component({
  selector: 'app-users',
  imports: [FormField, Icon, IconButton, ProblemNote],
  templateUrl: './users.html',
  styleUrl: './section.css',
})
export class Users {
  private readonly api = inject(SettingsApi);
  private readonly notices = inject(Notices);
  private readonly confirm = inject(Confirm);
  private readonly prompt = inject(PasswordPrompt);
  protected readonly session = inject(SessionStore);
  private readonly asked = resource({ loader: () => this.api.users() });
  protected readonly users = computed(() => (this.asked.hasValue() ? this.asked.value() : null));
  protected readonly problem = computed(() => (this.asked.error() ? problemOf(this.asked.error()) : null));
  protected readonly formProblem = signal<Problem | null>(null);
  private readonly model = signal(empty);
  protected readonly form = form(this.model, (path) => {
    required(path.name, { message: 'Enter a name.' });
    required(path.password, { message: 'Enter a first password.' });
    minLength(path.password, 8, { message: 'At least 8 characters; 15 or more are better.' });
  });
  protected readonly roles = roles;
  protected readonly roleWords = roleWords;
  protected readonly ago = formatAgo;

  protected async create(event: Event): Promise<void> {
    event.preventDefault();
    this.formProblem.set(null);
    await submit(this.form, async () => {
      try {
        const user = await this.api.createUser(this.model());
        this.notices.say(`${user.name} can log in now.`);
        this.form().reset(empty);
        this.asked.reload();
      } catch (error) {
        this.formProblem.set(problemOf(error));
      }
    });
  }

  protected changeRole(user: User, role: string): Promise<void> {
    return this.update(user, { role: role as Role }, `${user.name} is ${role} now and has to log in again.`);
  }

  protected setDisabled(user: User, disabled: boolean): Promise<void> {
    return this.update(user, { disabled }, disabled ? `${user.name} is locked out at once.` : `${user.name} can log in again.`);
  }

  protected async resetPassword(user: User): Promise<void> {
    const password = await this.prompt.ask(`New password for ${user.name}`);
    if (password !== null) await this.update(user, { password }, `${user.name} has a new password; all sessions ended.`);
  }

  protected async remove(user: User): Promise<void> {
    const agreed = await this.confirm.ask({
      heading: `Delete ${user.name}?`,
      text: 'The account, its sessions and its API keys end at once. Captures stay.',
      action: 'Delete user',
    });
    if (!agreed) return;
    try {
      await this.api.deleteUser(user.id);
      this.notices.say(`${user.name} was deleted.`);
    } catch (error) {
      this.notices.fail('Deleting', error);
    }
    this.asked.reload();
  }

  private async update(user: User, change: UpdateUserRequest, said: string): Promise<void> {
    try {
      await this.api.updateUser(user.id, change);
      this.notices.say(said);
    } catch (error) {
      this.notices.fail('The change', error);
    }
    this.asked.reload();
  }
}
