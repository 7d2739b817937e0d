import { HttpClient } from '@angular/common/http';
import { Service, inject } from '@angular/core';
import type { FlowDetail, PacketDetail, PacketPage, RevealedSecret, StreamFormat, StreamPage, StreamSide } from '@wirecase/contract';
import { firstValueFrom } from 'rxjs';
import { given, url } from './http.ts';

@Service()
export class FlowsApi {
  private readonly http = inject(HttpClient);

  get(id: string): Promise<FlowDetail> {
    return firstValueFrom(this.http.get<FlowDetail>(url(`/flows/${id}`)));
  }

  packets(id: string, offset: number, limit: number): Promise<PacketPage> {
    return firstValueFrom(this.http.get<PacketPage>(url(`/flows/${id}/packets`), { params: { offset, limit } }));
  }

  /** `flow`: its packets before this one are seen, too, so that what they carry together is told. */
  packet(captureId: string, number: number, flow: string | null): Promise<PacketDetail> {
    return firstValueFrom(this.http.get<PacketDetail>(url(`/captures/${captureId}/packets/${number}`), { params: given({ flow }) }));
  }

  /** A page of what was said, from `cursor` on. */
  stream(id: string, side: StreamSide, limit: number, cursor: string | null): Promise<StreamPage> {
    return firstValueFrom(this.http.get<StreamPage>(url(`/flows/${id}/stream`), { params: given({ side, limit, cursor }) }));
  }

  /** Address of all that was said, as a download. */
  streamUrl(id: string, side: StreamSide, format: StreamFormat): string {
    return url(`/flows/${id}/stream?side=${side}&format=${format}`);
  }

  reveal(credentialId: string): Promise<RevealedSecret> {
    return firstValueFrom(this.http.post<RevealedSecret>(url(`/credentials/${credentialId}/reveal`), null));
  }

  /** Address of the flow's packets as a capture file. */
  pcapngUrl(id: string): string {
    return url(`/flows/${id}/pcapng`);
  }
}
