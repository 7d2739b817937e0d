import { HttpClient } from '@angular/common/http';
import { Service, inject } from '@angular/core';
import type { Capture, CaptureFilter, CaptureQuality, KeyLog, Page } from '@wirecase/contract';
import { firstValueFrom } from 'rxjs';
import { given, url } from './http.ts';

@Service()
export class CapturesApi {
  private readonly http = inject(HttpClient);

  /** A page of captures, newest first. */
  list(filter: CaptureFilter, cursor?: string): Promise<Page<Capture>> {
    return firstValueFrom(this.http.get<Page<Capture>>(url('/captures'), { params: given({ ...filter, cursor }) }));
  }

  get(id: string): Promise<Capture> {
    return firstValueFrom(this.http.get<Capture>(url(`/captures/${id}`)));
  }

  quality(id: string): Promise<CaptureQuality> {
    return firstValueFrom(this.http.get<CaptureQuality>(url(`/captures/${id}/quality`)));
  }

  /** What secrets it was given. */
  keyLog(id: string): Promise<KeyLog> {
    return firstValueFrom(this.http.get<KeyLog>(url(`/captures/${id}/key-log`)));
  }

  giveKeyLog(id: string, file: Blob): Promise<KeyLog> {
    const form = new FormData();
    form.set('file', file, 'keys.log');
    return firstValueFrom(this.http.put<KeyLog>(url(`/captures/${id}/key-log`), form));
  }

  forgetKeyLog(id: string): Promise<void> {
    return firstValueFrom(this.http.delete<void>(url(`/captures/${id}/key-log`)));
  }

  remove(id: string): Promise<void> {
    return firstValueFrom(this.http.delete<void>(url(`/captures/${id}`)));
  }

  reanalyze(id: string): Promise<Capture> {
    return firstValueFrom(this.http.post<Capture>(url(`/captures/${id}/reanalyze`), {}));
  }

  retry(id: string): Promise<Capture> {
    return firstValueFrom(this.http.post<Capture>(url(`/captures/${id}/retry`), {}));
  }

  /** Take in the capture that comes with Wirecase. */
  addSample(): Promise<Capture> {
    return firstValueFrom(this.http.post<Capture>(url('/captures/sample'), {}));
  }

  /** Address of the original bytes. */
  downloadUrl(id: string): string {
    return url(`/captures/${id}/download`);
  }
}
