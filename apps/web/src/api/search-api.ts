import { HttpClient } from '@angular/common/http';
import { Service, inject } from '@angular/core';
import type { FieldInfo, Histogram, JsonRow, Page, SearchParameters } from '@wirecase/contract';
import { firstValueFrom } from 'rxjs';
import { given, url } from './http.ts';

/** Searches over the rows of one record type: `flow`, `alert`, or a protocol's. */
@Service()
export class SearchApi {
  private readonly http = inject(HttpClient);
  private catalogue: Promise<FieldInfo[]> | null = null;

  /** The catalogue, asked for once. */
  fields(): Promise<FieldInfo[]> {
    this.catalogue ??= firstValueFrom(this.http.get<FieldInfo[]>(url('/fields'))).catch((error: unknown) => {
      this.catalogue = null;
      throw error;
    });
    return this.catalogue;
  }

  page(record: string, parameters: SearchParameters): Promise<Page<JsonRow>> {
    return firstValueFrom(this.http.get<Page<JsonRow>>(url(pathOf(record)), { params: given({ ...parameters }) }));
  }

  histogram(parameters: SearchParameters & { buckets: number }): Promise<Histogram> {
    const { q, from, to, capture, sensor, buckets } = parameters;
    return firstValueFrom(this.http.get<Histogram>(url('/flows/histogram'), { params: given({ q, from, to, capture, sensor, buckets }) }));
  }

  /** Address of the whole result as a file. */
  exportUrl(record: string, format: 'csv' | 'ndjson', parameters: SearchParameters): string {
    const { q, from, to, capture, sensor, sort } = parameters;
    const query = new URLSearchParams(given({ q, from, to, capture, sensor, sort }) as Record<string, string>);
    return `${url(pathOf(record))}.${format}?${query}`;
  }
}

function pathOf(record: string): string {
  if (record === 'flow') return '/flows';
  if (record === 'alert') return '/alerts';
  return `/records/${record}`;
}
