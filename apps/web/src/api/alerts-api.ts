import { HttpClient } from '@angular/common/http';
import { Service, inject } from '@angular/core';
import type { BulkTriageAnswer, BulkTriageRequest, JsonRow, TriageChange, TriageEntry } from '@wirecase/contract';
import { firstValueFrom } from 'rxjs';
import { url } from './http.ts';

/** Alerts one by one, and what people do with them. */
@Service()
export class AlertsApi {
  private readonly http = inject(HttpClient);

  get(id: string): Promise<JsonRow> {
    return firstValueFrom(this.http.get<JsonRow>(url(`/alerts/${id}`)));
  }

  change(id: string, change: TriageChange): Promise<JsonRow> {
    return firstValueFrom(this.http.patch<JsonRow>(url(`/alerts/${id}`), change));
  }

  changeMany(request: BulkTriageRequest): Promise<BulkTriageAnswer> {
    return firstValueFrom(this.http.patch<BulkTriageAnswer>(url('/alerts'), request));
  }

  history(id: string): Promise<TriageEntry[]> {
    return firstValueFrom(this.http.get<TriageEntry[]>(url(`/alerts/${id}/history`)));
  }

  assignees(): Promise<string[]> {
    return firstValueFrom(this.http.get<string[]>(url('/alerts/assignees')));
  }

  evidenceUrl(id: string): string {
    return url(`/alerts/${id}/evidence.pcapng`);
  }
}
