import { HttpClient } from '@angular/common/http';
import { Service, inject } from '@angular/core';
import type { Change, IndicatorList, IndicatorListRequest, IndicatorMatch, Page } from '@wirecase/contract';
import { firstValueFrom } from 'rxjs';
import { given, url } from './http.ts';

@Service()
export class ListsApi {
  private readonly http = inject(HttpClient);

  lists(): Promise<IndicatorList[]> {
    return firstValueFrom(this.http.get<IndicatorList[]>(url('/lists')));
  }

  create(request: IndicatorListRequest): Promise<IndicatorList> {
    return firstValueFrom(this.http.post<IndicatorList>(url('/lists'), request));
  }

  change(id: string, request: Change<IndicatorListRequest>): Promise<IndicatorList> {
    return firstValueFrom(this.http.put<IndicatorList>(url(`/lists/${id}`), request));
  }

  /** What it has instead of what it had. */
  fill({ id, version }: IndicatorList, content: Blob): Promise<IndicatorList> {
    const form = new FormData();
    form.set('file', content, 'indicators');
    return firstValueFrom(this.http.put<IndicatorList>(url(`/lists/${id}/content`), form, { params: { version } }));
  }

  remove(id: string): Promise<void> {
    return firstValueFrom(this.http.delete<void>(url(`/lists/${id}`)));
  }

  /** Of one list, or of all; there of an address, a flow or a capture alone when these are given. */
  matches(
    listId: string | null,
    asked: { ip?: string | null; flow?: string | null; capture?: string | null; limit: number; cursor?: string },
  ): Promise<Page<IndicatorMatch>> {
    const path = listId === null ? '/matches' : `/lists/${listId}/matches`;
    return firstValueFrom(this.http.get<Page<IndicatorMatch>>(url(path), { params: given(asked) }));
  }
}
