import { HttpClient } from '@angular/common/http';
import { Service, inject } from '@angular/core';
import type { Incident, IncidentDetail } from '@wirecase/contract';
import { firstValueFrom } from 'rxjs';
import { url } from './http.ts';

/** Alerts of one attacker, put together. */
@Service()
export class IncidentsApi {
  private readonly http = inject(HttpClient);

  list(sort: 'start' | 'risk'): Promise<Incident[]> {
    return firstValueFrom(this.http.get<Incident[]>(url('/incidents'), { params: { sort } }));
  }

  /** By the id of any alert in it. */
  get(alertId: string): Promise<IncidentDetail> {
    return firstValueFrom(this.http.get<IncidentDetail>(url(`/incidents/${alertId}`)));
  }
}
