import { HttpClient } from '@angular/common/http';
import { Service, inject } from '@angular/core';
import type { FlowDetail, PacketDetail, PacketPage, RevealedSecret } from '@wirecase/contract';
import { firstValueFrom } from 'rxjs';
import { url } from './http.ts';

@Service()
export class FlowsApi {
  private readonly http = inject(HttpClient);

  get(id: string): Promise<FlowDetail> {
    return firstValueFrom(this.http.get<FlowDetail>(url(`/flows/${id}`)));
  }

  packets(id: string, offset: number, limit: number): Promise<PacketPage> {
    return firstValueFrom(this.http.get<PacketPage>(url(`/flows/${id}/packets`), { params: { offset, limit } }));
  }

  packet(captureId: string, number: number): Promise<PacketDetail> {
    return firstValueFrom(this.http.get<PacketDetail>(url(`/captures/${captureId}/packets/${number}`)));
  }

  reveal(credentialId: string): Promise<RevealedSecret> {
    return firstValueFrom(this.http.post<RevealedSecret>(url(`/credentials/${credentialId}/reveal`), null));
  }

  /** Address of the flow's packets as a capture file. */
  pcapngUrl(id: string): string {
    return url(`/flows/${id}/pcapng`);
  }
}
