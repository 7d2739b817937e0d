import { HttpClient } from '@angular/common/http';
import { Service, inject } from '@angular/core';
import type { ChangePasswordRequest, LoginRequest, Session, SetupRequest, SetupStatus } from '@wirecase/contract';
import { firstValueFrom } from 'rxjs';
import { url } from './http.ts';

@Service()
export class SessionApi {
  private readonly http = inject(HttpClient);

  setupStatus(): Promise<SetupStatus> {
    return firstValueFrom(this.http.get<SetupStatus>(url('/setup')));
  }

  setup(request: SetupRequest): Promise<Session> {
    return firstValueFrom(this.http.post<Session>(url('/setup'), request));
  }

  current(): Promise<Session> {
    return firstValueFrom(this.http.get<Session>(url('/session')));
  }

  login(request: LoginRequest): Promise<Session> {
    return firstValueFrom(this.http.post<Session>(url('/session'), request));
  }

  logout(): Promise<void> {
    return firstValueFrom(this.http.delete<void>(url('/session')));
  }

  changePassword(request: ChangePasswordRequest): Promise<void> {
    return firstValueFrom(this.http.put<void>(url('/session/password'), request));
  }
}
