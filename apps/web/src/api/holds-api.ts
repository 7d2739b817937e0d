import { HttpClient } from '@angular/common/http';
import { Service, inject } from '@angular/core';
import type { Hold } from '@wirecase/contract';
import { firstValueFrom } from 'rxjs';
import { url } from './http.ts';

/** What is kept, and by whom. */
@Service()
export class HoldsApi {
  private readonly http = inject(HttpClient);

  /** Holds that keep the capture. */
  of(captureId: string): Promise<Hold[]> {
    return firstValueFrom(this.http.get<Hold[]>(url('/holds'), { params: { capture: captureId } }));
  }

  holdCapture(captureId: string, reason: string): Promise<Hold> {
    return firstValueFrom(this.http.post<Hold>(url(`/captures/${captureId}/holds`), { reason }));
  }

  holdAround(alertId: string, reason: string, beforeSeconds: number, afterSeconds: number): Promise<Hold> {
    return firstValueFrom(this.http.post<Hold>(url(`/alerts/${alertId}/holds`), { reason, beforeSeconds, afterSeconds }));
  }

  release(id: string): Promise<void> {
    return firstValueFrom(this.http.delete<void>(url(`/holds/${id}`)));
  }
}
