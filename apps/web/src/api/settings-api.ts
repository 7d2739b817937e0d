import { HttpClient, HttpErrorResponse } from '@angular/common/http';
import { Service, inject } from '@angular/core';
import type {
  ApiKey,
  CreateApiKeyRequest,
  CreateUserRequest,
  CreatedApiKey,
  Health,
  StoredZoneSettings,
  UpdateUserRequest,
  User,
  ZoneSettings,
} from '@wirecase/contract';
import { firstValueFrom } from 'rxjs';
import { url } from './http.ts';

@Service()
export class SettingsApi {
  private readonly http = inject(HttpClient);

  users(): Promise<User[]> {
    return firstValueFrom(this.http.get<User[]>(url('/users')));
  }

  createUser(request: CreateUserRequest): Promise<User> {
    return firstValueFrom(this.http.post<User>(url('/users'), request));
  }

  updateUser(id: string, request: UpdateUserRequest): Promise<User> {
    return firstValueFrom(this.http.patch<User>(url(`/users/${id}`), request));
  }

  deleteUser(id: string): Promise<void> {
    return firstValueFrom(this.http.delete<void>(url(`/users/${id}`)));
  }

  keys(): Promise<ApiKey[]> {
    return firstValueFrom(this.http.get<ApiKey[]>(url('/keys')));
  }

  createKey(request: CreateApiKeyRequest): Promise<CreatedApiKey> {
    return firstValueFrom(this.http.post<CreatedApiKey>(url('/keys'), request));
  }

  revokeKey(id: string): Promise<void> {
    return firstValueFrom(this.http.delete<void>(url(`/keys/${id}`)));
  }

  zones(): Promise<StoredZoneSettings> {
    return firstValueFrom(this.http.get<StoredZoneSettings>(url('/zones')));
  }

  changeZones(settings: ZoneSettings): Promise<StoredZoneSettings> {
    return firstValueFrom(this.http.put<StoredZoneSettings>(url('/zones'), settings));
  }

  /** The answer is the same whether the service is ready or not; only its status code differs. */
  async health(): Promise<Health> {
    try {
      return await firstValueFrom(this.http.get<Health>(url('/health/ready')));
    } catch (error) {
      // 503 carries a Health when a check is down.
      if (error instanceof HttpErrorResponse && error.status === 503 && isHealth(error.error)) return error.error;
      throw error;
    }
  }
}

function isHealth(body: unknown): body is Health {
  return typeof body === 'object' && body !== null && 'checks' in body;
}
