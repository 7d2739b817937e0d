import { Injectable } from '@nestjs/common';
import {
  rolePermissions,
  triagedAlertRecord,
  WirecaseError,
  type BulkTriageAnswer,
  type BulkTriageRequest,
  type TriageEntry,
} from '@wirecase/contract';
import { Triage, Users } from '@wirecase/store';
import { Scope } from '../search/scope.ts';
import { selectionOf } from '../search/selection.ts';

/** What people do with alerts. */
@Injectable()
export class Alerts {
  constructor(
    private readonly triage: Triage,
    private readonly users: Users,
    private readonly scope: Scope,
  ) {}

  async changeMany({ ids, filter, change }: BulkTriageRequest, actor: string): Promise<BulkTriageAnswer> {
    const { assignee } = change;
    if (typeof assignee === 'string' && !(await this.assignees()).includes(assignee))
      throw new WirecaseError('request.invalid', `assignee: no user "${assignee}" is here who may triage alerts.`);
    if (ids) return this.triage.changeAlerts(ids, change, actor);
    const { selection } = selectionOf(triagedAlertRecord, filter ?? {});
    await this.scope.warnings(filter ?? {});
    return this.triage.changeFound(selection, change, actor);
  }

  history(id: string): Promise<TriageEntry[]> {
    return this.triage.history(id);
  }

  async assignees(): Promise<string[]> {
    const users = await this.users.list();
    return users.filter((user) => !user.disabled && rolePermissions[user.role].includes('write:alerts')).map((user) => user.name);
  }
}
