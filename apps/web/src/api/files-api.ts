import { HttpClient, HttpErrorResponse } from '@angular/common/http';
import { Service, inject } from '@angular/core';
import type { FileScan } from '@wirecase/contract';
import { firstValueFrom } from 'rxjs';
import { url } from './http.ts';

@Service()
export class FilesApi {
  private readonly http = inject(HttpClient);

  /** The file of a record in its encrypted archive. */
  async archive(id: string): Promise<Blob> {
    try {
      return await firstValueFrom(this.http.get(url(`/files/${id}/archive`), { responseType: 'blob' }));
    } catch (error) {
      throw await readable(error);
    }
  }

  /** Scan it with the operator's YARA rules: the names of those that match. */
  async scan(id: string): Promise<readonly string[]> {
    return (await firstValueFrom(this.http.post<FileScan>(url(`/files/${id}/scan`), {}))).matches;
  }
}

/** A problem comes as the kind of body that was asked for: a blob. */
async function readable(error: unknown): Promise<unknown> {
  if (!(error instanceof HttpErrorResponse) || !(error.error instanceof Blob)) return error;
  const { status, statusText, headers } = error;
  return new HttpErrorResponse({ status, statusText, headers, error: parsed(await error.error.text()) });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // SyntaxError: not one of ours, perhaps a proxy's page.
    return text;
  }
}
