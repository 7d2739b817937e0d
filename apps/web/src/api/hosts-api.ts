import { HttpClient } from '@angular/common/http';
import { Service, inject } from '@angular/core';
import type { HostDetail, HostOverview, Page, SearchParameters } from '@wirecase/contract';
import { firstValueFrom } from 'rxjs';
import { given, url } from './http.ts';

/** The inventory: each address once over captures. */
@Service()
export class HostsApi {
  private readonly http = inject(HttpClient);

  page(parameters: SearchParameters): Promise<Page<HostOverview>> {
    return firstValueFrom(this.http.get<Page<HostOverview>>(url('/hosts'), { params: given({ ...parameters }) }));
  }

  /** `capture`: ids with commas between them; null for all. */
  get(ip: string, capture: string | null): Promise<HostDetail> {
    return firstValueFrom(this.http.get<HostDetail>(url(`/hosts/${encodeURIComponent(ip)}`), { params: given({ capture }) }));
  }
}
